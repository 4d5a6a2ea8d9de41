// SPDX-License-Identifier: Apache-2.0
#include "results/analysis/sweep.hpp"

#include <algorithm>

#include "results/analysis/series.hpp"
#include "rig/base/sweep_name.hpp"

namespace soakrig::analysis {

std::vector<Sweep> find_sweeps(const BoardView& board, std::span<const PhaseFigures> phases) {
  std::vector<Sweep> out;
  for (const PhaseFigures& phase : phases) {
    const auto name = parse_sweep_name(phase.name);
    if (!name) continue;
    std::vector<std::string> settings;
    SweepRow row;
    row.phase = phase.name;
    row.ambient = phase.ambient;
    for (const auto& [setting, value] : name->settings) {
      settings.push_back(setting);
      row.values.push_back(value);
    }
    if (!phase.work.empty()) {
      row.work = phase.work.front();
      row.memory = memory_held(board, row.work.name, phase);
    }
    auto found = std::ranges::find_if(
        out, [&](const Sweep& s) { return s.name == name->sweep && s.settings == settings; });
    if (found == out.end()) found = out.insert(out.end(), {name->sweep, std::move(settings), {}});
    found->rows.push_back(std::move(row));
  }
  return out;
}

std::vector<Sweep> find_sweeps(const RunView& run, const BoardJudgement& board) {
  const auto view = std::ranges::find(run.boards, board.name, &BoardView::name);
  return view == run.boards.end() ? std::vector<Sweep>{} : find_sweeps(*view, board.phases);
}

std::optional<double> memory_held(const BoardView& board, const std::string& workload,
                                  const PhaseFigures& phase) {
  const ChannelView* held = board.find("work." + workload + ".memory");
  if (held == nullptr || !phase.dwell) return std::nullopt;
  const auto all = summarise(*held, *phase.dwell);
  return all ? std::optional(all->max) : std::nullopt;
}

}  // namespace soakrig::analysis
