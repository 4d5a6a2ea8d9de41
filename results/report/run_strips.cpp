// SPDX-License-Identifier: Apache-2.0
#include "results/report/run_strips.hpp"

#include <algorithm>

#include "results/analysis/phase_times.hpp"
#include "results/analysis/progress.hpp"
#include "results/analysis/series.hpp"

namespace soakrig::report {

namespace {

using namespace analysis;

// Adds the progress of one phase's primary work to its columns. A cycle's work goes where the cycle
// ended; a picture needs no better.
void add_speed(const RunView& run, const BoardView& board, const PhaseView& phase, Nanos column,
               std::vector<double>& work, std::vector<double>& busy) {
  const auto when = phase_of(run, phase);
  const PhaseSpec& spec = run.spec.phases[phase.spec];
  if (!when || spec.work.empty()) return;
  const WorkloadSpec* load = run.spec.find_workload(spec.work.front());
  if (load == nullptr) return;
  const Progress progress = load_progress(board, load->name, load->work, *when, kLongestGap);
  for (const Cycle& c : whole_cycles(progress, *when)) {
    const auto at = std::min(work.size() - 1, static_cast<std::size_t>(c.when.to / column));
    work[at] += c.work;
    busy[at] += c.busy;
  }
}

}  // namespace

RunStrips make_strips(const RunView& run, const BoardView& board, std::size_t columns) {
  RunStrips out;
  if (columns == 0 || run.now <= 0) return out;
  out.column =
      std::max<Nanos>(1, (run.now + static_cast<Nanos>(columns) - 1) / static_cast<Nanos>(columns));
  std::vector<double> work(columns), busy(columns);
  out.speed.resize(columns);
  out.temperature.resize(columns);
  out.phase.assign(columns, -1);
  for (std::size_t i = 0; i < run.phases.size(); ++i) {
    const PhaseView& phase = run.phases[i];
    if (phase.spec >= run.spec.phases.size()) continue;
    const auto when = phase_of(run, phase);
    if (!when) continue;
    add_speed(run, board, phase, out.column, work, busy);
    for (std::size_t c = 0; c < columns; ++c) {
      const Nanos middle = static_cast<Nanos>(c) * out.column + out.column / 2;
      if (when->contains(middle)) out.phase[c] = static_cast<int>(i);
    }
    if (out.speed_unit.empty() && !run.spec.phases[phase.spec].work.empty()) {
      const auto* load = run.spec.find_workload(run.spec.phases[phase.spec].work.front());
      if (load != nullptr) out.speed_unit = load->unit + "/s";
    }
  }
  for (std::size_t c = 0; c < columns; ++c) {
    if (busy[c] > 0) out.speed[c] = work[c] / busy[c];
  }
  if (const ChannelView* channel = board.find("soc.temperature")) {
    std::vector<Interval> ranges;
    for (std::size_t c = 0; c < columns; ++c) {
      const Nanos from = static_cast<Nanos>(c) * out.column;
      ranges.push_back({from, from + out.column});
    }
    const auto sums = summarise_each(*channel, ranges);
    for (std::size_t c = 0; c < columns; ++c) {
      if (sums[c]) out.temperature[c] = sums[c]->mean;
    }
  }
  return out;
}

}  // namespace soakrig::report
