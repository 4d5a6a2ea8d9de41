// SPDX-License-Identifier: Apache-2.0
//
// The kinds of workload a profile can ask for: one row each, with the function that turns its table
// into what the agent starts. The agent knows no kinds, only programs that speak the workload
// protocol, so a new kind is a row here, its keys in the schema, and nothing else.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "rig/base/run_spec.hpp"
#include "rig/plan/sections.hpp"

namespace soakrig::plan {

struct WorkloadKind {
  std::string_view name;
  std::string_view keys;     // the schema's table of its own keys
  std::string_view summary;  // one line, for messages and documents
  // Fills argv, unit, work, device, precision and model. The table has passed the schema; a fault
  // that only this kind can see is added to build.
  void (*fill)(const TableReader& table, WorkloadSpec& spec, Build& build);
};

// Sorted by name.
[[nodiscard]] std::span<const WorkloadKind> workload_kinds();
[[nodiscard]] const WorkloadKind* find_workload_kind(std::string_view name);

}  // namespace soakrig::plan
