// SPDX-License-Identifier: Apache-2.0
//
// A board behind ssh, and everything between it and its controller killed at random moments of one soak,
// which is resumed where it must be: the controller, the agent, the bridge to it, ssh, the workload,
// the network (its connections reset; in a full campaign also silent for longer than ssh waits) and
// the board itself with all that runs on it, which comes back on another boot. Afterwards: the run has
// ended with a verdict that is no error, there is one incident for each kill, in their order and of the
// right class, and every line that any agent said up to the stored cursors is in the file once and
// unchanged. SOAKRIG_CAMPAIGN=full kills 105 times.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <random>
#include <thread>

#include "results/store/reader.hpp"
#include "rig/base/fd.hpp"
#include "tests/support/agent_log.hpp"
#include "tests/support/boxed_board.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/marked_process.hpp"
#include "tests/support/paths.hpp"
#include "tests/support/temp_dir.hpp"

using namespace soakrig;
namespace fs = std::filesystem;

namespace {

using Milliseconds = std::chrono::milliseconds;

std::string profile(int seconds) {
  return R"(
[soak]
name = "killed"
orphan_limit = "30s"
[verdict]
window = "2s"
short_window = "1s"
stability_min = 0.01
max_incidents = 1000
[[board]]
name = "board"
connect = "ssh://board"
[workload.chat]
kind = "llm"
shape = "stories-15m"
threads = 1
restart = { budget = 1000, backoff = "100ms" }
[[phase]]
name = "only"
soak = ")" +
         std::to_string(seconds) + R"(s"
work = ["chat"]
)";
}

// This build's soakrig, and a board to drive.
struct Rig {
  test::TempDir dir;
  test::BoxedBoard board{dir.file("board")};
  std::vector<std::unique_ptr<test::MarkedProcess>> controllers;  // the last one lives

  explicit Rig(int seconds) {
    dir.write("killed.toml", profile(seconds));
    REQUIRE(board.on());
  }

  [[nodiscard]] std::unique_ptr<test::MarkedProcess> soakrig(const std::vector<std::string>& words,
                                                             const std::string& log) const {
    std::vector<std::string> argv{test::bin_dir() + "/soakrig"};
    argv.insert(argv.end(), words.begin(), words.end());
    argv.insert(argv.end(), {"--archive", dir.file("soaks")});
    return std::make_unique<test::MarkedProcess>(
        argv, dir.file(log),
        std::vector<std::string>{"SOAKRIG_AGENT_DIR=" + dir.file("agents"),
                                 "SOAKRIG_SSH_CONFIG=" + board.config()});
  }
  void start(const std::vector<std::string>& words) { controllers.push_back(soakrig(words, "log")); }
  [[nodiscard]] std::string soak_file() const {
    if (!fs::exists(dir.path() / "soaks")) return {};
    for (const auto& entry : fs::directory_iterator(dir.path() / "soaks")) {
      if (entry.path().extension() == ".soak") return entry.path().string();
    }
    return {};
  }
  // How many lines of all agents are stored.
  [[nodiscard]] std::uint64_t stored() const {
    const std::string file = soak_file();
    const auto reader = file.empty() ? Result<store::Reader>(Error{}) : store::Reader::open(file);
    const auto cursors = reader ? reader->cursors() : Result<std::vector<store::Cursor>>(Error{});
    std::uint64_t sum = 0;
    for (const store::Cursor& cursor : cursors ? *cursors : std::vector<store::Cursor>{}) {
      sum += cursor.seq;
    }
    return sum;
  }
  [[nodiscard]] bool stored_more_than(std::uint64_t lines) const {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (std::chrono::steady_clock::now() < end) {
      if (stored() > lines) return true;
      std::this_thread::sleep_for(Milliseconds(100));
    }
    return false;
  }
  // Of these processes the one of that program whose command line holds `word`; -1 when there is none.
  [[nodiscard]] static pid_t find(const std::vector<pid_t>& among, const std::string& program,
                                  const std::string& word) {
    for (const pid_t pid : among) {
      const auto line = read_file("/proc/" + std::to_string(pid) + "/cmdline", 65536);
      if (!line) continue;
      const std::string first = line->substr(0, line->find('\0'));
      const bool named = first == program || first.ends_with("/" + program);
      if (named && line->find(word) != std::string::npos) return pid;
    }
    return -1;
  }
  [[nodiscard]] std::string said() const {
    const auto text = read_file(dir.file("log"));
    return text ? *text : "";
  }
};

enum class Victim { controller, agent, bridge, ssh, workload, network, board };
constexpr std::array kVictims{Victim::controller, Victim::agent,   Victim::bridge, Victim::ssh,
                              Victim::workload,   Victim::network, Victim::board};

std::string_view name_of(Victim victim) {
  constexpr std::array<std::string_view, 7> kNames{"controller", "agent",   "bridge", "ssh",
                                                   "workload",   "network", "board"};
  return kNames[static_cast<std::size_t>(victim)];
}

