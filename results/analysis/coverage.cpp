// SPDX-License-Identifier: Apache-2.0
#include "results/analysis/coverage.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "results/analysis/limiters.hpp"
#include "results/analysis/phase_times.hpp"
#include "results/analysis/progress.hpp"
#include "results/analysis/search_course.hpp"
#include "results/analysis/series.hpp"

namespace soakrig::analysis {

namespace {

// A planned dwell and, if it was reached, when it was.
struct Planned {
  const PhaseSpec* spec = nullptr;
  std::optional<Interval> dwell;
  Nanos soak = 0;
};

std::vector<Planned> planned_dwells(const RunView& run) {
  std::vector<Planned> out;
  const SearchCourse search = search_course(run);
  for (std::size_t i = 0; i < run.spec.phases.size(); ++i) {
    if (search.passed_over.contains(i)) continue;
    Planned p{&run.spec.phases[i], std::nullopt, run.spec.phases[i].soak};
    for (const PhaseView& phase : run.phases) {
      if (phase.spec == i) p.dwell = dwell_of(run, phase);
    }
    if (search.cut_short.contains(i) && p.dwell) p.soak = std::min(p.soak, p.dwell->length());
    out.push_back(p);
  }
  return out;
}

// Adds up valid and planned time of one need over the phases.
class Sum {
 public:
  void add(const Planned& p, std::vector<Interval> valid, std::span<const Interval> down) {
    planned_ += p.soak;
    if (!p.dwell) return;
    valid.insert(valid.end(), down.begin(), down.end());
    valid_ += std::min(p.soak, time_within(*p.dwell, joined(std::move(valid))));
  }
  [[nodiscard]] std::optional<double> ratio() const {
    if (planned_ <= 0) return std::nullopt;
    return to_seconds(valid_) / to_seconds(planned_);
  }

 private:
  Nanos planned_ = 0, valid_ = 0;
};

using Plan = std::span<const Planned>;

std::optional<double> ratio_of(const ChannelView& channel, Plan plan,
                               std::span<const Interval> down) {
  Sum sum;
  for (const Planned& p : plan) {
    sum.add(p, p.dwell ? valid_intervals(channel, *p.dwell) : std::vector<Interval>{}, down);
  }
  return sum.ratio();
}

// The stretches in which totals came: from a dwell's begin if the first came within half a minute
// of it or tells of work since before; to its end if the silence before it is no longer than others
// were.
std::vector<Interval> seen_work(const BoardView& board, const WorkloadSpec& work,
                                const Interval& dwell) {
  constexpr Nanos kEdge = 30 * kSecond;
  const Nanos edge = std::min(kEdge, dwell.length() / 4);
  std::vector<Interval> out;
  for (const Stretch& s :
       load_progress(board, work.name, work.work, dwell, kLongestGap).stretches) {
    Interval seen{s.front().t, s.back().t};
    if (seen.from - dwell.from <= std::max(edge, from_seconds(s.front().busy))) {
      seen.from = dwell.from;
    }
    Nanos longest = 0;  // a duty-cycled load is silent for minutes, at the end of a dwell too
    for (std::size_t i = 1; i < s.size(); ++i) longest = std::max(longest, s[i].t - s[i - 1].t);
    if (dwell.to - seen.to <= std::max(edge, longest)) seen.to = dwell.to;
    out.push_back(seen);
  }
  return out;
}

ChannelCoverage named(std::string what, std::optional<double> ratio, const std::string& why) {
  ChannelCoverage out{std::move(what), ratio.value_or(0), {}};
  if (out.ratio <= 0) {
    out.problem = "no valid data" + (why.empty() ? "" : " (" + why + ")");
  } else if (out.ratio < 1) {
    out.problem = fmt::format("valid for {:.2f} % of the planned dwell", out.ratio * 100);
  }
  return out;
}

ChannelCoverage channel_need(const RunView& run, const BoardView& board, const std::string& name,
                             Plan plan, std::span<const Interval> down) {
  const ChannelView* channel = run.find(board, name);
  if (channel == nullptr) return named(name, 0, "no source offers it");
  const auto ratio = ratio_of(*channel, plan, {});
  // Down time is only forgiven to a channel that was there at all.
  return named(name, ratio.value_or(0) > 0 ? ratio_of(*channel, plan, down) : ratio,
               channel->info.reason);
}

ChannelCoverage signal_need(const BoardView& board, Plan plan, std::span<const Interval> down) {
  double best = 0;
  for (const ChannelView& channel : board.channels) {
    if (best >= 1) break;
    if (!is_clock_or_limiter(channel.info)) continue;
    if (ratio_of(channel, plan, {}).value_or(0) <= 0) continue;
    best = std::max(best, ratio_of(channel, plan, down).value_or(0));
  }
  return named("a clock or limiter signal", best, "no cpufreq, cooling device or throttle counter");
}

ChannelCoverage work_need(const BoardView& board, const WorkloadSpec& work, Plan plan,
                          std::span<const Interval> down) {
  Sum sum;
  for (const Planned& p : plan) {
    if (std::ranges::find(p.spec->work, work.name) == p.spec->work.end()) continue;
    sum.add(p, p.dwell ? seen_work(board, work, *p.dwell) : std::vector<Interval>{}, down);
  }
  return named("work." + work.name + "." + work.work, sum.ratio(), "it reported no work");
}

std::set<std::string> named_channels(const RunView& run, const BoardView& board) {
  std::set<std::string> out{"soc.temperature"};
  const BoardSpec* spec = run.spec.find_board(board.name);
  if (spec == nullptr) return out;
  for (const Limit& limit : spec->limits) out.insert(limit.channel);
  for (const Claim& claim : spec->claims) {
    if (claim.name == "power_w" || claim.name == "j_per_token") out.insert("board.power");
  }
  return out;
}

}  // namespace

Coverage coverage_of(const RunView& run, const BoardView& board, std::span<const Interval> down) {
  const std::vector<Planned> plan = planned_dwells(run);
  Coverage out;
  Nanos planned = 0;
  for (const Planned& p : plan) planned += p.soak;
  if (planned <= 0) return out;
  for (const std::string& name : named_channels(run, board)) {
    out.channels.push_back(channel_need(run, board, name, plan, down));
  }
  out.channels.push_back(signal_need(board, plan, down));
  for (const WorkloadSpec& work : run.spec.workloads) {
    const bool used = std::ranges::any_of(run.spec.phases, [&](const PhaseSpec& p) {
      return std::ranges::find(p.work, work.name) != p.work.end();
    });
    if (used) out.channels.push_back(work_need(board, work, plan, down));
  }
  std::ranges::stable_sort(out.channels, {}, &ChannelCoverage::ratio);
  out.ratio = out.channels.front().ratio;
  return out;
}

}  // namespace soakrig::analysis
