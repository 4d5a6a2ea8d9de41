// SPDX-License-Identifier: Apache-2.0
#include "results/analysis/episode_evidence.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "results/analysis/contention.hpp"
#include "results/analysis/series.hpp"

namespace soakrig::analysis {

namespace {

constexpr std::size_t kMostLines = 8;

// 2400000000 Hz as "2.4 GHz"; other units as they are.
std::string amount(double value, const std::string& unit) {
  if (unit == "Hz" && value >= 1e6) {
    return value >= 1e9 ? fmt::format("{:.4g} GHz", value / 1e9)
                        : fmt::format("{:.4g} MHz", value / 1e6);
  }
  if (unit == "{count}" || unit == "{state}" || unit == "1") return fmt::format("{:.6g}", value);
  return fmt::format("{:.5g} {}", value, unit);
}

std::string between(const Interval& when) {
  return fmt::format("{:.1f} s to {:.1f} s", to_seconds(when.from), to_seconds(when.to));
}

std::string describe(const Assertion& a) {
  const std::string times = a.times == 1 ? "once" : fmt::format("{} times", a.times);
  const std::string held =
      fmt::format("{:.1f} s in all, {}, {}", to_seconds(a.asserted), times, between(a.when));
  if (a.channel.ends_with(".frequency_cap")) {
    return fmt::format("{}: capped at {}; {}", a.channel, amount(a.last, a.unit), held);
  }
  return fmt::format("{}: {} -> {} (most {}); {}", a.channel, amount(a.first, a.unit),
                     amount(a.last, a.unit), amount(a.most, a.unit), held);
}

std::string describe(const ChannelView& channel, const SeriesSummary& s) {
  const std::string& unit = channel.info.unit;
  return fmt::format("{}: {} at {:.1f} s -> {} at {:.1f} s (least {}, most {}, mean {})",
                     channel.info.name, amount(s.first, unit), to_seconds(s.first_t),
                     amount(s.last, unit), to_seconds(s.last_t), amount(s.min, unit),
                     amount(s.max, unit), amount(s.mean, unit));
}

void add_assertions(Episode& episode, std::span<const Assertion> assertions) {
  std::vector<const Assertion*> own;
  for (const Assertion& a : assertions) {
    if (a.cause == episode.cause && overlap(a.when, episode.when).length() > 0) own.push_back(&a);
  }
  std::ranges::stable_sort(own, std::greater{}, &Assertion::asserted);
  for (std::size_t i = 0; i < own.size() && i < kMostLines; ++i) {
    episode.evidence.push_back(describe(*own[i]));
  }
  if (own.size() > kMostLines) {
    episode.evidence.push_back(fmt::format("and {} more assertions", own.size() - kMostLines));
  }
}

}  // namespace

std::string describe_effect(const WorkloadTrace& trace, double ratio) {
  if (ratio >= 0.99) {
    return fmt::format("no effect on the speed of {} ({:.2f} of its baseline)", trace.workload,
                       ratio);
  }
  return fmt::format("{} at {:.2f} of its baseline: {:.4g} of {:.4g} {}/s", trace.workload, ratio,
                     ratio * trace.baseline_speed, trace.baseline_speed, trace.unit);
}

void add_evidence(std::span<Episode> episodes, const BoardView& board,
                  std::span<const Assertion> assertions) {
  std::vector<Interval> ranges;
  for (Episode& e : episodes) {
    add_assertions(e, assertions);
    ranges.push_back(e.when);
  }
  const auto shares = cpu_shares(board, ranges);
  for (std::size_t i = 0; i < episodes.size(); ++i) {
    if (episodes[i].cause != Cause::contention || !shares[i].strangers) continue;
    episodes[i].evidence.push_back(fmt::format(
        "CPU {:.0f} % busy (cpu.usage), {:.0f} % of all CPU time by neither workloads nor agent "
        "(work.*.cpu, agent.cpu)",
        *shares[i].busy * 100, *shares[i].strangers * 100));
  }
  for (const char* name : {"soc.temperature", "cpu.frequency", "board.power", "cpu.steal"}) {
    const ChannelView* channel = board.find(name);
    if (channel == nullptr) continue;
    const auto sums = summarise_each(*channel, ranges);
    for (std::size_t i = 0; i < episodes.size(); ++i) {
      if (sums[i]) episodes[i].evidence.push_back(describe(*channel, *sums[i]));
    }
  }
}

}  // namespace soakrig::analysis
