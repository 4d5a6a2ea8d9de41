// SPDX-License-Identifier: Apache-2.0
#include "rig/virtual/faults.hpp"

#include <algorithm>
#include <array>

#include "rig/base/channel.hpp"
#include "rig/base/quantity.hpp"
#include "rig/virtual/board_tree.hpp"

namespace soakrig::virtual_bench {
namespace {

struct KindName {
  std::string_view name;
  FaultKind kind;
  bool takes_workload, takes_channel;
};
constexpr std::array<KindName, 7> kKinds = {{
    {"crash", FaultKind::crash, true, false},
    {"hang", FaultKind::hang, true, false},
    {"freeze", FaultKind::freeze, false, true},
    {"vanish", FaultKind::vanish, false, true},
    {"chamber-stall", FaultKind::chamber_stall, false, false},
    {"chamber-freeze", FaultKind::chamber_freeze, false, false},
    {"meter-stall", FaultKind::meter_stall, false, false},
}};

Error bad(std::string_view text, const std::string& what, const std::string& remedy) {
  return Error{Errc::invalid, "fault '" + std::string(text.substr(0, 200)) + "': " + what, remedy};
}

std::string list_of(const std::vector<std::string>& words) {
  std::string list;
  for (const std::string& word : words) list += (list.empty() ? "" : ", ") + word;
  return list;
}

Result<void> check_target(const KindName& kind, std::string_view text, const Fault& fault) {
  if (!kind.takes_workload && !kind.takes_channel) {
    if (fault.target.empty()) return {};
    return bad(text, std::string(kind.name) + " takes no target", "drop ':" + fault.target + "'");
  }
  if (fault.target.empty()) {
    return bad(text, std::string(kind.name) + " needs a target",
               kind.takes_workload ? "name a workload, as in crash:chat@60s"
                                   : "name a channel, as in freeze:soc.temperature@60s");
  }
  if (kind.takes_workload) return {};
  const auto known = tree_channels();
  if (std::ranges::find(known, fault.target) != known.end()) return {};
  return bad(text, "the bench has no channel '" + fault.target + "'", "it has " + list_of(known));
}

}  // namespace

Result<Fault> parse_fault(std::string_view text) {
  const auto at = text.find('@');
  if (at == std::string_view::npos) {
    return bad(text, "no time", "write KIND[:TARGET]@TIME, as in crash:chat@60s");
  }
  const std::string_view head = text.substr(0, at);
  const std::string_view name = head.substr(0, head.find(':'));
  const auto kind = std::ranges::find(kKinds, name, &KindName::name);
  if (kind == kKinds.end()) {
    std::vector<std::string> names;
    for (const KindName& known : kKinds) names.emplace_back(known.name);
    return bad(text, "unknown kind", "kinds: " + list_of(names));
  }
  Fault fault;
  fault.kind = kind->kind;
  fault.text = text;
  if (name.size() < head.size()) fault.target = head.substr(name.size() + 1);
  std::string_view time = text.substr(at + 1);
  if (const auto plus = time.find('+'); plus != std::string_view::npos) {
    const auto duration = parse_duration(time.substr(plus + 1));
    if (!duration || *duration <= 0) return bad(text, "the duration is wrong", "write +10s");
    if (kind->takes_workload) return bad(text, "a crash or hang has no duration", "drop it");
    fault.duration = *duration;
    time = time.substr(0, plus);
  }
  const auto when = parse_duration(time);
  if (!when) return bad(text, when.error().what, when.error().remedy);
  fault.at = *when;
  if (auto target = check_target(*kind, text, fault); !target) return target.error();
  return fault;
}

}  // namespace soakrig::virtual_bench
