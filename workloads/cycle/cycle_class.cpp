// SPDX-License-Identifier: Apache-2.0
#include "workloads/cycle/cycle_class.hpp"

#include <array>

namespace soakrig::workloads {

std::string_view to_string(CycleClass kind) {
  constexpr std::array<std::string_view, 4> kNames{"updated", "rolled-back", "stuck", "bricked"};
  return kNames[static_cast<std::size_t>(kind)];
}

CycleClass classify(const CycleEnd& end) {
  if (!end.healthy && end.found.empty()) return CycleClass::bricked;
  if (!end.healthy || !end.update_ended) return CycleClass::stuck;
  if (end.found == end.target) return CycleClass::updated;
  if (end.found == end.from) return CycleClass::rolled_back;
  return CycleClass::stuck;
}

}  // namespace soakrig::workloads
