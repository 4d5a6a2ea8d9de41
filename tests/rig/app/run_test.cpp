// SPDX-License-Identifier: Apache-2.0
// Also tests: run_soak.cpp
// Also tests: show.cpp
// Also tests: status.cpp
// Also tests: stop.cpp
// Also tests: top.cpp
//
// What these commands refuse; what they do when all is well is tested on the built program
// (tests/system/run_control_test.py, workload_faults_test.py, demo.py).
#include <algorithm>

#include "rig/app/command.hpp"
#include "rig/app/run_soak.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/temp_dir.hpp"

using namespace soakrig;
using namespace soakrig::app;

namespace {

int call(std::string_view name, const std::vector<std::string>& args) {
  const auto all = commands();
  const auto found = std::ranges::find(all, name, &Command::name);
  REQUIRE(found != all.end());
  return found->run(args);
}

}  // namespace

TEST_CASE("Help is no failure, and an unknown option is a usage error") {
  for (const char* name : {"run", "show", "status", "stop", "top"}) {
    CAPTURE(name);
    CHECK(call(name, {"--help"}) == 0);
    CHECK(call(name, {"--no-such-option"}) == 4);
  }
}

TEST_CASE("Without a run there is nothing to show, stop or watch") {
  const test::TempDir dir;
  const std::string archive = dir.file("soaks");
  CHECK(call("status", {"--archive", archive}) == 4);
  CHECK(call("stop", {"--archive", archive}) == 4);
  CHECK(call("top", {"--archive", archive}) == 4);
  CHECK(call("show", {"last", "--archive", archive}) == 4);
}

TEST_CASE("A profile that is missing or bad starts nothing") {
  const test::TempDir dir;
  const std::string archive = dir.file("soaks");
  CHECK(call("run", {dir.file("none.toml"), "--archive", archive}) == 4);
  dir.write("bad.toml", "[soak]\nnmae = 3\n");
  CHECK(call("run", {dir.file("bad.toml"), "--archive", archive}) == 4);
  CHECK_FALSE(std::filesystem::exists(archive));
}

TEST_CASE("A file that is no run is unreadable") {
  const test::TempDir dir;
  dir.write("text.soak", "hello");
  CHECK(call("show", {dir.file("text.soak")}) == 2);
}

TEST_CASE("A bench that is not there ends the run before it begins") {
  const test::TempDir dir;
  SoakOrder order;
  order.archive = dir.file("soaks");
  BoardSpec board;
  board.name = "dut";
  board.sysroot = "virtual:" + dir.file("none.json");
  order.spec.boards = {board};
  CHECK(run_soak(order) == 2);
  CHECK_FALSE(std::filesystem::exists(order.archive));
}
