// SPDX-License-Identifier: Apache-2.0
//
// What the analysis says about a run: plain data with the fields of `show --json`
// (docs/formats/show_json.md), nothing formatted. An unknown value is an empty optional, never a
// zero. Times are run time; durations are seconds; speeds are in the `unit` beside them.
// The definitions of every figure are in docs/definitions.md and at the function that computes it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "results/analysis/figures.hpp"
#include "results/analysis/findings.hpp"
#include "results/analysis/run_view.hpp"
#include "rig/base/verdict.hpp"

namespace soakrig::analysis {

struct LatencySummary {
  std::string unit;  // s
  std::uint64_t n = 0;
  double p50 = 0, p90 = 0, p99 = 0, max = 0;

  // Whether there are values enough to tell that tail as a fact (tail_bound.hpp).
  [[nodiscard]] bool p90_told() const;
  [[nodiscard]] bool p99_told() const;
};

// One workload in one phase.
struct WorkFigures {
  std::string name, kind;
  std::string unit;  // of the speeds: "{token}/s"
  std::optional<double> peak, peak_short, sustained, sustained_ratio, retention, stability, p5;
  std::map<std::string, LatencySummary> latency;  // by gauge: "ttft", "tpot"
  std::optional<double> steady_after_s, time_to_throttle_s, j_per_work;
  std::uint64_t samples = 0;  // stored progress reports (rows of totals) in the dwell

  std::optional<double> lower, upper;  // 95 % interval of sustained, autocorrelation allowed for
  std::optional<Interval> sustained_over;  // where sustained was taken
  std::string sustained_rule;              // which rule chose it, in words
  // "flat", "warm-up" (it got faster), "slow-down", or "no-steady-state"; empty = too short to say
  std::string shape;
  std::optional<double> power_w;                             // mean over sustained_over
  std::optional<double> j_per_work_lower, j_per_work_upper;  // the meter's accuracy is in it
};

struct PhaseFigures {
  std::string name;
  std::optional<double> ambient;   // Cel, as measured in the dwell, else as planned
  std::optional<double> humidity;  // %
  std::optional<double> energy_j;  // of the dwell
  std::optional<Interval> dwell;
  std::optional<PowerFigures> power;  // absent = no board.power was recorded
  std::vector<WorkFigures> work;      // in the order of the phase's `work`
};

struct Episode {
  Interval when;
  Cause cause = Cause::unknown;
  std::string effect;                 // "speed 0.62 of its baseline", "no effect on speed seen"
  std::vector<std::string> evidence;  // raw readings: channel, first and last value, times
  std::optional<double> lost_work;    // integral of baseline - speed, in the work's unit
  std::string workload;               // whose speed; empty = none fell
  std::optional<double> speed_ratio;  // speed / baseline over the episode
  std::optional<double> worst_ratio;  // of its slowest cell
  bool flagged = false;               // a limiter asserted, not only the speed fell
  std::size_t raw_events = 0;         // assertions in it, before short lulls were bridged
};

struct Incident {
  Nanos at = 0;
  IncidentClass kind = IncidentClass::unknown_reset;
  Blame blame = Blame::unknown;
  std::vector<std::string> evidence;
  std::optional<double> recovered_after_s;
  std::string workload;
};

struct ClaimResult {
  std::string name;
  double claimed = 0;
  std::string unit;
  std::map<std::string, std::string> conditions;
  std::optional<double> peak, sustained, lower, upper;
  Verdict verdict = Verdict::inconclusive;
  std::string reason;
  std::optional<std::string> bound;  // what limits the figure, with the evidence; unknown = absent

  std::string phase, workload, channel;  // that decided; empty = none did
  std::optional<double> bar;             // what the interval was held against
  std::optional<Interval> over;          // where the evidence lies
};

struct BoardJudgement {
  std::string name;
  std::map<std::string, std::string> facts;
  std::optional<double> coverage, availability;
  std::optional<Verdict> verdict;  // empty while nothing may be said (running, interrupted)
  std::vector<std::string> reasons;
  std::vector<PhaseFigures> phases;
  std::vector<Episode> episodes;
  std::vector<Incident> incidents;
  std::vector<ClaimResult> claims;
  std::vector<Finding> rules;  // every rule that was judged, the deciding ones first
  std::vector<ChangePoint> changes;
  std::vector<Drift> drifts;
  std::vector<ThermalFit> thermal;  // one a phase that heated the board
  std::vector<Derating> derating;   // one a workload that ran at two ambients or more
  std::optional<Reliability> reliability;
};

struct Judgement {
  RunFacts run;
  std::optional<Verdict> verdict;
  std::vector<std::string> reasons;  // the boards' reasons, named where there are several
  std::optional<double> coverage;    // the least of the boards'
  std::vector<BoardJudgement> boards;
  std::optional<Reliability> reliability;  // over all boards
};

// Judges a run by design section 7: pure, deterministic, throws nothing. A run that has not ended
// (running, interrupted) gets figures, episodes and incidents but no verdict.
[[nodiscard]] Judgement judge(const RunView& run);

}  // namespace soakrig::analysis
