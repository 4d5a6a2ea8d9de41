// SPDX-License-Identifier: Apache-2.0
#include "rig/plan/recoveries.hpp"

#include <optional>

#include "rig/base/toml_value.hpp"
#include "rig/plan/override.hpp"
#include "rig/plan/sections.hpp"

namespace soakrig::plan {
namespace {

std::optional<RecoverySpec> read_recovery(const TableReader& board, bool remote, Faults& faults) {
  const Value* value = board.find("recovery");
  if (value == nullptr) return std::nullopt;
  const TableReader reader(value, {"board.recovery"}, board.where() + " recovery", faults);
  RecoverySpec spec;
  spec.wait = reader.duration("wait").value_or(spec.wait);
  spec.boot = reader.duration("boot").value_or(spec.boot);
  spec.reboot_argv = reader.texts("reboot");
  spec.reboots = static_cast<int>(reader.integer("reboots").value_or(spec.reboots));
  if (!spec.reboot_argv.empty() && !remote) {
    faults.add(board.place("recovery"),
               board.where() + " is driven from the machine that it runs on, and has a reboot",
               "a rig that reboots itself cannot go on; take reboot out");
  }
  if (spec.reboots > RecoverySpec{}.reboots && spec.reboot_argv.empty()) {
    faults.add(reader.place("reboots"), board.where() + " recovery has reboots but no reboot",
               "write the program: reboot = [\"sudo\", \"-n\", \"reboot\"]");
  }
  return spec;
}

}  // namespace

void check_recovery(const TableReader& board, bool remote, Build& build) {
  static_cast<void>(read_recovery(board, remote, build.faults));
}

RecoverySpecs read_recoveries(std::string_view text, const std::string& file,
                              std::span<const std::string> overrides) {
  RecoverySpecs out;
  auto root = parse_toml(text, file);
  if (!root) return out;
  Faults faults(file);  // told by whoever read the profile
  fill_names(*root);
  for (const std::string& assignment : overrides) apply_override(*root, assignment, faults);
  for (const Value* table : tables_at(*root, "board")) {
    const TableReader reader(table, {"board"}, "[[board]]", faults);
    auto spec = read_recovery(reader, true, faults);
    if (spec) out[reader.text("name").value_or("")] = std::move(*spec);
  }
  return out;
}

}  // namespace soakrig::plan
