// SPDX-License-Identifier: Apache-2.0
#include "results/analysis/thermal_fit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "results/analysis/inferred_cause.hpp"
#include "results/analysis/series.hpp"

namespace soakrig::analysis {

namespace {

constexpr double kMostMissing = 0.02;  // of the steps; so few are bridged by their neighbours
constexpr double kSteps = 1200;        // of a warm-up

// Means of one channel, with short holes bridged; empty where too much is missing.
std::vector<double> step_means(const ChannelView* channel, std::span<const Interval> steps) {
  if (channel == nullptr) return {};
  const auto sums = summarise_each(*channel, steps);
  const auto first = std::ranges::find_if(sums, [](const auto& s) { return s.has_value(); });
  if (first == sums.end()) return {};
  std::vector<double> out;
  double last = (*first)->mean;
  std::size_t missing = 0;
  for (const auto& s : sums) {
    if (s) last = s->mean;
    if (!s) ++missing;
    out.push_back(last);
  }
  if (static_cast<double>(missing) > kMostMissing * static_cast<double>(sums.size())) return {};
  return out;
}

std::vector<Interval> steps_of(const Interval& range, Nanos step) {
  std::vector<Interval> out;
  for (Nanos t = range.from; t + step <= range.to; t += step) out.push_back({t, t + step});
  return out;
}

// Empty where every fan ran evenly.
std::string uneven_fan(const BoardView& board, const Interval& over) {
  for (const ChannelView& c : board.channels) {
    const bool fan = c.info.name.starts_with("fan.") ||
                     (c.info.name.starts_with("hwmon.") && c.info.name.ends_with(".speed"));
    if (!fan) continue;
    const auto s = summarise(c, over);
    if (!s || s->max - s->min <= 0.05 * std::abs(s->max)) continue;
    return fmt::format("{} went from {:g} to {:g}: one resistance does not describe it",
                       c.info.name, s->min, s->max);
  }
  return {};
}

// The first time that the hardware held the board back in the dwell; its end where it did not.
Nanos unthrottled_until(const Interval& dwell, std::span<const Assertion> assertions) {
  Nanos out = dwell.to;
  for (const Assertion& a : assertions) {
    if (by_hardware(a.cause) && a.when.to > dwell.from) out = std::min(out, a.when.from);
  }
  return std::max(out, dwell.from);
}

void fill_model(ThermalFit& out, const WarmUp& data, const std::optional<Trip>& trip) {
  const double length = data.dt * static_cast<double>(data.temperature.size());
  double ambient = 0, rise = 0;
  for (std::size_t i = 0; i < data.ambient.size(); ++i) {
    ambient += data.ambient[i] / static_cast<double>(data.ambient.size());
    rise = std::max(rise, data.temperature[i] - data.ambient[i]);
  }
  out.ambient = ambient;
  out.rise = rise;
  const auto foster = fit_foster(data);
  if (!foster) return void(out.refused = "nothing fits");
  out.r1 = foster->r1;
  out.tau1_s = foster->tau1;
  out.r2 = foster->r2;
  out.tau2_s = foster->tau2;
  out.rms = foster->rms;
  out.r_total = foster->r1 + foster->r2;
  const PowerLine power = fit_power(data);
  out.power_w = power.a;
  out.power_per_k = power.b;
  const double gate = std::max(0.3, 0.005 * rise);
  const double slowest = foster->r2 > 0 ? foster->tau2 : foster->tau1;
  if (rise < kLeastRise) {
    out.refused =
        fmt::format("it was at most {:.1f} K above ambient, {:g} are needed", rise, kLeastRise);
  } else if (foster->rms > gate) {
    out.refused = fmt::format("the model misses the readings by {:.2f} K rms, {:.2f} are allowed",
                              foster->rms, gate);
  } else if (length < 3 * slowest) {
    out.refused =
        fmt::format("{:.0f} s are less than three time constants of {:.0f} s", length, slowest);
  }
  if (!trip) {
    out.critical_refused = "its trip point is not known: no thermal limiter asserted in this run";
  } else if (out.refused.empty()) {
    const auto critical = critical_ambient(trip->temperature, *out.r_total, power);
    if (!critical) {
      out.critical_refused = "its power grows so fast with temperature that it would run away";
    } else if (std::abs(*critical - ambient) > kFarthestAmbient) {
      out.critical_refused =
          fmt::format("it would be {:.1f} Cel, more than {:g} K from where it was measured",
                      *critical, kFarthestAmbient);
    } else {
      out.critical_ambient = critical;
    }
  } else {
    out.critical_refused = "the model is refused";
  }
}

ThermalFit fit_phase(const RunView& run, const BoardView& board, const PhaseAnalysis& phase,
                     std::span<const Assertion> assertions, const std::optional<Trip>& trip) {
  ThermalFit out;
  out.phase = phase.spec->name;
  out.over = {phase.dwell->from, unthrottled_until(*phase.dwell, assertions)};
  out.note =
      "of this build in this enclosure and this air flow; a data sheet's theta is of its own "
      "test board";
  if (trip) {
    out.trip = trip->temperature;
    out.hysteresis = trip->hysteresis;
    out.trip_from = fmt::format(
        "soc.temperature when a thermal limiter first asserted, at {:.1f} s", to_seconds(trip->at));
  }
  const auto refuse = [&](std::string why) {
    out.refused = std::move(why);
    out.critical_refused = "the model is refused";
    return out;
  };
  const auto step =
      std::max(2 * kSecond, static_cast<Nanos>(static_cast<double>(out.over.length()) / kSteps));
  const std::vector<Interval> steps = steps_of(out.over, step);
  if (steps.size() < 60) {
    return refuse(fmt::format("it ran for {:.0f} s only before it was held back",
                              to_seconds(out.over.length())));
  }
  WarmUp data;
  data.dt = to_seconds(step);
  data.temperature = step_means(board.find("soc.temperature"), steps);
  if (data.temperature.empty()) return refuse("soc.temperature was not readable");
  data.power = step_means(run.find(board, "board.power"), steps);
  if (data.power.empty()) return refuse("board.power was not readable");
  data.ambient = step_means(run.find(board, "chamber.temperature"), steps);
  if (data.ambient.empty())
    data.ambient = step_means(run.find(board, "ambient.temperature"), steps);
  if (data.ambient.empty()) return refuse("the ambient was not measured");
  fill_model(out, data, trip);
  if (std::string uneven = uneven_fan(board, out.over); !uneven.empty())
    return refuse(std::move(uneven));
  return out;
}

}  // namespace

std::vector<ThermalFit> fit_thermal(const RunView& run, const BoardView& board,
                                    std::span<const PhaseAnalysis> phases,
                                    std::span<const Assertion> assertions) {
  std::vector<ThermalFit> out;
  const auto trip = find_trip(board, assertions, run.now);
  for (const PhaseAnalysis& phase : phases) {
    if (!phase.dwell || phase.dwell->length() == 0 || phase.work.empty()) continue;
    out.push_back(fit_phase(run, board, phase, assertions, trip));
  }
  return out;
}

}  // namespace soakrig::analysis
