// SPDX-License-Identifier: Apache-2.0
//
// What a profile may ask of the virtual bench, as far as it can be judged without it: the spelling
// of its faults. The bench itself parses them again; a test holds the two lists together.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "rig/base/result.hpp"

namespace soakrig::plan {

// KIND[=PARAMETER][:TARGET]@TIME[+DURATION].
struct VirtualFault {
  std::string kind, target;
  bool takes_workload = false;  // the target is a workload's name
};

// Kinds, each with whether it takes a target: a workload, a channel, a device or none.
struct VirtualFaultKind {
  std::string_view name;
  enum class Target { none, workload, channel, device } target = Target::none;
};
[[nodiscard]] const std::vector<VirtualFaultKind>& virtual_fault_kinds();

[[nodiscard]] Result<VirtualFault> parse_virtual_fault(std::string_view text);

}  // namespace soakrig::plan
