// SPDX-License-Identifier: Apache-2.0
#include "rig/base/recovery_spec.hpp"

#include "rig/base/json_guard.hpp"

namespace soakrig {

std::string with_recoveries(const std::string& spec_json, const RecoverySpecs& specs) {
  auto whole = parse_json(spec_json);
  if (specs.empty() || !whole || !whole->is_object()) return spec_json;
  nlohmann::json list = nlohmann::json::object();
  for (const auto& [board, spec] : specs) {
    list[board] = {{"wait", spec.wait},
                   {"boot", spec.boot},
                   {"reboot", spec.reboot_argv},
                   {"reboots", spec.reboots}};
  }
  (*whole)["recoveries"] = std::move(list);
  return dump_json(*whole);
}

RecoverySpecs recoveries_of(std::string_view spec_json) {
  RecoverySpecs out;
  const auto whole = parse_json(spec_json);
  if (!whole || !whole->is_object()) return out;
  const auto list = whole->find("recoveries");
  if (list == whole->end() || !list->is_object()) return out;
  for (const auto& [board, in] : list->items()) {
    RecoverySpec spec;
    spec.wait = json_get<Nanos>(in, "wait").value_or(spec.wait);
    spec.boot = json_get<Nanos>(in, "boot").value_or(spec.boot);
    spec.reboots = json_get<int>(in, "reboots").value_or(spec.reboots);
    const auto argv = in.is_object() ? in.find("reboot") : in.end();
    if (argv != in.end() && argv->is_array()) {
      for (const auto& word : *argv) {
        if (word.is_string()) spec.reboot_argv.push_back(word.get<std::string>());
      }
    }
    out[board] = std::move(spec);
  }
  return out;
}

}  // namespace soakrig
