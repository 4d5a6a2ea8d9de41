// SPDX-License-Identifier: Apache-2.0
//
// Values that hold for stretches of time (a speed, a quantile of latencies) as bins of a plot. Pure.
#pragma once

#include <algorithm>
#include <span>

#include "results/analysis/run_view.hpp"
#include "results/store/view.hpp"

namespace soakrig::dashboard {

// Windows ascend and do not overlap; `when` gives the stretch of one, `value` what it is worth. A
// window shows in every bin that it reaches into; a bin without one has no rows and is a gap.
template <class Window, class When, class Value>
[[nodiscard]] store::View window_view(std::span<const Window> windows, Nanos from, Nanos to,
                                      std::size_t bins, When when, Value value) {
  store::View out;
  out.from = from;
  out.to = to;
  if (from > to || bins == 0) return out;
  bins = std::min(bins, store::kMostBins);
  const auto edge = [&](std::size_t k) {
    const double share = static_cast<double>(k) / static_cast<double>(bins);
    return from + static_cast<Nanos>(share * static_cast<double>(to + 1 - from));
  };
  auto next = std::ranges::partition_point(windows, [&](const Window& w) {
    return analysis::Interval(when(w)).to <= from;
  });
  for (std::size_t k = 0; k < bins; ++k) {
    store::ViewBin bin;
    bin.t0 = edge(k);
    bin.t1 = k + 1 == bins ? to + 1 : edge(k + 1);
    if (bin.t1 <= bin.t0) continue;
    for (auto w = next; w != windows.end() && analysis::Interval(when(*w)).from < bin.t1; ++w) {
      const double v = value(*w);
      bin.min = bin.good == 0 ? v : std::min(bin.min, v);
      bin.max = bin.good == 0 ? v : std::max(bin.max, v);
      bin.sum += v;
      ++bin.good;
      ++bin.rows;
    }
    while (next != windows.end() && analysis::Interval(when(*next)).to <= bin.t1) ++next;
    // A line must not bridge a time in which nothing was measured.
    if (bin.rows == 0) bin.flags = store::kBinGap;
    out.bins.push_back(bin);
  }
  return out;
}

}  // namespace soakrig::dashboard
