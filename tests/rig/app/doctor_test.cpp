// SPDX-License-Identifier: Apache-2.0
//
// soakrig doctor as a command: its exit codes.
#include <span>
#include <string>
#include <vector>

#include "tests/support/catch.hpp"
#include "tests/support/paths.hpp"

namespace soakrig::app {
int command_doctor(std::span<const std::string> args);
}

using soakrig::app::command_doctor;

TEST_CASE("doctor says by its exit code whether a verdict lacks something") {
  const std::string boards = soakrig::test::source_dir() + "/tests/fixtures/boards/";
  const std::vector<std::string> complete = {"--sysroot", boards + "jetson-orin"};
  const std::vector<std::string> as_json = {"--sysroot", boards + "jetson-orin", "--json"};
  // A folder without proc and sys: no temperature, no clock.
  const std::vector<std::string> nothing = {"--sysroot", boards};
  const std::vector<std::string> bad = {"--rot", "/"};
  const std::vector<std::string> both = {"profile.toml", "--sysroot", boards};
  const std::vector<std::string> no_profile = {boards + "no-such.toml"};
  CHECK(command_doctor(complete) == 0);
  CHECK(command_doctor(as_json) == 0);
  CHECK(command_doctor(nothing) == 3);
  CHECK(command_doctor(bad) == 4);
  CHECK(command_doctor(both) == 4);
  CHECK(command_doctor(no_profile) == 4);
}
