// SPDX-License-Identifier: Apache-2.0
//
// The words of a report page in each language. Leaving one out does not compile. What a file says
// itself (reasons, evidence, names) is quoted as it was stored, whatever the page's language.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "results/analysis/run_view.hpp"
#include "rig/base/verdict.hpp"

namespace soakrig::report {

enum class Language : std::uint8_t { en, zh };
[[nodiscard]] std::optional<Language> parse_language(std::string_view text);  // "en", "zh"

struct Words {
  std::string_view code;  // of the language, for <html lang>
  std::string_view pass, inconclusive, error, fail, no_verdict, running, interrupted;
  std::string_view simulated, simulated_long, replayed, replayed_long;

  // Headings
  std::string_view report, claims, summary, whole_run, figures, rules, claim_evidence, episodes,
      incidents, thermal, derating, thermal_fit, changes, drifts, reliability, environment,
      instruments, channels, events, notes, limitations, integrity, profile, comparison,
      before_you_believe, requirements, regressions, overlay, bounds, roofline, sweep;
  // Short ones, for the lanes of a picture
  std::string_view lane_episodes, lane_events, rig;
  // Columns and names
  std::string_view board, claim, unit, claimed, peak, sustained, interval, margin, verdict, reason,
      bound, phase, ambient, workload, p5, stability, retention, rule, value, bar, evidence, start,
      end, at, lasted, cause, effect, lost_work, blame, kind, recovered, coverage, availability,
      started, ended, planned, run_id, run_name, file, state, provenance, channel, source, period,
      absent_because, conditions, speed, temperature, power, clock, energy, j_per_work, latency,
      steady_after, time_to_throttle, samples, before, after, change, per_hour, quantity, level,
      confidence, formula, not_proven, unit_hours, failures, instrument, connection, accuracy,
      calibration, calibration_due, calibration_overdue, corrected_by, version, size, chain_head,
      records, unknown, none, author, text, severity, measured, predicted, refused, direction,
      place_in_series, elapsed, measuring_point, says_it_is, serial, clock_anchors, ops_per_byte,
      ops_per_second, memory;
  // Sentences
  std::string_view no_claims, no_episodes, no_incidents, no_phases, sustained_with_interval,
      figures_formulas, claim_formula, episode_formula, coverage_formula, derating_formula,
      thermal_formula, change_formula, drift_formula, tail_formula, energy_formula,
      interval_formula, strip_caption, more_in_json, seconds_around, calibration_unknown, no_chain,
      chain_says, quoted, interrupted_says, running_says, limits_one_item, limits_software,
      limits_simulated, limits_steal, limits_reliability, made_by, anchors_of, bounds_formula;
};

[[nodiscard]] const Words& words_of(Language language);

[[nodiscard]] std::string_view word(const Words& words, Verdict verdict);
// "no verdict" where there is none; the state where the run has not ended.
[[nodiscard]] std::string_view word(const Words& words, const std::optional<Verdict>& verdict,
                                    RunState state);

// Defined in the files of their names.
[[nodiscard]] const Words& english_words();
[[nodiscard]] const Words& chinese_words();

}  // namespace soakrig::report
