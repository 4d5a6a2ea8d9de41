// SPDX-License-Identifier: Apache-2.0
#include "results/analysis/episodes.hpp"

#include <algorithm>
#include <limits>
#include <map>

#include "results/analysis/contention.hpp"
#include "results/analysis/episode_evidence.hpp"
#include "results/analysis/inferred_cause.hpp"
#include "results/analysis/series.hpp"

namespace soakrig::analysis {

namespace {

constexpr Nanos kForever = std::numeric_limits<Nanos>::max();
constexpr double kExplains = 0.2;  // share of a slow time that its cause must cover

// Needs slowness to be an episode: the load itself moves these.
bool only_explains(Cause cause) {
  return cause == Cause::contention || cause == Cause::memory_pressure;
}

using ByCause = std::map<Cause, std::vector<Interval>>;

// When each cause asserted. A limiter acts a little before and after it is read: padded.
ByCause asserted_by_cause(std::span<const Assertion> assertions, Nanos pad) {
  ByCause out;
  for (const Assertion& a : assertions) {
    out[a.cause].push_back({a.when.from - pad, a.when.to + pad});
  }
  for (auto& [cause, intervals] : out) intervals = joined(std::move(intervals));
  return out;
}

double share_of(const Interval& range, std::span<const Interval> intervals) {
  if (range.length() == 0) return 0;
  return to_seconds(time_within(range, intervals)) / to_seconds(range.length());
}

class CauseFinder {
 public:
  explicit CauseFinder(const EpisodeInput& in)
      : in_(in), causes_(asserted_by_cause(in.assertions, in.rules.short_window)) {
    trip_ = find_trip(*in.board, in.assertions, kForever);
    for (const Interval& r : in.restarts) {
      restarts_.push_back({r.from - in.rules.short_window, r.to + in.rules.window});
    }
    restarts_ = joined(std::move(restarts_));
  }

  // Enumeration order breaks ties: the hardware's own reasons come first.
  [[nodiscard]] Cause of(const Interval& slow, const WorkloadTrace& trace) {
    Cause best = Cause::unknown;
    double best_share = kExplains;
    for (const auto& [cause, intervals] : causes_) {
      const double gain = share_of(slow, intervals) - share_of(trace.baseline_over, intervals);
      if (gain > best_share) {
        best = cause;
        best_share = gain;
      }
    }
    if (best != Cause::unknown) return best;
    const auto shares = cpu_shares(*in_.board, std::span(&slow, 1)).front();
    if (!shares.disturbed_by(in_.rules.steal_max).empty()) return Cause::contention;
    if (share_of(slow, restarts_) >= 0.5) return Cause::workload;
    auto inferred = infer_cause(*in_.board, slow, trace.baseline_over, trip_);
    if (!inferred) return Cause::unknown;
    inferred_.push_back(std::move(*inferred));
    return inferred_.back().cause;
  }

  // What was inferred for an episode, first among its evidence.
  void add_inferences(Episode& episode) const {
    for (const Inference& i : inferred_) {
      if (i.cause != episode.cause || overlap(i.when, episode.when).length() == 0) continue;
      episode.evidence.push_back(i.evidence);
      return;
    }
  }

 private:
  const EpisodeInput& in_;
  ByCause causes_;
  std::vector<Interval> restarts_;
  std::optional<Trip> trip_;
  std::vector<Inference> inferred_;
};

// What the episode did to the workload that it hurt most.
void add_effect(Episode& episode, std::span<const WorkloadTrace> traces) {
  for (const WorkloadTrace& trace : traces) {
    double busy = 0, expected = 0, lost = 0;
    std::optional<double> worst;
    auto cell = std::ranges::lower_bound(trace.cells, episode.when.from, {},
                                         [](const Cell& c) { return c.when.to; });
    for (; cell != trace.cells.end() && cell->when.from < episode.when.to; ++cell) {
      const Cell& c = *cell;
      const Interval common = overlap(c.when, episode.when);
      if (2 * common.length() <= c.when.length()) continue;
      busy += c.busy;
      expected += c.expected;
      lost += c.lost();
      worst = std::min(worst.value_or(c.ratio()), c.ratio());
    }
    if (busy <= 0) continue;
    const double ratio = expected / busy;
    if (episode.speed_ratio && *episode.speed_ratio <= ratio) continue;
    episode.speed_ratio = ratio;
    episode.worst_ratio = worst;
    episode.lost_work = lost;
    episode.workload = trace.workload;
    episode.effect = describe_effect(trace, ratio);
  }
  if (!episode.speed_ratio) episode.effect = "no speed known in this time";
}

}  // namespace

std::vector<Episode> find_episodes(const EpisodeInput& in) {
  std::map<Cause, std::vector<Interval>> found;
  for (const Assertion& a : in.assertions) {
    if (!only_explains(a.cause)) found[a.cause].push_back(a.when);
  }
  CauseFinder finder(in);
  for (const WorkloadTrace& trace : in.traces) {
    for (const Interval& slow : trace.slow) found[finder.of(slow, trace)].push_back(slow);
  }
  std::vector<Episode> out;
  for (auto& [cause, intervals] : found) {
    for (const Interval& when : joined(std::move(intervals), in.rules.window)) {
      Episode e;
      e.when = when;
      e.cause = cause;
      for (const Assertion& a : in.assertions) {
        if (a.cause == cause && overlap(a.when, when).length() > 0) e.raw_events += a.times;
      }
      e.flagged = e.raw_events > 0;
      add_effect(e, in.traces);
      finder.add_inferences(e);
      out.push_back(std::move(e));
    }
  }
  std::ranges::stable_sort(out, {}, [](const Episode& e) { return e.when.from; });
  add_evidence(out, *in.board, in.assertions);
  return out;
}

}  // namespace soakrig::analysis
