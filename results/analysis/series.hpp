// SPDX-License-Identifier: Apache-2.0
//
// What can be asked of one channel over a time range: how much of it was valid, its mean, its
// integral, its extremes. Everything streams in parts of a few hours, so that a month of a channel
// is never in memory at once. Pure but for calling the channel's loader.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "results/analysis/run_view.hpp"

namespace soakrig::analysis {

// The part that lies in both; empty length when there is none.
[[nodiscard]] Interval overlap(const Interval& a, const Interval& b);
// Sorted, with everything that touches or is at most `gap` apart joined.
[[nodiscard]] std::vector<Interval> joined(std::vector<Interval> intervals, Nanos gap = 0);
// Time of `a` that lies in any of `others` (which must be joined).
[[nodiscard]] Nanos time_within(const Interval& a, std::span<const Interval> others);

// Calls `visit` with consecutive parts of the channel, in order, none longer than six hours.
void for_each_part(const ChannelView& channel, const Interval& range,
                   const std::function<void(const Series&)>& visit);

// How long a sample vouches for its channel: 2.5 periods (one lost tick is bridged, two are not),
// at least 250 ms; a minute for an irregular source.
[[nodiscard]] Nanos hold_time(const ChannelView& channel);

// Where the channel was good: each good sample holds until the next one, or hold_time at most.
[[nodiscard]] std::vector<Interval> valid_intervals(const ChannelView& channel,
                                                    const Interval& range);

struct SeriesSummary {
  double first = 0, last = 0, mean = 0, min = 0, max = 0;  // mean of the samples, not of time
  Nanos first_t = 0, last_t = 0;
  std::size_t n = 0;
};
// Of the good samples; none when there are none.
[[nodiscard]] std::optional<SeriesSummary> summarise(const ChannelView& channel,
                                                     const Interval& range);

// The same for many ranges in one pass over the channel.
[[nodiscard]] std::vector<std::optional<SeriesSummary>> summarise_each(
    const ChannelView& channel, std::span<const Interval> ranges);

// Integral over time (unit x s) by the trapezoid rule between good samples, each sample holding to
// the ends of the range; none when less than `least_valid` (a share) of the range was valid. What
// was not valid within that share is bridged by the neighbouring samples.
[[nodiscard]] std::optional<double> integrate(const ChannelView& channel, const Interval& range,
                                              double least_valid);

}  // namespace soakrig::analysis
