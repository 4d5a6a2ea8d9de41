// SPDX-License-Identifier: Apache-2.0
//
// One core at a time: does something with the calling thread bound to each core in turn, so that a
// slow core, cluster or memory channel shows.
#pragma once

#include <cstddef>
#include <functional>
#include <vector>

namespace soakrig::workloads {

struct CoreFigure {
  std::size_t core = 0;
  double value = 0;
};

// measure() on each core that this thread may use, by number; the thread's own set is put back.
// Cores that went away meanwhile are left out.
[[nodiscard]] std::vector<CoreFigure> on_each_core(const std::function<double()>& measure);

}  // namespace soakrig::workloads
