// SPDX-License-Identifier: Apache-2.0
#include "results/analysis/contention.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "results/analysis/series.hpp"

namespace soakrig::analysis {

namespace {

// Share of the range in which limiters of contention asserted. An assertion bridges short lulls, so
// it counts for the part of it that really asserted.
double contended_share(const Interval& range, std::span<const Assertion> assertions) {
  double seconds = 0;
  for (const Assertion& a : assertions) {
    if (a.cause != Cause::contention || a.when.length() == 0) continue;
    seconds += to_seconds(overlap(range, a.when).length()) * to_seconds(a.asserted) /
               to_seconds(a.when.length());
  }
  return range.length() > 0 ? std::min(1.0, seconds / to_seconds(range.length())) : 0;
}

bool is_work_cpu(const std::string& name) {
  return name.starts_with("work.") && name.ends_with(".cpu");
}

double core_count(const BoardView& board) {
  return static_cast<double>(std::ranges::count_if(board.channels, [](const ChannelView& c) {
    return c.info.name.starts_with("cpu.core") && c.info.name.ends_with(".usage");
  }));
}

// Adds a channel's means, in parts of `whole`, to one share of each range.
void add_means(const ChannelView* channel, std::span<const Interval> ranges, double whole,
               std::optional<double> CpuShares::*share, std::vector<CpuShares>& out) {
  if (channel == nullptr) return;
  const auto sums = summarise_each(*channel, ranges);
  for (std::size_t i = 0; i < sums.size(); ++i) {
    if (sums[i]) out[i].*share = (out[i].*share).value_or(0) + sums[i]->mean / whole;
  }
}

}  // namespace

std::string CpuShares::disturbed_by(double steal_max) const {
  if (steal && *steal > steal_max) {
    return fmt::format("steal {:.1f} % > {:.1f} %", *steal * 100, steal_max * 100);
  }
  if (busy && strangers && *busy >= kSaturated && *strangers >= kStrangers) {
    return fmt::format("other programs used {:.0f} % of the CPU while it was {:.0f} % busy",
                       *strangers * 100, *busy * 100);
  }
  return {};
}

std::vector<CpuShares> cpu_shares(const BoardView& board, std::span<const Interval> ranges) {
  std::vector<CpuShares> out(ranges.size());
  add_means(board.find("cpu.steal"), ranges, 100, &CpuShares::steal, out);
  add_means(board.find("cpu.usage"), ranges, 100, &CpuShares::busy, out);
  const double cores = core_count(board);
  if (cores == 0) return out;
  // What is our own. Where no workload told its share, nobody can be called a stranger.
  std::vector<CpuShares> work(ranges.size()), agent(ranges.size());
  for (const ChannelView& channel : board.channels) {
    if (!is_work_cpu(channel.info.name)) continue;
    add_means(&channel, ranges, 100 * cores, &CpuShares::busy, work);
  }
  add_means(board.find("agent.cpu"), ranges, 100 * cores, &CpuShares::busy, agent);
  for (std::size_t i = 0; i < out.size(); ++i) {
    if (!out[i].busy || !work[i].busy) continue;
    out[i].strangers = std::max(0.0, *out[i].busy - *work[i].busy - agent[i].busy.value_or(0));
  }
  return out;
}

std::vector<bool> undisturbed(const BoardView& board, std::span<const Window> windows,
                              std::span<const Assertion> assertions, double steal_max) {
  std::vector<Interval> ranges;
  for (const Window& w : windows) ranges.push_back(w.when);
  const auto shares = cpu_shares(board, ranges);
  std::vector<bool> out;
  for (std::size_t i = 0; i < ranges.size(); ++i) {
    out.push_back(shares[i].disturbed_by(steal_max).empty() &&
                  contended_share(ranges[i], assertions) < kContended);
  }
  return out;
}

std::string client_limit(const BoardView& board, const std::string& workload,
                         const std::map<std::string, LatencySummary>& latency,
                         const Interval& range) {
  const auto share = [&](const char* gauge) {
    const ChannelView* channel = board.find("work." + workload + gauge);
    const auto summary = channel == nullptr ? std::nullopt : summarise(*channel, range);
    return summary ? summary->mean : 0.0;
  };
  const double used = share(".client_cpu"), waited = share(".client_wait");
  if (used > kBusyClient) {
    return fmt::format("the load client itself used {:.0f} % of a core, more than {:.0f} %",
                       used * 100, kBusyClient * 100);
  }
  if (used + waited > kBusyClient) {
    return fmt::format(
        "the load client itself waited {:.0f} % of the time for a core and used {:.0f} %, together "
        "more than {:.0f} %",
        waited * 100, used * 100, kBusyClient * 100);
  }
  const auto lag = latency.find("lag");
  if (lag == latency.end() || !lag->second.p90_told()) return {};
  const bool far = lag->second.p99_told();
  const double late = far ? lag->second.p99 : lag->second.p90;
  if (late <= kLateClient) return {};
  return fmt::format("the load client itself sent requests late: p{} of its lag {:.3g} ms > {:.3g} ms",
                     far ? 99 : 90, late * 1e3, kLateClient * 1e3);
}

std::string disturbance(const BoardView& board, const Interval& range,
                        std::span<const Assertion> assertions, double steal_max) {
  const std::string why = cpu_shares(board, std::span(&range, 1)).front().disturbed_by(steal_max);
  const double contended = contended_share(range, assertions);
  if (!why.empty() || contended < kContended) return why;
  return fmt::format("other programs contended for {:.0f} % of the time", 100 * contended);
}

}  // namespace soakrig::analysis
