// SPDX-License-Identifier: Apache-2.0
#include "results/analysis/inferred_cause.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "results/analysis/series.hpp"

namespace soakrig::analysis {

namespace {

constexpr double kFastest = 3;  // K in the seconds around a trip
constexpr double kSlowClock = 0.98;
constexpr double kSag = 0.95;    // of a rail's mean in the baseline
constexpr double kNearTrip = 2;  // K

std::optional<SeriesSummary> summary_of(const BoardView& board, std::string_view channel,
                                        const Interval& range) {
  const ChannelView* found = board.find(channel);
  return found == nullptr ? std::nullopt : summarise(*found, range);
}

// Share of the good samples below `bar`.
double share_below(const ChannelView& channel, const Interval& range, double bar) {
  std::size_t below = 0, all = 0;
  for_each_part(channel, range, [&](const Series& s) {
    for (std::size_t i = 0; i < s.size(); ++i) {
      if (!s.good(i)) continue;
      ++all;
      below += s.v[i] < bar ? 1U : 0U;
    }
  });
  return all > 0 ? static_cast<double>(below) / static_cast<double>(all) : 0;
}

std::string sagging_rail(const BoardView& board, const Interval& slow, const Interval& baseline) {
  for (const ChannelView& channel : board.channels) {
    const std::string& name = channel.info.name;
    if (!name.starts_with("rail.") || !name.ends_with(".voltage")) continue;
    const auto before = summarise(channel, baseline);
    if (!before || before->mean <= 0) continue;
    if (share_below(channel, slow, kSag * before->mean) < 0.5) continue;
    return fmt::format("{} was below 95 % of the {:.4g} V that it had in the baseline", name,
                       before->mean);
  }
  return {};
}

}  // namespace

std::optional<Trip> find_trip(const BoardView& board, std::span<const Assertion> assertions,
                              Nanos end) {
  const ChannelView* temperature = board.find("soc.temperature");
  const Assertion* first = nullptr;
  for (const Assertion& a : assertions) {
    if (a.cause != Cause::thermal) continue;
    if (first == nullptr || a.when.from < first->when.from) first = &a;
  }
  if (temperature == nullptr || first == nullptr || first->when.from <= 0) return std::nullopt;
  const Nanos pad = std::max(2 * kSecond, temperature->period);
  const auto at = summarise(*temperature, {first->when.from - pad, first->when.from + pad});
  if (!at || at->max - at->min > kFastest) return std::nullopt;
  Trip out{at->max, std::nullopt, first->when.from};
  if (first->when.to + pad >= end) return out;
  const auto after = summarise(*temperature, {first->when.to - pad, first->when.to + pad});
  if (after && after->min < at->max) out.hysteresis = at->max - after->min;
  return out;
}

std::optional<Inference> infer_cause(const BoardView& board, const Interval& slow,
                                     const Interval& baseline, const std::optional<Trip>& trip) {
  const auto clock = summary_of(board, "cpu.frequency", slow);
  const auto full = summary_of(board, "cpu.frequency", baseline);
  if (!clock || !full || full->mean <= 0 || clock->mean >= kSlowClock * full->mean) {
    return std::nullopt;
  }
  const std::string slower = fmt::format(
      "inferred, no limiter said so: the clock was at {:.0f} % of "
      "the baseline's",
      100 * clock->mean / full->mean);
  if (const std::string rail = sagging_rail(board, slow, baseline); !rail.empty()) {
    return Inference{slow, Cause::under_voltage, slower + ", and " + rail};
  }
  const auto temperature = summary_of(board, "soc.temperature", slow);
  if (!trip || !temperature || temperature->min < trip->temperature - kNearTrip) {
    return std::nullopt;
  }
  return Inference{
      slow, Cause::thermal,
      fmt::format("{}, and the SoC at {:.1f} Cel or more, where it throttled at {:.1f}", slower,
                  temperature->min, trip->temperature)};
}

}  // namespace soakrig::analysis
