// SPDX-License-Identifier: Apache-2.0
#include "workloads/memory/core_lap.hpp"

#include "workloads/kernels/cores.hpp"

namespace soakrig::workloads {

std::vector<CoreFigure> on_each_core(const std::function<double()>& measure) {
  std::vector<CoreFigure> figures;
  for (const std::size_t core : allowed_core_list()) {
    const BoundTo one({core});
    if (one.bound()) figures.push_back({core, measure()});
  }
  return figures;
}

}  // namespace soakrig::workloads
