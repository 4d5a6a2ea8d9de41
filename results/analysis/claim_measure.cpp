// SPDX-License-Identifier: Apache-2.0
#include "results/analysis/claim_measure.hpp"

#include <algorithm>
#include <array>

#include "results/analysis/phase_times.hpp"
#include "results/analysis/power.hpp"
#include "results/analysis/series.hpp"
#include "results/analysis/statistics.hpp"

namespace soakrig::analysis {

namespace {

constexpr std::array<ClaimMeasure, 8> kMeasures{{
    {"tokens_per_s", true, "{token}/s", MeasureKind::speed, "tokens", 1},
    {"prefill_tokens_per_s", true, "{token}/s", MeasureKind::speed, "prompt_tokens", 1},
    {"ttft_ms", false, "ms", MeasureKind::gauge, "ttft", 1e3},
    {"tops_", true, "TOPS", MeasureKind::speed, "ops", 1e-12},
    {"memory_gb_s", true, "GB/s", MeasureKind::speed, "bytes", 1e-9},
    {"power_w", false, "W", MeasureKind::power, "", 1},
    {"j_per_token", false, "J/{token}", MeasureKind::energy, "tokens", 1},
    {"ambient_max", true, "Cel", MeasureKind::ambient, "", 1},
}};

Measured from_windows(const ClaimMeasure& what, std::vector<double> all, std::vector<double> late) {
  Measured out;
  for (double& v : all) v *= what.scale;
  for (double& v : late) v *= what.scale;
  if (all.empty() || late.empty()) return out;
  out.peak = what.at_least ? std::ranges::max(all) : std::ranges::min(all);
  out.sustained = median(late);
  if (const auto bounds = median_bounds(late)) {
    out.lower = bounds->lower;
    out.upper = bounds->upper;
  }
  return out;
}

Measured missing(std::string why) {
  Measured out;
  out.missing = std::move(why);
  return out;
}

// Another kind of work than the workload's primary one has its own windows.
Measured measure_speed(const ClaimMeasure& what, const ClaimContext& context,
                       const PhaseAnalysis& phase, const WorkAnalysis& work) {
  const std::string key(what.key);
  const VerdictRules& rules = context.run->spec.rules;
  SpeedFigures speed = work.speed;
  if (key != work.spec->work) {
    const Progress progress =
        load_progress(*context.board, work.spec->name, key, *phase.dwell, kLongestGap);
    speed = speed_figures(whole_cycles(progress, *phase.dwell), *phase.dwell, rules.window,
                          rules.short_window);
    add_sustained(speed, *phase.dwell, phase.steady);
  }
  if (!speed.sustained) {
    return missing(work.spec->name + " completed no window of " + key + " in phase " +
                   phase.spec->name);
  }
  return from_windows(what, speeds(speed.windows),
                      speeds(inside(speed.windows, *speed.sustained_over)));
}

std::optional<double> gauge_in(const ChannelView& channel, const Interval& when) {
  std::vector<double> values;
  for_each_part(channel, when, [&](const Series& s) {
    for (std::size_t i = 0; i < s.size(); ++i) {
      if (s.good(i)) values.push_back(s.v[i]);
    }
  });
  return median(std::move(values));
}

std::optional<double> value_in(const ClaimMeasure& what, const ChannelView& channel,
                               const Window& window, double least_valid) {
  if (what.kind == MeasureKind::gauge) return gauge_in(channel, window.when);
  const auto joules = integrate(channel, window.when, least_valid);
  if (!joules) return std::nullopt;
  if (what.kind == MeasureKind::power) return *joules / to_seconds(window.when.length());
  return window.work > 0 ? std::optional(*joules / window.work) : std::nullopt;
}

// The meter's accuracy is in every interval that uses power.
void allow_for_meter(const ClaimContext& context, Measured& m) {
  const auto meter = find_meter(*context.run, *context.board);
  if (!meter || !m.lower) return;
  m.measured_at = meter->measuring_point;
  if (!meter->accuracy) {
    m.lower = m.upper = std::nullopt;
    m.no_interval = "how accurate " + meter->channel->info.name + " (" + meter->source +
                    ") is, is not known; give the meter's accuracy in its [[instrument]]";
    return;
  }
  m.accuracy = meter->accuracy;
  m.lower = *m.lower * (1 - *meter->accuracy);
  m.upper = *m.upper * (1 + *meter->accuracy);
}

}  // namespace

const ClaimMeasure* find_measure(std::string_view claim) {
  const auto found = std::ranges::find_if(kMeasures, [&](const ClaimMeasure& m) {
    return m.name.ends_with('_') ? claim.starts_with(m.name) : claim == m.name;
  });
  return found == kMeasures.end() ? nullptr : &*found;
}

std::string channel_of(const ClaimMeasure& what, const WorkloadSpec& work) {
  const bool of_work = what.kind == MeasureKind::speed || what.kind == MeasureKind::gauge;
  return of_work ? "work." + work.name + "." + std::string(what.key) : "board.power";
}

Measured measure(const ClaimMeasure& what, const ClaimContext& context, const PhaseAnalysis& phase,
                 const WorkAnalysis& work) {
  if (!phase.dwell) return missing("phase " + phase.spec->name + " never reached its dwell");
  if (what.kind == MeasureKind::speed) return measure_speed(what, context, phase, work);
  if (what.kind == MeasureKind::energy && work.spec->work != what.key) {
    return missing(work.spec->name + " does not count " + std::string(what.key));
  }
  const std::string name = channel_of(what, *work.spec);
  const ChannelView* channel = context.run->find(*context.board, name);
  if (channel == nullptr) return missing(name + " was not recorded");
  if (!work.speed.sustained_over) {
    return missing(work.spec->name + " completed no window in phase " + phase.spec->name);
  }
  std::vector<double> all, late;
  for (const Window& w : work.speed.windows) {
    const auto v = value_in(what, *channel, w, context.run->spec.rules.coverage_min);
    if (!v) continue;
    all.push_back(*v);
    if (w.when.from >= work.speed.sustained_over->from) late.push_back(*v);
  }
  if (late.empty()) return missing(name + " was not readable in the sustained time");
  Measured out = from_windows(what, std::move(all), std::move(late));
  if (what.kind != MeasureKind::gauge) allow_for_meter(context, out);
  return out;
}

}  // namespace soakrig::analysis
