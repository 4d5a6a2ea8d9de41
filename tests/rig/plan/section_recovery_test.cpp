// SPDX-License-Identifier: Apache-2.0
//
// recovery of a [[board]].
#include "tests/rig/plan/support.hpp"
#include "tests/support/catch.hpp"

using namespace soakrig;
using namespace soakrig::plan;
using soakrig::plan::testing::fault;
using soakrig::plan::testing::read_with;

namespace {

std::string board(const std::string& connect, const std::string& recovery) {
  return "[[board]]\nname = \"a\"\nconnect = \"" + connect + "\"\nrecovery = { " + recovery +
         " }\n";
}

}  // namespace

TEST_CASE("how a board is brought back is read, with its defaults") {
  const auto read = [](const std::string& more) {
    const auto p = read_with(more);
    REQUIRE(p.ok());
    return p.spec.boards.at(0).recovery;
  };
  const RecoverySpec plain =
      read(board("ssh://pi", "reboot = [\"sudo\", \"-n\", \"reboot\"]")).value();
  CHECK(plain.wait == 2 * kMinute);
  CHECK(plain.boot == 3 * kMinute);
  CHECK(plain.reboot_argv == std::vector<std::string>{"sudo", "-n", "reboot"});
  CHECK(plain.reboots == 1);
  const RecoverySpec full =
      read(board("ssh://pi", "wait = \"20s\", boot = \"90s\", reboot = [\"reboot\"], reboots = 3"))
          .value();
  CHECK(full.wait == 20 * kSecond);
  CHECK(full.boot == 90 * kSecond);
  CHECK(full.reboots == 3);
  CHECK_FALSE(read("[[board]]\nname = \"a\"\nconnect = \"ssh://pi\"\n"));
}

TEST_CASE("a recovery that cannot be is refused with the place") {
  CHECK(fault(board("local", "reboot = [\"reboot\"]")) ==
        "[[board]] a is driven from the machine that it runs on, and has a reboot");
  CHECK(fault(board("ssh://pi", "reboots = 2")) ==
        "[[board]] a recovery has reboots but no reboot");
  CHECK(fault(board("ssh://pi", "boot = \"1s\"")) == "[[board]] a recovery boot is out of range");
  CHECK(fault(board("ssh://pi", "reset = 1")) == "unknown key 'reset' in [[board]] a recovery");
}
