// SPDX-License-Identifier: Apache-2.0
#include "probes/agent/containers.hpp"

#include <unistd.h>

#include <algorithm>

#include "rig/base/container_run.hpp"
#include "rig/base/json_guard.hpp"

namespace soakrig::agent {

void Containers::heed(const work::Note& note) {
  const auto said = parse_json(note.json);
  if (!said || !said->is_object()) return;
  const auto container = said->find("container");
  if (container == said->end() || !container->is_object()) return;
  const auto id = json_get<std::string>(*container, "id");
  if (!id || !is_container_id(*id)) return;
  if (std::ranges::find(known_, *id, &Known::id) != known_.end()) return;
  if (known_.size() == kMost) known_.pop_front();
  known_.push_back({*id, std::nullopt});
}

void Containers::look_for_groups() {
  for (Known& each : known_) {
    if (!each.group) each.group = probes::ContainerGroup::find(each.id, root_);
  }
  // A workload may name the container that we run in ourselves.
  std::erase_if(known_, [](const Known& each) {
    if (!each.group) return false;
    const auto members = each.group->processes();
    return std::ranges::find(members, ::getpid()) != members.end();
  });
}

std::optional<probes::TreeUsage> Containers::usage() {
  look_for_groups();
  probes::TreeUsage sum;
  for (const Known& each : known_) {
    if (!each.group) return std::nullopt;
    const auto usage = each.group->usage();
    if (!usage) continue;
    sum.memory_bytes += usage->memory_bytes;
    sum.cpu_s += usage->cpu_s;
    sum.processes += usage->processes;
  }
  return sum;
}

std::vector<pid_t> Containers::processes() {
  look_for_groups();
  std::vector<pid_t> out;
  for (const Known& each : known_) {
    if (!each.group) continue;
    const std::vector<pid_t> members = each.group->processes();
    out.insert(out.end(), members.begin(), members.end());
  }
  return out;
}

}  // namespace soakrig::agent
