// SPDX-License-Identifier: Apache-2.0
#include "dashboard/run/speed_track.hpp"

#include <algorithm>

#include "dashboard/run/window_view.hpp"
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
  return window_view(windows, from, to, bins, [](const analysis::Window& w) { return w.when; },
                     [](const analysis::Window& w) { return w.speed(); });
}

}  // namespace soakrig::dashboard
