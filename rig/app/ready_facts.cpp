// SPDX-License-Identifier: Apache-2.0
#include "rig/app/ready_facts.hpp"

#include <nlohmann/json.hpp>
#include <string>

#include "rig/base/event.hpp"

namespace soakrig::app {

report::ReadyFacts ready_facts(const store::Reader& reader) {
  report::ReadyFacts out;
  store::EventFilter filter;
  filter.kind = event_kind::kWorkReady;
  const auto events = reader.events(filter);
  if (!events) return out;
  for (const store::StoredEvent& stored : *events) {
    const nlohmann::json body = nlohmann::json::parse(stored.event.body, nullptr, false);
    if (!body.is_object() || !body.contains("facts") || !body["facts"].is_object()) continue;
    if (!body.contains("workload") || !body["workload"].is_string()) continue;
    auto& facts = out[stored.event.board][body["workload"].get<std::string>()];
    for (const auto& [key, value] : body["facts"].items()) {
      if (value.is_string()) facts[key] = value.get<std::string>();
    }
  }
  return out;
}

}  // namespace soakrig::app
