// SPDX-License-Identifier: Apache-2.0
// Also tests: started_program.cpp
#include "workloads/container/container_keeper.hpp"

#include <signal.h>

#include "tests/support/catch.hpp"
#include "workloads/container/started_program.hpp"

using namespace soakrig;
using namespace soakrig::workloads;

TEST_CASE("container_keeper: its command line is read as it was written") {
  const auto argv = keeper_argv("/bin/work", {"/tmp/id", 42, {"podman", "run", "--", "-d", ""}});
  const auto read = parse_keeper_argv(argv);
  REQUIRE(read);
  CHECK(read->id_file == "/tmp/id");
  CHECK(read->parent == 42);
  CHECK(read->argv == std::vector<std::string>{"podman", "run", "--", "-d", ""});
  const std::string verb(kKeeperVerb);
  CHECK_FALSE(parse_keeper_argv({"work", verb, "/id", "42"}));
  CHECK_FALSE(parse_keeper_argv({"work", verb, "/id", "x", "podman"}));
  CHECK_FALSE(parse_keeper_argv({"work", verb, "/id", "-1", "podman"}));
  CHECK_FALSE(parse_keeper_argv({"work", "exec", "/id", "1", "podman"}));
}

TEST_CASE("container_keeper: a container ended as its program did") {
  CHECK(kept_end(0).code == 0);
  CHECK(kept_end(3).code == 3);
  CHECK(kept_end(3).signal == 0);
  CHECK(kept_end(128 + SIGKILL).signal == SIGKILL);
  CHECK(kept_end(128 + SIGSEGV).signal == SIGSEGV);
  CHECK(kept_end(128).code == 128);
  CHECK(kept_end(255).code == 255);
}

TEST_CASE("container_keeper: what runs no container is refused") {
  CHECK_FALSE(keep_container({"/tmp/id", 1, {"sleep", "1"}}));
  CHECK_FALSE(keep_container({"/tmp/id", 1, {"podman", "run", "-d", "image"}}));
}

TEST_CASE("started_program: without a container it is the program, and has nothing to tell") {
  const SystemClock clock;
  std::string said;
  StartedProgram program("engine", {"sh", "-c", "echo up; exit 3"}, kMinute, clock,
                         {{}, 100, [&](std::string_view line, bool) { said = line; }});
  while (!program.poll(5 * kMillisecond)) {
  }
  CHECK(program.result().code == 3);
  CHECK(said == "up");
  CHECK_FALSE(program.take_note());
  CHECK(program.facts().empty());
}

TEST_CASE("started_program: one that is asked to end does, or is killed with the object") {
  const SystemClock clock;
  StartedProgram willing("engine", {"sleep", "60"}, kMinute, clock, {});
  willing.stop(10 * kSecond);
  CHECK(willing.poll(0));
  CHECK(willing.result().signal == SIGTERM);
  StartedProgram unwilling("engine", {"sh", "-c", "trap '' TERM; while :; do :; done"}, kMinute,
                           clock, {});
  unwilling.stop(10 * kMillisecond);
}
