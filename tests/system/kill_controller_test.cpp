// SPDX-License-Identifier: Apache-2.0
//
// kill -9 of the controller at random moments of a short run. Afterwards: the file opens, its
// journal is a true prefix of a run, every row that the agent had sent up to the stored cursor is
// there once and unchanged, and once the orphan limit is over no process is left.
// SOAKRIG_CAMPAIGN=full kills 200 times.
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <random>
#include <thread>

#include "results/store/reader.hpp"
#include "rig/base/fd.hpp"
#include "tests/support/agent_log.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/marked_process.hpp"
#include "tests/support/paths.hpp"
#include "tests/support/temp_dir.hpp"

using namespace soakrig;
namespace fs = std::filesystem;

namespace {

constexpr const char* kProfile = R"(
[soak]
name = "short"
orphan_limit = "1s"
[verdict]
window = "2s"
short_window = "1s"
[workload.chat]
kind = "llm"
shape = "stories-15m"
threads = 1
[[phase]]
name = "only"
soak = "15s"
work = ["chat"]
)";

// A rig of its own: this build's soakrig beside an agent whose lines are copied to a file.
struct Rig {
  test::TempDir dir;

  Rig() {
    const fs::path bin = test::bin_dir();
    fs::create_directory(dir.path() / "bin");
    fs::copy_file(bin / "soakrig", dir.path() / "bin/soakrig");
    dir.write("bin/soakrig-agent", "#!/bin/sh\n\"" + (bin / "soakrig-agent").string() +
                                       "\" \"$@\" | tee \"" + dir.file("sent") + "\"\n");
    ::chmod(dir.file("bin/soakrig-agent").c_str(), 0755);
    dir.write("short.toml", kProfile);
  }
  [[nodiscard]] std::vector<std::string> command() const {
    return {dir.file("bin/soakrig"), "run", dir.file("short.toml"), "--archive", dir.file("soaks")};
  }
  [[nodiscard]] std::string soak_file() const {
    if (!fs::exists(dir.path() / "soaks")) return {};
    for (const auto& entry : fs::directory_iterator(dir.path() / "soaks")) {
      if (entry.path().extension() == ".soak") return entry.path().string();
    }
    return {};
  }
};

// The states of a run in the only order they can come.
void check_journal(const store::Reader& reader) {
  const std::vector<std::string> order = {"starting", "ramp",     "warm-up",
                                          "dwell",    "finished", "stopping"};
  const auto journal = reader.journal();
  REQUIRE(journal);
  std::size_t at = 0;
  Nanos last = 0;
  for (std::size_t i = 0; i < journal->size(); ++i) {
    const auto& entry = (*journal)[i];
    CAPTURE(entry.state);
    CHECK(entry.seq == i + 1);
    CHECK(entry.t >= last);
    last = entry.t;
    const auto found = std::find(order.begin(), order.end(), entry.state);
    REQUIRE(found != order.end());
    const auto position = static_cast<std::size_t>(found - order.begin());
    CHECK(position >= at);
    at = position;
  }
  // A phase that says it dwells was journalled as dwelling first.
  const auto phases = reader.phases();
  REQUIRE(phases);
  for (const auto& phase : *phases) {
    if (phase.dwell_begin) CHECK(at >= 3);
    if (phase.end) CHECK(at >= 4);
  }
}

std::size_t check_rows(const store::Reader& reader, const test::AgentLog& sent) {
  const auto cursors = reader.cursors();
  REQUIRE(cursors);
  std::uint64_t durable = 0;
  for (const store::Cursor& cursor : *cursors) {
    CHECK(cursor.stream == sent.stream);
    durable = std::max(durable, cursor.seq);
  }
  const auto sources = reader.sources();
  REQUIRE(sources);
  std::size_t rows = 0;
  for (const auto& [index, info] : sent.sources) {
    const auto expected = sent.rows(index, durable);
    const auto found = std::find_if(sources->begin(), sources->end(), [&](const auto& s) {
      return s.info.name == info.name && s.info.channels.size() == info.channels.size();
    });
    if (found == sources->end()) {
      CHECK(expected.empty());
      continue;
    }
    const auto stored = reader.source_rows(found->id);
    REQUIRE(stored);
    CAPTURE(info.name, durable);
    REQUIRE(stored->batch.rows() == expected.size());
    const Nanos start = reader.header().start_boot_ns;
    for (std::size_t i = 0; i < expected.size(); ++i) {
      REQUIRE(stored->batch.taken[i] == std::max<Nanos>(0, expected[i].taken - start));
      for (std::size_t j = 0; j < info.channels.size(); ++j) {
        REQUIRE(stored->batch.state(i, j) == expected[i].states[j]);
        REQUIRE(stored->batch.value(i, j) == expected[i].values[j]);
      }
    }
    rows += expected.size();
  }
  const auto events = reader.events();
  REQUIRE(events);
  std::size_t from_agent = 0;
  for (const auto& [seq, event] : sent.events) from_agent += seq <= durable ? 1 : 0;
  CHECK(events->size() >= from_agent);
  return rows;
}

// One run, killed after `seconds`. Returns how many rows were stored by then.
std::size_t kill_after(double seconds) {
  const Rig rig;
  test::MarkedProcess run(rig.command(), rig.dir.file("log"),
                          {"SOAKRIG_AGENT_DIR=" + rig.dir.file("agents")});
  std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
  run.signal(SIGKILL);
  REQUIRE(run.wait(5));
  const auto said = read_file(rig.dir.file("log"));
  CAPTURE(seconds, said ? *said : std::string());
  CHECK(run.gone_within(15));  // agent and workload follow after the orphan limit, in order
  const std::string file = rig.soak_file();
  if (file.empty()) return 0;  // killed before there was a file
  const auto reader = store::Reader::open(file);
  REQUIRE(reader);
  const auto state = reader->state();
  REQUIRE(state);
  CHECK(*state == RunState::interrupted);
  CHECK_FALSE(reader->judgement().value().has_value());
  check_journal(*reader);
  const auto sent = read_file(rig.dir.file("sent"), 256u << 20);
  return sent ? check_rows(*reader, test::parse_agent_log(*sent)) : 0;
}

}  // namespace

TEST_CASE("A killed controller loses nothing that was stored and leaves nothing behind") {
  const char* campaign = std::getenv("SOAKRIG_CAMPAIGN");
  const int kills = campaign && std::string(campaign) == "full" ? 200 : 20;
  std::mt19937_64 random(20'260'301);  // the moments are random, the test is repeatable
  std::uniform_real_distribution<double> moment(0.05, 15.0);
  std::size_t rows = 0;
  for (int i = 0; i < kills; ++i) {
    const std::size_t stored = kill_after(moment(random));
    rows += stored;
    std::printf("kill %d: %zu rows\n", i + 1, stored);
    std::fflush(stdout);
  }
  CHECK(rows > 0);
}
