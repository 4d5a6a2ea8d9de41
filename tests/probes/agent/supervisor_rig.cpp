// SPDX-License-Identifier: Apache-2.0
#include "tests/probes/agent/supervisor_rig.hpp"

#include "rig/base/json_guard.hpp"
#include "tests/support/catch.hpp"

namespace soakrig::test {

std::vector<nlohmann::json> SupervisorRig::bodies(std::string_view kind) const {
  std::vector<nlohmann::json> out;
  for (const auto& event : events) {
    if (event.kind == kind) out.push_back(parse_json(event.body).value());
  }
  return out;
}

nlohmann::json SupervisorRig::only(std::string_view kind) const {
  const auto all = bodies(kind);
  REQUIRE(all.size() == 1);
  return all.front();
}

std::string evidence(const nlohmann::json& incident) { return incident["evidence"].dump(); }

}  // namespace soakrig::test
