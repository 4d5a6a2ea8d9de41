// SPDX-License-Identifier: Apache-2.0
//
// recovery of a [[board]].
#include "rig/plan/sections.hpp"

namespace soakrig::plan {

std::optional<RecoverySpec> read_recovery(const TableReader& board, bool remote, Build& build) {
  const Value* value = board.find("recovery");
  if (value == nullptr) return std::nullopt;
  const TableReader reader(value, {"board.recovery"}, board.where() + " recovery", build.faults);
  RecoverySpec spec;
  spec.wait = reader.duration("wait").value_or(spec.wait);
  spec.boot = reader.duration("boot").value_or(spec.boot);
  spec.reboot_argv = reader.texts("reboot");
  spec.reboots = static_cast<int>(reader.integer("reboots").value_or(spec.reboots));
  if (!spec.reboot_argv.empty() && !remote) {
    build.faults.add(
        board.place("recovery"),
        board.where() + " is driven from the machine that it runs on, and has a reboot",
        "a rig that reboots itself cannot go on; take reboot out");
  }
  if (spec.reboots > RecoverySpec{}.reboots && spec.reboot_argv.empty()) {
    build.faults.add(reader.place("reboots"), board.where() + " recovery has reboots but no reboot",
                     "write the program: reboot = [\"sudo\", \"-n\", \"reboot\"]");
  }
  return spec;
}

}  // namespace soakrig::plan
