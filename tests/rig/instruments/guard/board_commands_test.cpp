// SPDX-License-Identifier: Apache-2.0
#include "rig/instruments/guard/board_commands.hpp"

#include "rig/base/fd.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/child.hpp"
#include "tests/support/temp_dir.hpp"

using namespace soakrig;
using namespace soakrig::guard;

TEST_CASE("Each board's load is stopped by its own program, without a shell") {
  const test::TempDir dir;
  const std::string odd = dir.file("a; touch b");
  const std::vector<BoardCommand> boards = {{"one", {"/usr/bin/touch", odd}}, {"two", {"/bin/true"}}};
  const SystemClock clock;
  BoardCommands load("load off", boards, clock);
  CHECK(test::eventually([&] { return load.attend(); }));
  CHECK(read_file(odd));
  CHECK_FALSE(read_file(dir.file("b")));
  for (const auto& state : load.states()) CHECK(state.held);
  CHECK(load.states()[1].name == "load off: two");
}

TEST_CASE("A program that fails is tried again, and one that is missing says so") {
  const test::TempDir dir;
  // Fails the first time: mkdir of what is there afterwards succeeds the second time with -p.
  const std::string script = "test -e " + dir.file("x") + " || { : > " + dir.file("x") + "; exit 3; }";
  const std::vector<BoardCommand> boards = {{"one", {"/bin/sh", "-c", script}},
                                       {"two", {"/no/such/program"}}};
  const SystemClock clock;
  BoardCommands load("load off", boards, clock);
  CHECK(test::eventually([&] {
    CHECK_FALSE(load.attend());
    return load.states()[0].held;
  }));
  CHECK_FALSE(load.states()[1].held);
  CHECK_FALSE(load.states()[1].error.empty());
}

TEST_CASE("What is done to a board by other means is done, and its program is ended") {
  const std::vector<BoardCommand> boards = {{"one", {"/bin/sleep", "600"}}, {"two", {"/bin/false"}}};
  const SystemClock clock;
  BoardCommands load("load off", boards, clock);
  CHECK_FALSE(load.attend());
  CHECK_FALSE(load.done("one"));
  load.settle("one");
  CHECK(load.done("one"));
  CHECK_FALSE(load.done("two"));
  CHECK_FALSE(load.done("three"));
  CHECK(load.states()[0].held);
  CHECK_FALSE(load.attend());
  load.settle("two");
  CHECK(load.attend());
}

TEST_CASE("Without boards there is nothing to stop") {
  const std::vector<BoardCommand> none;
  const SystemClock clock;
  CHECK(BoardCommands("power off", none, clock).attend());
}
