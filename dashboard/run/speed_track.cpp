// SPDX-License-Identifier: Apache-2.0
#include "dashboard/run/speed_track.hpp"

#include <algorithm>

#include "results/analysis/phase_times.hpp"
#include "results/analysis/progress.hpp"

namespace soakrig::dashboard {
namespace {

constexpr Nanos kPart = 6 * kHour;  // read at once

}  // namespace

bool SpeedTrack::extend(const analysis::BoardView& board, Nanos until,
                        const std::function<bool()>& cancelled) {
  while (done_ < until) {
    if (cancelled()) return false;
    // A cycle is known by the report before it: begin early, and leave out what is known.
    const Nanos early = windows_.empty() ? done_ : windows_.back().when.from;
    const analysis::Interval part{std::min(early, done_), std::min(until, done_ + kPart)};
    const auto progress =
        analysis::load_progress(board, workload_, work_, part, analysis::kLongestGap);
    auto cycles = analysis::whole_cycles(progress, part);
    std::erase_if(cycles, [this](const analysis::Cycle& c) { return c.when.from < done_; });
    const auto found = analysis::tile(cycles, window_);
    windows_.insert(windows_.end(), found.begin(), found.end());
    // What did not fill a window is read again, so that no cycle is cut by the parts.
    if (!found.empty() && found.back().when.to > done_) {
      done_ = found.back().when.to;
    } else if (part.to < until) {
      done_ = part.to;
    }
    if (part.to == until) return true;
  }
  return true;
}

store::View SpeedTrack::view(Nanos from, Nanos to, std::size_t bins) const {
  return view_of(windows_, from, to, bins);
}

store::View view_of(std::span<const analysis::Window> windows, Nanos from, Nanos to,
                    std::size_t bins) {
  store::View out;
  out.from = from;
  out.to = to;
  if (from > to || bins == 0) return out;
  bins = std::min(bins, store::kMostBins);
  const auto edge = [&](std::size_t k) {
    const double share = static_cast<double>(k) / static_cast<double>(bins);
    return from + static_cast<Nanos>(share * static_cast<double>(to + 1 - from));
  };
  auto next =
      std::ranges::partition_point(windows, [&](const auto& w) { return w.when.to <= from; });
  for (std::size_t k = 0; k < bins; ++k) {
    store::ViewBin bin;
    bin.t0 = edge(k);
    bin.t1 = k + 1 == bins ? to + 1 : edge(k + 1);
    if (bin.t1 <= bin.t0) continue;
    for (auto w = next; w != windows.end() && w->when.from < bin.t1; ++w) {
      store::ViewBin one = bin;
      one.min = one.max = one.sum = w->speed();
      one.good = one.rows = 1;
      if (bin.good == 0) {
        bin = one;
      } else {
        bin.min = std::min(bin.min, one.min);
        bin.max = std::max(bin.max, one.max);
        bin.sum += one.sum;
        ++bin.good;
        ++bin.rows;
      }
    }
    while (next != windows.end() && next->when.to <= bin.t1) ++next;
    // A line must not bridge a time in which nothing was measured.
    if (bin.rows == 0) bin.flags = store::kBinGap;
    out.bins.push_back(bin);
  }
  return out;
}

}  // namespace soakrig::dashboard
