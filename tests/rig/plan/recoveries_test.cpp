// SPDX-License-Identifier: Apache-2.0
//
// recovery of a [[board]].
#include "rig/plan/recoveries.hpp"

#include "tests/rig/plan/support.hpp"
#include "tests/support/catch.hpp"

using namespace soakrig;
using namespace soakrig::plan;
using soakrig::plan::testing::read_with;

namespace {

std::string board(const std::string& connect, const std::string& recovery) {
  return "[[board]]\nname = \"a\"\nconnect = \"" + connect + "\"\nrecovery = { " + recovery +
         " }\n";
}
std::string fault(const std::string& more) {
  const auto p = read_with(more);
  return p.ok() ? "" : p.faults.front().what;
}

}  // namespace

TEST_CASE("how a board is brought back is read, with its defaults") {
  const auto read = [](const std::string& more, std::vector<std::string> overrides = {}) {
    return read_recoveries(more, "night.toml", overrides);
  };
  const std::string first = board("ssh://pi", "reboot = [\"sudo\", \"-n\", \"reboot\"]");
  INFO(fault(first));
  CHECK(fault(first).empty());
  const RecoverySpec plain = read(first).at("a");
  CHECK(plain.wait == 2 * kMinute);
  CHECK(plain.boot == 3 * kMinute);
  CHECK(plain.reboot_argv == std::vector<std::string>{"sudo", "-n", "reboot"});
  CHECK(plain.reboots == 1);
  const std::string more =
      board("ssh://pi", "wait = \"20s\", boot = \"90s\", reboot = [\"reboot\"], reboots = 3");
  CHECK(fault(more).empty());
  const RecoverySpec full = read(more, {"board.a.recovery.wait=\"7s\""}).at("a");
  CHECK(full.wait == 7 * kSecond);
  CHECK(full.boot == 90 * kSecond);
  CHECK(full.reboots == 3);
  CHECK(read("[[board]]\nconnect = \"ssh://pi\"\n").empty());
  CHECK(read("no toml [").empty());
}

TEST_CASE("a recovery that cannot be is refused with the place") {
  CHECK(fault(board("local", "reboot = [\"reboot\"]")) ==
        "[[board]] a is driven from the machine that it runs on, and has a reboot");
  CHECK(fault(board("ssh://pi", "reboots = 2")) == "[[board]] a recovery has reboots but no reboot");
  CHECK(fault(board("ssh://pi", "boot = \"1s\"")) ==
        "[[board]] a recovery boot is out of range");
  CHECK(fault(board("ssh://pi", "reset = 1")) ==
        "unknown key 'reset' in [[board]] a recovery");
}
