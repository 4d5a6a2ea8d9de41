// SPDX-License-Identifier: Apache-2.0
//
// A board that hangs on a relay, measured by a meter, both virtual and reached through the drivers
// that reach real ones: a cold soak without power, a cold start, a board that is down and is
// brought back by a power-cycle, and a relay that does not feed the board it is said to feed.
#include <sys/wait.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "results/store/reader.hpp"
#include "rig/base/fd.hpp"
#include "rig/base/rig_events.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/marked_process.hpp"
#include "tests/support/paths.hpp"
#include "tests/support/temp_dir.hpp"

using namespace soakrig;
namespace fs = std::filesystem;
using nlohmann::json;

namespace {

std::string profile(const std::string& power, const std::string& work, const std::string& phases) {
  return R"([soak]
name = "power"
[verdict]
window = "2s"
short_window = "1s"
[[board]]
name = "dut"
sysroot = "virtual"
power = { relay = "strip", )" +
         power + R"( }
[[instrument]]
name = "plug"
map = "eastron-sdm120"
connect = "virtual"
board = "dut"
[[instrument]]
name = "strip"
map = "waveshare-relay-8"
connect = "virtual"
[workload.chat]
kind = "llm"
shape = "stories-15m"
threads = 1
)" + work +
         phases;
}

// A run from its start to its file.
struct Run {
  test::TempDir dir;
  int status = 0;
  std::string said;
  std::optional<store::Reader> reader;

  explicit Run(const std::string& text) {
    dir.write("power.toml", text);
    test::MarkedProcess run({test::bin_dir() + "/soakrig", "run", dir.file("power.toml"),
                             "--archive", dir.file("soaks")},
                            dir.file("log"));
    REQUIRE(run.wait(180, &status));
    said = read_file(dir.file("log")).value();
    INFO(said);
    for (const auto& entry : fs::directory_iterator(dir.path() / "soaks")) {
      if (entry.path().extension() != ".soak") continue;
      auto opened = store::Reader::open(entry.path().string());
      REQUIRE(opened);
      reader.emplace(std::move(*opened));
    }
    REQUIRE(reader.has_value());
  }
  [[nodiscard]] std::vector<json> events(std::string_view kind, const std::string& board) const {
    store::EventFilter filter;
    filter.kind = kind;
    filter.board = board;
    std::vector<json> bodies;
    for (const auto& stored : reader->events(filter).value()) {
      bodies.push_back(json::parse(stored.event.body));
    }
    return bodies;
  }
};

const std::string kColdStart = R"(
[[phase]]
name = "cold"
soak = "5s"
work = []
power = "off"
[[phase]]
name = "start"
soak = "6s"
work = ["chat"]
power = "cycle"
)";
const std::string kWork = "[[phase]]\nname = \"only\"\nsoak = \"15s\"\nwork = [\"chat\"]\n";

}  // namespace

TEST_CASE("a cold soak is without power, and the cold start begins with a proven power-cycle") {
  const Run run(profile("off = \"2s\"", "", kColdStart));
  INFO(run.said);
  const auto power = run.events(event_kind::kPower, "dut");
  std::vector<std::string> done;
  for (const json& body : power) {
    INFO(body.dump());
    CHECK(body["ok"] == true);
    CHECK(body["proven_by"] == "relay and meter");
    // The order that every run begins with may give way to that of its first phase.
    if (body["what"] == "on") continue;
    done.push_back(body["what"]);
  }
  REQUIRE(done == std::vector<std::string>{"off", "cycle"});
  const json& off = power[power.size() - 2];
  const json& cycle = power.back();
  CHECK(off["off_watts"] < 0.01);
  CHECK(cycle["off_watts"] < 0.01);
  CHECK(cycle["on_watts"] > 1.0);
  CHECK(cycle["took_s"] >= 2.0);
  // The meter's own channel says the same for every second of the cold phase.
  const auto phases = run.reader->phases().value();
  REQUIRE(phases.size() == 2);
  const auto cold = run.reader->series("dut", "board.power", phases[0].dwell_begin.value(),
                                       phases[0].dwell_end.value());
  REQUIRE(cold);
  REQUIRE(cold->size() >= 3);
  CHECK(*std::ranges::max_element(cold->v) < 0.01);
  CHECK(std::ranges::count(cold->state, State::good) == static_cast<long>(cold->size()));
  // And the relay's says how it stood.
  const auto open = run.reader->series("", "strip.switch1", phases[0].dwell_begin.value(),
                                       phases[0].dwell_end.value());
  REQUIRE(open);
  CHECK(*std::ranges::max_element(open->v) == 0.0);
  CHECK(run.events(event_kind::kRigFault, "").empty());
  CHECK(run.events(event_kind::kIncident, "dut").empty());  // nothing ran when it was cut
}

TEST_CASE("a board whose load is down for good is power-cycled within its budget and works again") {
  const Run run(profile("off = \"1s\", recover = 1",
                        "inject = [\"crash@3s\"]\nrestart = { budget = 0 }\n", kWork));
  INFO(run.said);
  std::vector<json> recoveries;
  for (const json& body : run.events(event_kind::kPower, "dut")) {
    if (body["recovery"] == true) recoveries.push_back(body);
  }
  REQUIRE(recoveries.size() == 1);
  CHECK(recoveries[0]["ok"] == true);
  CHECK(recoveries[0]["off_watts"] < 0.01);
  // It worked before and after, crashed each time, and with the budget spent there was no more.
  CHECK(run.events(event_kind::kWorkReady, "dut").size() == 2);
  CHECK(run.events(event_kind::kIncident, "dut").size() == 2);
  CHECK(run.said.find("no workload runs any more") != std::string::npos);
}

TEST_CASE("a switch that does not feed the board is found by the meter: the rig's fault") {
  const Run run(profile("channel = 2, off = \"1s\"", "", kColdStart));
  INFO(run.said);
  const auto faults = run.events(event_kind::kRigFault, "");
  REQUIRE(!faults.empty());
  CHECK(faults[0]["what"].get<std::string>().find("does this switch feed this board?") !=
        std::string::npos);
  CHECK(run.events(event_kind::kIncident, "dut").empty());
  CHECK(WEXITSTATUS(run.status) == 2);
}
