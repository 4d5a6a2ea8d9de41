// SPDX-License-Identifier: Apache-2.0
#include "workloads/cycle_workload.hpp"

#include <nlohmann/json.hpp>

#include "tests/support/catch.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/workloads/support/run_cycle.hpp"

using namespace soakrig;
using namespace soakrig::test;
using namespace soakrig::workloads;
using nlohmann::json;

namespace {

// A board that is a file with its version in it; it is well where the file is not empty.
CycleOptions board(const TempDir& directory) {
  directory.write("v", "0\n");
  const std::string file = directory.file("v");
  CycleOptions out;
  out.update = {"sh", "-c", "echo {target} > \"$0\"", file};
  out.health = {"test", "-s", file};
  out.version = {"sh", "-c", "grep . \"$0\"", file};
  out.faults = {"none=100%"};
  out.settle = 100 * kMillisecond;
  out.step_timeout = 20 * kSecond;
  return out;
}

struct Made {
  SystemClock clock;
  std::unique_ptr<Workload> workload;
  explicit Made(const CycleOptions& options) {
    auto made = make_cycle(options, clock);
    REQUIRE(made);
    workload = std::move(*made);
    REQUIRE(workload->prepare());
  }
  json cycle() {
    last = run_cycle(*workload);
    REQUIRE(last.notes.size() == 1);
    return json::parse(last.notes[0])["cycle"];
  }
  Cycle last;
};

}  // namespace

TEST_CASE("cycle: an update that works is updated, again and again") {
  const TempDir directory;
  Made made(board(directory));
  for (int n = 1; n <= 3; ++n) {
    const json told = made.cycle();
    CHECK(told["class"] == "updated");
    CHECK(told["target"] == std::to_string(n));
    CHECK(told["found"] == std::to_string(n));
    CHECK(made.last.work["cycles"] == 1);
    CHECK(made.last.work["updated"] == 1);
    CHECK(made.last.work["bricked"] == 0);
    CHECK_FALSE(made.last.failed());
  }
}

TEST_CASE("cycle: killed before it did anything is rolled back") {
  const TempDir directory;
  CycleOptions options = board(directory);
  options.update = {"sh", "-c", "echo begin; while :; do :; done"};
  options.faults = {"kill=100%"};
  options.fault_lines = 1;
  Made made(options);
  const json told = made.cycle();
  CHECK(told["class"] == "rolled-back");
  CHECK(told["fault_at_s"].is_number());
  CHECK_FALSE(made.last.failed());
}

TEST_CASE("cycle: a brick is found, told, and brought back by the ladder") {
  const TempDir directory;
  CycleOptions options = board(directory);
  options.update = {"sh", "-c", ": > \"$0\"", directory.file("v")};
  options.rollback = {"false"};
  options.restore = {"sh", "-c", "echo restored > \"$0\"", directory.file("v")};
  Made made(options);
  const json told = made.cycle();
  CHECK(told["class"] == "bricked");
  CHECK(told["recovered_by"] == "restore");
  CHECK(told["lost"] == false);
  CHECK(made.last.failed());
  CHECK(made.cycle()["from"] == "restored");
}

TEST_CASE("cycle: a brick that nothing brings back ends the workload") {
  const TempDir directory;
  CycleOptions options = board(directory);
  options.update = {"sh", "-c", ": > \"$0\"", directory.file("v")};
  Made made(options);
  CHECK(made.cycle()["lost"] == true);
  CHECK_THROWS_AS(made.workload->run_slice(), Fatal);
}

TEST_CASE("cycle: an update that never returns is stuck, with its limit") {
  const TempDir directory;
  CycleOptions options = board(directory);
  options.update = {"sh", "-c", "while :; do :; done"};
  options.step_timeout = 300 * kMillisecond;
  Made made(options);
  const json told = made.cycle();
  CHECK(told["class"] == "stuck");
  bool timed_out = false;
  for (const json& step : told["steps"]) timed_out = timed_out || step["timed_out"] == true;
  CHECK(timed_out);
}

TEST_CASE("cycle: what cannot be is refused before anything starts") {
  const TempDir directory;
  const SystemClock clock;
  CycleOptions options = board(directory);
  options.health.clear();
  CHECK_FALSE(make_cycle(options, clock));
  options = board(directory);
  options.faults = {"kill=120%"};
  CHECK_FALSE(make_cycle(options, clock));
  options = board(directory);
  options.health = {"false"};
  auto unwell = make_cycle(options, clock);
  REQUIRE(unwell);
  CHECK_FALSE((*unwell)->prepare());
  options = board(directory);
  options.version = {"true"};
  auto mute = make_cycle(options, clock);
  REQUIRE(mute);
  CHECK_FALSE((*mute)->prepare());
}