// What the run must call it. A board that was cut off left no last words: whether that says anything
// depends on what this kernel keeps of them.
bool fits(Victim victim, const std::string& incident) {
  if (victim == Victim::workload) return incident == "workload-crash";
  if (victim == Victim::board) return incident == "power-loss" || incident == "unknown-reset";
  return incident == "link-loss";
}

// ssh asks three times, 5 s apart, and gives up 5 s after the last: after 20 s. A cable that is whole
// again at that moment may bring rows before ssh ends, and the next kill would meet a dead link.
constexpr Milliseconds kSilence{26'000};

pid_t find_victim(const Rig& rig, Victim victim) {
  const std::string nul(1, '\0');
  switch (victim) {
    case Victim::agent: return Rig::find(rig.board.processes(), "soakrig-agent", "serve" + nul);
    case Victim::bridge: return Rig::find(rig.board.processes(), "soakrig-agent", "attach" + nul);
    case Victim::workload: return Rig::find(rig.board.processes(), "soakrig-work", "llm" + nul);
    case Victim::ssh: return Rig::find(rig.controllers.back()->family(), "ssh", " attach ");
    default: return -1;
  }
}

void kill_one(Rig& rig, Victim victim, Milliseconds away, bool silently) {
  switch (victim) {
    case Victim::controller:
      rig.controllers.back()->signal(SIGKILL);
      REQUIRE(rig.controllers.back()->wait(5));
      std::this_thread::sleep_for(away);
      return rig.start({"resume", "last"});
    case Victim::network:
      rig.board.cable().set(silently ? test::Cable::State::silent : test::Cable::State::reset);
      std::this_thread::sleep_for(silently ? kSilence : away);
      return rig.board.cable().set(test::Cable::State::whole);
    case Victim::board:
      rig.board.off();
      REQUIRE(rig.board.processes().empty());
      std::this_thread::sleep_for(away);
      REQUIRE(rig.board.on());
      return;
    default: break;
  }
  pid_t pid = -1;
  for (int i = 0; i < 100 && pid < 0; ++i) {
    if (i > 0) std::this_thread::sleep_for(Milliseconds(50));
    pid = find_victim(rig, victim);
  }
  CAPTURE(name_of(victim), rig.said());
  REQUIRE(pid > 0);
  ::kill(pid, SIGKILL);
}

std::map<std::string, test::AgentLog> all_said(const Rig& rig) {
  std::map<std::string, test::AgentLog> logs;
  for (const auto& entry : fs::directory_iterator(rig.board.sent())) {
    const auto text = read_file(entry.path().string(), 256u << 20);
    if (text) test::add_agent_log(*text, logs);
  }
  return logs;
}

void check_rows(const store::Reader& reader, const std::map<std::string, test::AgentLog>& logs,
                const std::map<std::string, std::uint64_t>& durable) {
  const auto sources = reader.sources();
  REQUIRE(sources);
  const Nanos start = reader.header().start_boot_ns;
  // The board's clock is this machine's, but the rig does not know that: it is mapped by round trips.
  constexpr Nanos kMapped = kSecond;
  std::size_t rows = 0;
  for (const auto& source : *sources) {
    std::vector<test::SentRow> expected;
    for (const auto& [stream, log] : logs) {
      const auto until = durable.find(stream);
      if (until == durable.end()) continue;
      for (const auto& [index, info] : log.sources) {
        if (info.name != source.info.name ||
            info.channels.size() != source.info.channels.size()) {
          continue;
        }
        const auto more = log.rows(index, until->second);
        expected.insert(expected.end(), more.begin(), more.end());
      }
    }
    std::ranges::stable_sort(expected, {}, &test::SentRow::taken);
    const auto kept = reader.source_rows(source.id);
    REQUIRE(kept);
    CAPTURE(source.info.name);
    REQUIRE(kept->batch.rows() == expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) {
      REQUIRE(std::abs(kept->batch.taken[i] - (expected[i].taken - start)) < kMapped);
      for (std::size_t j = 0; j < source.info.channels.size(); ++j) {
        REQUIRE(kept->batch.state(i, j) == expected[i].states[j]);
        REQUIRE(kept->batch.value(i, j) == expected[i].values[j]);
      }
    }
    rows += expected.size();
  }
  CHECK(rows > 1000);
}

// What only agents say is there as often as they said it.
void check_events(const store::Reader& reader, const std::map<std::string, test::AgentLog>& logs,
                  const std::map<std::string, std::uint64_t>& durable) {
  const auto events = reader.events();
  REQUIRE(events);
  const auto work = std::ranges::count_if(
      *events, [](const auto& stored) { return stored.event.kind.starts_with("work."); });
  std::ptrdiff_t said = 0;
  for (const auto& [stream, log] : logs) {
    const auto until = durable.find(stream);
    for (const auto& [seq, event] : log.events) {
      if (until != durable.end() && seq <= until->second && event.kind.starts_with("work.")) ++said;
    }
  }
  CHECK(work == said);
}

// As `show` tells them; null where it cannot yet.
nlohmann::json incidents_of(const Rig& rig) {
  fs::remove(rig.dir.file("shown"));  // what is said there is added to it
  const auto show = rig.soakrig({"show", "last", "--json"}, "shown");
  int status = -1;
  REQUIRE(show->wait(60, &status));
  const auto text = read_file(rig.dir.file("shown"), 256u << 20);
  const auto shown = nlohmann::json::parse(text ? *text : "", nullptr, false);
  if (shown.is_discarded() || shown.at("boards").empty()) return {};
  return shown["boards"][0].at("incidents");
}

// So many kills are incidents and over: a kill that met a board still down would be the same outage.
bool recovered(const Rig& rig, std::size_t kills) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (std::chrono::steady_clock::now() < end) {
    const auto incidents = incidents_of(rig);
    if (incidents.size() >= kills && !incidents.back().at("recovered_after_s").is_null()) return true;
    std::this_thread::sleep_for(Milliseconds(200));
  }
  return false;
}

