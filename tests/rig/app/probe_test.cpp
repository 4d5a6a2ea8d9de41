// SPDX-License-Identifier: Apache-2.0
//
// soakrig probe as a command: exit codes on a tree, on no tree and on bad usage.
#include <string>
#include <vector>

#include "rig/base/result.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/paths.hpp"

#include <span>

namespace soakrig::app {
int command_probe(std::span<const std::string> args);
}

using soakrig::app::command_probe;

TEST_CASE("probe reads a tree, and refuses what it does not understand") {
  const std::string tree = soakrig::test::source_dir() + "/tests/fixtures/boards/rk3588";
  const std::vector<std::string> text = {"--sysroot", tree};
  const std::vector<std::string> json = {"--sysroot", tree, "--json"};
  const std::vector<std::string> bad = {"--sysrot", tree};
  const std::vector<std::string> missing = {"--sysroot", tree + "/no/such"};
  CHECK(command_probe(text) == 0);
  CHECK(command_probe(json) == 0);
  CHECK(command_probe(bad) == 4);
  try {
    static_cast<void>(command_probe(missing));
    FAIL("a tree that is not there was read");
  } catch (const soakrig::Fatal& fatal) {
    CHECK(fatal.exit_code() == 2);
  }
}
