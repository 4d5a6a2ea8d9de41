// SPDX-License-Identifier: Apache-2.0
#include "rig/control/run_parts.hpp"

#include <algorithm>

namespace soakrig::control {

bool is_metered(const EngineParts& parts, const std::string& board) {
  return std::ranges::any_of(parts.instruments, [&](const NamedInstrument& n) {
    const auto& channels = n.instrument->source().channels;
    return n.board == board &&
           std::ranges::find(channels, "board.power", &ChannelInfo::name) != channels.end();
  });
}

instruments::Relay* find_relay(const EngineParts& parts, const std::string& name) {
  for (const NamedInstrument& named : parts.instruments) {
    if (named.relay != nullptr && named.instrument->source().name == name) return named.relay;
  }
  return nullptr;
}

std::vector<WorkloadSpec> workloads_of(const RunSpec& spec, const std::vector<std::string>& names) {
  std::vector<WorkloadSpec> out;
  for (const std::string& name : names) {
    if (const WorkloadSpec* workload = spec.find_workload(name)) out.push_back(*workload);
  }
  return out;
}

void take_up(LinkTerms& terms, const EngineParts& parts, std::size_t board, Nanos run_start) {
  const ResumePoint& from = parts.resume.value();
  terms.gone_since = run_start + from.last;
  const auto known = from.boards.find(parts.spec.boards[board].name);
  if (known != from.boards.end()) terms.memory = known->second;
  for (auto& [boot_id, anchor] : terms.memory.clocks) anchor.to_ns += run_start;
  const std::size_t phase = from.progress.index;
  if (phase < parts.spec.phases.size()) terms.work = parts.spec.phases[phase].work;
}

}  // namespace soakrig::control
