// SPDX-License-Identifier: Apache-2.0
#include "results/analysis/windows.hpp"

#include <algorithm>

namespace soakrig::analysis {

std::vector<Window> tile(std::span<const Cycle> cycles, Nanos length) {
  std::vector<Window> out;
  Window open;
  Nanos filled = 0;
  for (const Cycle& cycle : cycles) {
    if (filled > 0 && cycle.when.from - open.when.to > length) filled = 0;
    if (filled == 0) open = Window{{cycle.when.from, cycle.when.from}, 0, 0, 0};
    open.when.to = cycle.when.to;
    open.work += cycle.work;
    open.busy += cycle.busy;
    open.cycles += cycle.count;
    filled += std::max<Nanos>(1, cycle.when.length());
    if (filled < length) continue;
    if (open.busy > 0) out.push_back(open);
    filled = 0;
  }
  return out;
}

std::vector<double> speeds(std::span<const Window> windows) {
  std::vector<double> out;
  out.reserve(windows.size());
  for (const Window& w : windows) out.push_back(w.speed());
  return out;
}

std::vector<Window> inside(std::span<const Window> windows, const Interval& range) {
  std::vector<Window> out;
  std::ranges::copy_if(windows, std::back_inserter(out), [&](const Window& w) {
    return w.when.from >= range.from && w.when.to <= range.to;
  });
  return out;
}

Nanos window_length(Nanos wanted, Nanos shortest, Nanos dwell) {
  if (dwell >= 2 * wanted) return wanted;
  return std::max(std::min(shortest, wanted), dwell / 2);
}

}  // namespace soakrig::analysis
