// SPDX-License-Identifier: Apache-2.0
#include "rig/plan/virtual_keys.hpp"

#include <algorithm>

#include "rig/base/channel.hpp"
#include "rig/base/quantity.hpp"
#include "rig/plan/faults.hpp"

namespace soakrig::plan {

using Target = VirtualFaultKind::Target;

const std::vector<VirtualFaultKind>& virtual_fault_kinds() {
  static const std::vector<VirtualFaultKind> kKinds = {
      {"crash", Target::workload},     {"hang", Target::workload},
      {"freeze", Target::channel},     {"vanish", Target::channel},
      {"chamber-stall", Target::none}, {"chamber-freeze", Target::none},
      {"meter-stall", Target::none},   {"gone", Target::device},
      {"silent", Target::device},      {"late", Target::device},
      {"drip", Target::device},        {"stray-before", Target::device},
      {"stray-after", Target::device}, {"truncated", Target::device},
      {"wrong-unit", Target::device},  {"wrong-function", Target::device},
      {"wrong-echo", Target::device},  {"wrong-value-echo", Target::device},
      {"short-reply", Target::device}, {"wrong-length", Target::device},
      {"wrong-check", Target::device}, {"duplicate", Target::device},
      {"late-write", Target::device},  {"exception", Target::device},
      {"random", Target::device},      {"close", Target::device},
  };
  return kKinds;
}

Result<VirtualFault> parse_virtual_fault(std::string_view text) {
  const std::size_t mark = text.find('@');
  const std::string_view head = text.substr(0, mark);
  const std::size_t colon = head.find(':');
  VirtualFault fault;
  fault.kind = head.substr(0, std::min(colon, head.find('=')));
  if (colon != std::string_view::npos) fault.target = head.substr(colon + 1);
  const auto& kinds = virtual_fault_kinds();
  const auto kind = std::ranges::find(kinds, fault.kind, &VirtualFaultKind::name);
  if (kind == kinds.end()) {
    std::vector<std::string> names;
    for (const VirtualFaultKind& each : kinds) names.emplace_back(each.name);
    return Error{Errc::invalid, "no fault is called '" + shown(fault.kind) + "'",
                 suggestion(fault.kind, names, "there are")};
  }
  fault.takes_workload = kind->target == Target::workload;
  if ((kind->target == Target::none) != fault.target.empty() ||
      (kind->target == Target::channel && !valid_channel_name(fault.target))) {
    return Error{Errc::invalid, "'" + shown(text) + "' has the wrong form",
                 kind->target == Target::none     ? "this fault takes no target"
                 : kind->target == Target::device ? "write KIND:DEVICE@TIME, such as late:meter@10s"
                 : kind->target == Target::channel ? "write KIND:CHANNEL@TIME"
                                                   : "write KIND:WORKLOAD@TIME"};
  }
  const std::string_view when = mark == std::string_view::npos ? "" : text.substr(mark + 1);
  const std::size_t plus = when.find('+');
  const bool lasts = plus != std::string_view::npos;
  if (!parse_duration(when.substr(0, plus)) || (lasts && !parse_duration(when.substr(plus + 1)))) {
    return Error{Errc::invalid, "'" + shown(text) + "' does not say when",
                 "write KIND[:TARGET]@TIME[+DURATION], such as \"crash:chat@30s\""};
  }
  if (lasts && fault.takes_workload) {
    return Error{Errc::invalid, "'" + shown(text) + "' has a duration",
                 "a crash or a hang has none; drop what follows '+'"};
  }
  return fault;
}

}  // namespace soakrig::plan