// One for each kill, in their order.
void check_incidents(const Rig& rig, const std::vector<Victim>& victims) {
  const auto incidents = incidents_of(rig);
  CAPTURE(incidents.dump(1));
  REQUIRE(incidents.size() == victims.size());
  for (std::size_t i = 0; i < victims.size(); ++i) {
    CAPTURE(i, name_of(victims[i]));
    CHECK(fits(victims[i], incidents[i].at("class").get<std::string>()));
    CHECK_FALSE(incidents[i].at("recovered_after_s").is_null());
  }
}

}  // namespace

TEST_CASE("Whatever is killed, nothing that was acknowledged is lost or doubled") {
  const char* campaign = std::getenv("SOAKRIG_CAMPAIGN");
  const bool full = campaign && std::string(campaign) == "full";
  const int kills = full ? 105 : 14;
  std::mt19937_64 random(20'261'126);  // the moments are random, the order is repeatable
  std::uniform_int_distribution<int> moment(100, 1500);
  std::vector<Victim> victims;
  for (int i = 0; i < kills; ++i) victims.push_back(kVictims[static_cast<std::size_t>(i) % kVictims.size()]);
  std::ranges::shuffle(victims, random);
  // The soak outlasts the kills, also where the cable is silent for kSilence after every other cut.
  Rig rig(full ? 7 * kills : 7 * kills / 2);
  if (!rig.board.boxed()) {
    std::printf("no namespaces here: the board itself is not killed, its agent is\n");
    std::ranges::replace(victims, Victim::board, Victim::agent);
  }
  bool silently = false;
  std::size_t done = 0;
  rig.start({"run", rig.dir.file("killed.toml")});
  REQUIRE(rig.stored_more_than(50));
  const auto begin = std::chrono::steady_clock::now();
  for (const Victim victim : victims) {
    std::this_thread::sleep_for(Milliseconds(moment(random)));
    const std::uint64_t before = rig.stored();
    std::printf("%s\n", std::string(name_of(victim)).c_str());
    std::fflush(stdout);
    if (victim == Victim::network) silently = full && !silently;  // every other one
    kill_one(rig, victim, Milliseconds(moment(random)), silently);
    CAPTURE(name_of(victim), rig.said());
    REQUIRE(rig.stored_more_than(before + 30));
    REQUIRE(recovered(rig, ++done));
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  std::printf("%d kills in %.1f s\n", kills, took.count());
  int status = 0;
  REQUIRE(rig.controllers.back()->wait(120 + 4 * kills, &status));
  CAPTURE(rig.said());
  REQUIRE(WIFEXITED(status));
  // Pass, or inconclusive on a machine without sensors; neither an error nor a failure.
  CHECK((WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == 3));
  for (const auto& each : rig.controllers) CHECK(each->gone_within(10));
  CHECK(Rig::find(rig.board.processes(), "soakrig-agent", "") < 0);
  for (const auto& entry : fs::directory_iterator(rig.board.home() + "/.cache/soakrig/run")) {
    CHECK(entry.path().extension() != ".state");
  }

  const auto reader = store::Reader::open(rig.soak_file());
  REQUIRE(reader);
  CHECK(reader->state().value() == RunState::sealed);
  const auto cursors = reader->cursors();
  REQUIRE(cursors);
  std::map<std::string, std::uint64_t> durable;
  for (const store::Cursor& cursor : *cursors) durable[cursor.stream] = cursor.seq;
  const auto logs = all_said(rig);
  for (const auto& [stream, seq] : durable) {
    CAPTURE(stream);
    REQUIRE(logs.contains(stream));
    const auto& log = logs.at(stream);
    // All were delivered to the end, without a hole.
    CHECK(log.batches.size() + log.events.size() == seq);
  }
  check_rows(*reader, logs, durable);
  check_events(*reader, logs, durable);
  check_incidents(rig, victims);
}
