// SPDX-License-Identifier: Apache-2.0
#include "results/analysis/contention.hpp"

#include <fmt/format.h>

#include "results/analysis/series.hpp"

namespace soakrig::analysis {

namespace {

std::vector<Interval> strangers(std::span<const Assertion> assertions) {
  std::vector<Interval> out;
  for (const Assertion& a : assertions) {
    if (a.cause == Cause::contention) out.push_back(a.when);
  }
  return joined(std::move(out));
}

bool mostly_free(const Interval& range, std::span<const Interval> others) {
  return 10 * time_within(range, others) < range.length();
}

}  // namespace

std::vector<std::optional<double>> steal_shares(const BoardView& board,
                                                std::span<const Interval> ranges) {
  std::vector<std::optional<double>> out(ranges.size());
  const ChannelView* steal = board.find("cpu.steal");
  if (steal == nullptr) return out;
  const auto sums = summarise_each(*steal, ranges);
  for (std::size_t i = 0; i < sums.size(); ++i) {
    if (sums[i]) out[i] = sums[i]->mean / 100;
  }
  return out;
}

std::vector<bool> undisturbed(const BoardView& board, std::span<const Window> windows,
                              std::span<const Assertion> assertions, double steal_max) {
  std::vector<Interval> ranges;
  for (const Window& w : windows) ranges.push_back(w.when);
  const auto steal = steal_shares(board, ranges);
  const auto others = strangers(assertions);
  std::vector<bool> out;
  for (std::size_t i = 0; i < ranges.size(); ++i) {
    out.push_back(steal[i].value_or(0) <= steal_max && mostly_free(ranges[i], others));
  }
  return out;
}

std::string disturbance(const BoardView& board, const Interval& range,
                        std::span<const Assertion> assertions, double steal_max) {
  const auto steal = steal_shares(board, std::span(&range, 1)).front();
  if (steal && *steal > steal_max) {
    return fmt::format("steal {:.1f} % > {:.1f} %", *steal * 100, steal_max * 100);
  }
  const auto others = strangers(assertions);
  if (mostly_free(range, others)) return {};
  return fmt::format("other programs contended for {:.0f} % of the time",
                     100 * to_seconds(time_within(range, others)) / to_seconds(range.length()));
}

}  // namespace soakrig::analysis
