// SPDX-License-Identifier: Apache-2.0
#include "results/analysis/ready_facts.hpp"

#include <cmath>
#include <cstdlib>

#include "results/analysis/event_body.hpp"

namespace soakrig::analysis {

std::string Ready::text(const std::string& key) const {
  const auto found = facts.find(key);
  return found == facts.end() ? std::string{} : found->second;
}

std::optional<double> Ready::number(const std::string& key) const {
  const std::string written = text(key);
  char* end = nullptr;
  const double value = std::strtod(written.c_str(), &end);
  if (end == written.c_str() || !std::isfinite(value) || value <= 0) return std::nullopt;
  return value;
}

std::map<std::string, Ready> ready_facts(std::span<const Event> events, std::string_view board) {
  std::map<std::string, Ready> out;
  for (const Event& event : events) {
    if (event.board != board || event.kind != event_kind::kWorkReady) continue;
    const EventBody body(event.body);
    const auto workload = body.text("workload");
    const auto facts = body.object("facts");
    if (!workload || !facts) continue;
    Ready& ready = out[*workload];
    ready.at = event.t;
    for (const auto& [key, value] : facts->all_texts()) ready.facts[key] = value;
  }
  return out;
}

}  // namespace soakrig::analysis
