// SPDX-License-Identifier: Apache-2.0
#include "results/analysis/series.hpp"

#include <algorithm>

namespace soakrig::analysis {

namespace {
constexpr Nanos kPart = 6 * kHour;
}

Interval overlap(const Interval& a, const Interval& b) {
  const Nanos from = std::max(a.from, b.from);
  return {from, std::max(from, std::min(a.to, b.to))};
}

std::vector<Interval> joined(std::vector<Interval> intervals, Nanos gap) {
  std::ranges::sort(intervals, {}, &Interval::from);
  std::vector<Interval> out;
  for (const Interval& i : intervals) {
    if (!out.empty() && i.from - out.back().to <= gap) {
      out.back().to = std::max(out.back().to, i.to);
    } else {
      out.push_back(i);
    }
  }
  return out;
}

Nanos time_within(const Interval& a, std::span<const Interval> others) {
  Nanos sum = 0;
  for (const Interval& other : others) sum += overlap(a, other).length();
  return sum;
}

void for_each_part(const ChannelView& channel, const Interval& range,
                   const std::function<void(const Series&)>& visit) {
  for (Nanos from = range.from; from < range.to; from += kPart) {
    const Series part = channel.load(from, std::min(range.to, from + kPart));
    if (!part.empty()) visit(part);
  }
}

Nanos hold_time(const ChannelView& channel) {
  if (channel.period <= 0) return kMinute;
  return std::max(250 * kMillisecond, channel.period * 5 / 2);
}

std::vector<Interval> valid_intervals(const ChannelView& channel, const Interval& range) {
  const Nanos hold = hold_time(channel);
  std::vector<Interval> out;
  // Each sample ends the hold of the one before it, so that a bad reading is not bridged.
  for_each_part(channel, range, [&](const Series& s) {
    for (std::size_t i = 0; i < s.size(); ++i) {
      if (!out.empty() && out.back().to > s.t[i]) out.back().to = s.t[i];
      if (!s.good(i)) continue;
      const Nanos to = std::min(range.to, s.t[i] + hold);
      if (!out.empty() && out.back().to >= s.t[i]) {
        out.back().to = to;
      } else {
        out.push_back({s.t[i], to});
      }
    }
  });
  // The first sample of a range vouches for the moment before it too, as it would in mid-run.
  if (!out.empty() && out.front().from - range.from <= hold) out.front().from = range.from;
  return out;
}

namespace {

// A summary under way: its mean is still a sum.
void add_sample(SeriesSummary& out, Nanos t, double v) {
  if (out.n == 0) {
    out.first = out.min = out.max = v;
    out.first_t = t;
  }
  out.min = std::min(out.min, v);
  out.max = std::max(out.max, v);
  out.last = v;
  out.last_t = t;
  out.mean += v;
  ++out.n;
}

void add_part(SeriesSummary& out, const Series& s, const Interval& range) {
  const auto begin = std::ranges::lower_bound(s.t, range.from);
  for (auto i = static_cast<std::size_t>(begin - s.t.begin()); i < s.size(); ++i) {
    if (s.t[i] >= range.to) break;
    if (s.good(i)) add_sample(out, s.t[i], s.v[i]);
  }
}

}  // namespace

std::vector<std::optional<SeriesSummary>> summarise_each(const ChannelView& channel,
                                                         std::span<const Interval> ranges) {
  if (ranges.empty()) return {};
  Interval hull = ranges.front();
  for (const Interval& r : ranges) {
    hull = {std::min(hull.from, r.from), std::max(hull.to, r.to)};
  }
  std::vector<SeriesSummary> sums(ranges.size());
  for_each_part(channel, hull, [&](const Series& s) {
    for (std::size_t k = 0; k < ranges.size(); ++k) {
      if (ranges[k].from <= s.t.back() && ranges[k].to > s.t.front()) {
        add_part(sums[k], s, ranges[k]);
      }
    }
  });
  std::vector<std::optional<SeriesSummary>> out;
  for (SeriesSummary& sum : sums) {
    if (sum.n > 0) sum.mean /= static_cast<double>(sum.n);
    out.push_back(sum.n > 0 ? std::optional(sum) : std::nullopt);
  }
  return out;
}

std::optional<SeriesSummary> summarise(const ChannelView& channel, const Interval& range) {
  return summarise_each(channel, std::span(&range, 1)).front();
}

std::optional<double> integrate(const ChannelView& channel, const Interval& range,
                                double least_valid) {
  if (range.length() == 0) return std::nullopt;
  const auto valid = valid_intervals(channel, range);
  const Nanos covered = time_within(range, valid);
  if (static_cast<double>(covered) < least_valid * static_cast<double>(range.length())) {
    return std::nullopt;
  }
  double sum = 0, last = 0;
  Nanos last_t = 0;
  bool any = false;
  for_each_part(channel, range, [&](const Series& s) {
    for (std::size_t i = 0; i < s.size(); ++i) {
      if (!s.good(i)) continue;
      sum += any ? (last + s.v[i]) / 2 * to_seconds(s.t[i] - last_t)
                 : s.v[i] * to_seconds(s.t[i] - range.from);
      last = s.v[i];
      last_t = s.t[i];
      any = true;
    }
  });
  if (!any) return std::nullopt;
  return sum + last * to_seconds(range.to - last_t);
}

}  // namespace soakrig::analysis
