// SPDX-License-Identifier: Apache-2.0
//
// How a cycle ended, from what was seen at its end and nothing else. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace soakrig::workloads {

enum class CycleClass : std::uint8_t {
  updated,      // healthy, at the target version
  rolled_back,  // healthy, at the version from before
  stuck,        // it answers, but is not healthy, or at neither version, or its update never ended
  bricked,      // neither healthy nor able to say its version
};
[[nodiscard]] std::string_view to_string(CycleClass kind);

struct CycleEnd {
  std::string from, target;
  std::string found;         // as the version step said; empty = it could not
  bool healthy = false;      // the health step ended well before the time to settle was over
  bool update_ended = true;  // by itself or by a fault, not at our deadline
};

[[nodiscard]] CycleClass classify(const CycleEnd& end);

}  // namespace soakrig::workloads
