// SPDX-License-Identifier: Apache-2.0
#include "results/analysis/phase_analysis.hpp"

#include <algorithm>

#include "results/analysis/latency.hpp"
#include "results/analysis/latency_histogram.hpp"
#include "results/analysis/phase_times.hpp"
#include "results/analysis/power.hpp"
#include "results/analysis/series.hpp"
#include "results/analysis/steady.hpp"

namespace soakrig::analysis {

namespace {

std::optional<double> mean_of(const ChannelView* channel, const Interval& range) {
  if (channel == nullptr) return std::nullopt;
  const auto summary = summarise(*channel, range);
  return summary ? std::optional(summary->mean) : std::nullopt;
}

// What the board breathed: the chamber's air, else a sensor beside the board.
std::optional<double> measured_ambient(const RunView& run, const BoardView& board,
                                       const Interval& dwell) {
  const auto chamber = mean_of(run.find(board, "chamber.temperature"), dwell);
  return chamber ? chamber : mean_of(run.find(board, "ambient.temperature"), dwell);
}

std::optional<double> measured_humidity(const RunView& run, const BoardView& board,
                                        const Interval& dwell) {
  const auto chamber = mean_of(run.find(board, "chamber.humidity"), dwell);
  return chamber ? chamber : mean_of(run.find(board, "ambient.humidity"), dwell);
}

std::optional<Nanos> steady_of(const BoardView& board, const PhaseAnalysis& phase,
                               std::span<const Window> windows, Nanos window) {
  SteadyInput in;
  in.dwell = *phase.dwell;
  in.step = steady_step(in.dwell, window);
  in.windows = windows;
  in.ambient = phase.measured_ambient ? phase.measured_ambient : phase.spec->ambient;
  if (const ChannelView* temperature = board.find("soc.temperature")) {
    std::vector<Interval> steps;
    for (Nanos t = in.dwell.from; t + in.step <= in.dwell.to; t += in.step) {
      steps.push_back({t, t + in.step});
    }
    for (const auto& s : summarise_each(*temperature, steps)) {
      in.temperature.push_back(s ? std::optional(s->mean) : std::nullopt);
    }
  }
  return steady_since(in);
}

WorkAnalysis analyse_work(const RunView& run, const BoardView& board, const WorkloadSpec& spec,
                          const Interval& dwell) {
  const VerdictRules& rules = run.spec.rules;
  const Progress progress = load_progress(board, spec.name, spec.work, dwell, kLongestGap);
  WorkAnalysis out;
  out.spec = &spec;
  out.speed = speed_figures(whole_cycles(progress, dwell), dwell, rules.window, rules.short_window);
  WorkFigures& f = out.figures;
  f.name = spec.name;
  f.kind = spec.kind;
  f.unit = spec.unit + "/s";
  f.peak = out.speed.peak;
  f.peak_short = out.speed.peak_short;
  f.stability = out.speed.stability;
  f.samples = progress.rows;
  f.latency = latency_of(board, spec.name, dwell);
  // Every request is in a histogram; a gauge is that of one now and then.
  for (auto& [name, summary] : histogram_latency(run.events, board.name, spec.name, dwell)) {
    f.latency[name] = summary;
  }
  return out;
}

void add_energy(const Meter& meter, double least_valid, WorkAnalysis& work) {
  if (!work.speed.sustained_over) return;
  const auto windows = inside(work.speed.windows, *work.speed.sustained_over);
  const WorkEnergy energy = work_energy(meter, windows, least_valid);
  work.figures.power_w = energy.power_w;
  work.figures.j_per_work = energy.j_per_work;
  work.figures.j_per_work_lower = energy.lower;
  work.figures.j_per_work_upper = energy.upper;
}

void finish_work(const PhaseAnalysis& phase, WorkAnalysis& work) {
  add_sustained(work.speed, *phase.dwell, phase.steady);
  WorkFigures& f = work.figures;
  f.sustained = work.speed.sustained;
  f.p5 = work.speed.p5;
  f.lower = work.speed.lower;
  f.upper = work.speed.upper;
  f.sustained_over = work.speed.sustained_over;
  f.sustained_rule = work.speed.sustained_rule;
  if (f.sustained && f.peak && *f.peak > 0) f.sustained_ratio = *f.sustained / *f.peak;
  if (phase.steady) f.steady_after_s = to_seconds(*phase.steady - phase.dwell->from);
}

PhaseAnalysis analyse_phase(const RunView& run, const BoardView& board, const PhaseView& view) {
  PhaseAnalysis out;
  out.spec = &run.spec.phases[view.spec];
  out.phase = *phase_of(run, view);
  out.dwell = dwell_of(run, view);
  out.figures.name = out.spec->name;
  out.figures.ambient = out.spec->ambient;
  out.figures.humidity = out.spec->humidity;
  out.figures.dwell = out.dwell;
  for (const std::string& name : out.spec->work) {
    const WorkloadSpec* spec = run.spec.find_workload(name);
    if (spec == nullptr) continue;
    const Interval dwell = out.dwell.value_or(Interval{out.phase.to, out.phase.to});
    out.work.push_back(analyse_work(run, board, *spec, dwell));
  }
  if (!out.dwell) return out;
  out.measured_ambient = measured_ambient(run, board, *out.dwell);
  if (!out.figures.ambient) out.figures.ambient = out.measured_ambient;
  if (!out.figures.humidity) out.figures.humidity = measured_humidity(run, board, *out.dwell);
  const auto meter = find_meter(run, board);
  if (meter) {
    out.figures.power = power_over(*meter, *out.dwell, run.spec.rules.coverage_min);
    out.figures.energy_j = out.figures.power->energy_j;
  }
  if (!out.work.empty()) {
    out.steady = steady_of(board, out, out.work.front().speed.windows, run.spec.rules.window);
  }
  for (WorkAnalysis& work : out.work) {
    finish_work(out, work);
    if (meter) add_energy(*meter, run.spec.rules.coverage_min, work);
  }
  return out;
}

}  // namespace

const WorkAnalysis* PhaseAnalysis::find(std::string_view workload) const {
  const auto found =
      std::ranges::find_if(work, [&](const WorkAnalysis& w) { return w.spec->name == workload; });
  return found == work.end() ? nullptr : &*found;
}

std::vector<PhaseAnalysis> analyse_phases(const RunView& run, const BoardView& board) {
  std::vector<PhaseAnalysis> out;
  for (const PhaseView& view : run.phases) {
    if (view.begin && view.spec < run.spec.phases.size()) {
      out.push_back(analyse_phase(run, board, view));
    }
  }
  return out;
}

}  // namespace soakrig::analysis
