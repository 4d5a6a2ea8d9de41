// SPDX-License-Identifier: Apache-2.0
#include "results/analysis/level_changes.hpp"

#include "results/analysis/change_points.hpp"

namespace soakrig::analysis {

std::vector<ChangePoint> find_changes(std::vector<PhaseAnalysis>& phases) {
  std::vector<ChangePoint> out;
  for (PhaseAnalysis& phase : phases) {
    for (WorkAnalysis& work : phase.work) {
      if (work.speed.shortened) continue;
      const std::vector<double> values = speeds(work.speed.windows);
      const std::vector<std::size_t> changes = change_points(values);
      work.figures.shape = shape_of(values, changes);
      const std::vector<double> levels = segment_levels(values, changes);
      for (std::size_t i = 0; i < changes.size(); ++i) {
        ChangePoint c;
        c.phase = phase.spec->name;
        c.workload = work.spec->name;
        c.channel = "work." + work.spec->name + "." + work.spec->work;
        c.unit = work.figures.unit;
        c.at = work.speed.windows[changes[i]].when.from;
        c.before = levels[i];
        c.after = levels[i + 1];
        c.change = c.before > 0 ? c.after / c.before - 1 : 0;
        out.push_back(std::move(c));
      }
    }
  }
  return out;
}

}  // namespace soakrig::analysis
