// SPDX-License-Identifier: Apache-2.0
#include "results/report/html/words.hpp"

namespace soakrig::report {

const Words& english_words() {
  static constexpr Words kWords{
      .code = "en",
      .pass = "PASS",
      .inconclusive = "INCONCLUSIVE",
      .error = "ERROR",
      .fail = "FAIL",
      .no_verdict = "NO VERDICT",
      .running = "RUNNING",
      .interrupted = "INTERRUPTED",
      .simulated = "SIMULATED",
      .simulated_long = "SIMULATED: no measurement of a real board",
      .replayed = "REPLAYED",
      .replayed_long = "REPLAYED: read from a recorded tree, not from a board",
      .report = "Soak report",
      .claims = "Claims",
      .summary = "Why",
      .whole_run = "The whole run",
      .figures = "Figures by phase",
      .rules = "Rules and what they found",
      .claim_evidence = "Evidence for each claim",
      .episodes = "Throttle episodes",
      .incidents = "Incidents",
      .thermal = "Thermal behaviour",
      .derating = "Derating: sustained speed against ambient",
      .thermal_fit = "Thermal model",
      .changes = "Lasting changes of speed",
      .drifts = "Drift",
      .reliability = "What these hours bound",
      .environment = "Environment",
      .instruments = "Instruments and calibration",
      .channels = "Channels",
      .events = "Events",
      .notes = "Notes (not part of the evidence)",
      .limitations = "Limitations",
      .integrity = "Integrity",
      .profile = "Profile",
      .comparison = "Comparison",
      .before_you_believe = "Before you believe a difference",
      .requirements = "Requirements",
      .regressions = "Regressions",
      .overlay = "Side by side, from where each dwell began",
      .bounds = "What bounds the loads",
      .roofline = "Roofline",
      .sweep = "Sweep",
      .lane_episodes = "episodes",
      .lane_events = "events",
      .rig = "rig",
      .board = "board",
      .claim = "claim",
      .unit = "unit",
      .claimed = "claimed",
      .peak = "peak",
      .sustained = "sustained",
      .interval = "95 % interval",
      .margin = "margin",
      .verdict = "verdict",
      .reason = "reason",
      .bound = "bound",
      .phase = "phase",
      .ambient = "ambient",
      .workload = "workload",
      .p5 = "p5",
      .stability = "stability",
      .retention = "retention",
      .rule = "rule",
      .value = "value",
      .bar = "held against",
      .evidence = "evidence",
      .start = "start",
      .end = "end",
      .at = "at",
      .lasted = "lasted",
      .cause = "cause",
      .effect = "effect",
      .lost_work = "lost work",
      .blame = "blame",
      .kind = "class",
      .recovered = "recovered after",
      .coverage = "coverage",
      .availability = "availability",
      .started = "started",
      .ended = "ended",
      .planned = "planned",
      .run_id = "run id",
      .run_name = "run",
      .file = "file",
      .state = "state",
      .provenance = "provenance",
      .channel = "channel",
      .source = "source",
      .period = "period",
      .absent_because = "absent because",
      .conditions = "conditions",
      .speed = "speed",
      .temperature = "temperature",
      .power = "power",
      .clock = "clock",
      .energy = "energy",
      .j_per_work = "J per unit of work",
      .latency = "latency",
      .steady_after = "steady after",
      .time_to_throttle = "time to throttle",
      .samples = "reports",
      .before = "before",
      .after = "after",
      .change = "change",
      .per_hour = "per hour",
      .quantity = "quantity",
      .level = "level",
      .confidence = "confidence",
      .formula = "formula",
      .not_proven = "what it does not prove",
      .unit_hours = "unit-hours",
      .failures = "failures",
      .instrument = "instrument",
      .connection = "connection",
      .accuracy = "accuracy",
      .calibration = "calibration",
      .calibration_due = "due",
      .calibration_overdue = "overdue when the run began",
      .corrected_by = "temperatures corrected by",
      .version = "version",
      .size = "size",
      .chain_head = "head of the hash chain",
      .records = "records",
      .unknown = "unknown",
      .none = "none",
      .author = "author",
      .text = "text",
      .severity = "severity",
      .measured = "measured",
      .predicted = "predicted",
      .refused = "refused",
      .direction = "direction",
      .place_in_series = "place among this board's runs",
      .elapsed = "elapsed",
      .measuring_point = "measuring point",
      .says_it_is = "says it is",
      .serial = "serial",
      .clock_anchors = "clock anchors",
      .ops_per_byte = "operations a byte",
      .ops_per_second = "operations a second",
      .memory = "memory",
      .no_claims = "The profile states no claim. What the board sustained:",
      .no_episodes = "No limiter asserted and no speed fell below its baseline.",
      .no_incidents = "None.",
      .no_phases = "No phase began.",
      .sustained_with_interval = "sustained [95 % interval]",
      .figures_formulas =
          "speed = work ÷ busy time over whole work cycles, in windows of {}; peak = best window; "
          "sustained = median window late in the dwell; p5 = 5th percentile of the same windows; "
          "stability = worst ÷ best window; retention = sustained ÷ the run's peak",
      .claim_formula =
          "A claim to reach passes when the lower end of the interval ≥ {0} × claimed and fails "
          "when the upper end is below that; a claim to stay under passes when the upper end ≤ "
          "(2 − {0}) × claimed. margin = the deciding end ÷ claimed − 1.",
      .episode_formula =
          "An episode is a maximal time in which a limiter asserted or the speed stayed below 0.95 "
          "× its baseline for {} or longer. lost work = ∫ (baseline − speed) dt.",
      .coverage_formula =
          "coverage = the least, over the channels that the verdict needs, of valid ÷ planned "
          "dwell time; availability = 1 − (time down ÷ dwell)",
      .derating_formula =
          "Filled: measured in a phase, with its 95 % interval. Hollow: predicted between the "
          "measured ones, never beyond them.",
      .thermal_formula =
          "T(t) = T_ambient + x₁ + x₂, xᵢ[k+1] = aᵢ xᵢ[k] + (1 − aᵢ) Rᵢ P[k], aᵢ = e^(−Δt/τᵢ) "
          "(two-term Foster); critical ambient = T_trip (1 − R b) − R a with P = a + b T",
      .change_formula = "medians of the stretches before and after; change = after ÷ before − 1",
      .drift_formula = "Theil–Sen slope with its 95 % interval; a trend is one that excludes zero",
      .tail_formula =
          "A tail in brackets has too few values behind it to be told as a fact: at 99 % "
          "confidence "
          "p90 needs 64 and p99 needs 662 (MLPerf's rule of early stopping)",
      .energy_formula =
          "energy = ∫ P dt over the dwell by the trapezoid rule; J per unit of work = "
          "the same over the sustained windows ÷ the work done in them",
      .interval_formula =
          "interval = median ∓ t(0.975, n_eff − 1) √(π/2) s ÷ √n_eff, n_eff = n (1 − r₁) ÷ (1 + "
          "r₁): windows that resemble their neighbours count for less",
      .strip_caption =
          "Bands reach from the exact least to the exact greatest value of every picture column; "
          "lines are means. Where nothing was read nothing is drawn.",
      .more_in_json = "and {} more: soakrig show RUN --json has them all",
      .seconds_around = "{} s before and after",
      .calibration_unknown = "not recorded",
      .no_chain = "This file holds no hash chain: nothing here proves that it was not edited.",
      .chain_says =
          "Compare this head with soakrig verify FILE, or with a copy kept elsewhere. Without a "
          "trusted signature it shows only that the file agrees with itself.",
      .quoted = "",
      .interrupted_says =
          "The controller died and the run never ended: there is no verdict. What "
          "was stored until then is below.",
      .running_says = "The run goes on: these are the figures so far, without a verdict.",
      .limits_one_item =
          "The figures are of the boards named here, as configured here; they are no "
          "statement about other specimens, software versions or settings.",
      .limits_software = "The rig reads; it sets no governor, no clock, no power mode and no fan.",
      .limits_simulated =
          "At least one channel was simulated or replayed, so no claim about a real "
          "board is judged by this run.",
      .limits_steal =
          "Where other guests of the host or other programs took processor time beyond "
          "{} %, speed rules are inconclusive, never passed.",
      .limits_reliability =
          "Bounds on failures assume a constant rate and say nothing about wear "
          "or early failures.",
      .made_by = "made by soakrig",
      .anchors_of = "{}, the worst ± {}",
      .bounds_formula =
          "MBU = work/s × bytes a work ÷ bandwidth sustained beside it; MFU = work/s × operations "
          "a "
          "work ÷ peak sustained beside it; more than 100 % is an error of the inputs, no result; "
          "theoretical peak = cores × clock × operations a cycle",
  };
  return kWords;
}

}  // namespace soakrig::report
