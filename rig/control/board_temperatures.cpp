// SPDX-License-Identifier: Apache-2.0
#include "rig/control/board_temperatures.hpp"

#include <algorithm>

namespace soakrig::control {

void BoardTemperatures::on_stage(Stage stage, const PhaseSpec& phase,
                                 const PhaseProgress& progress) {
  next_.on_stage(stage, phase, progress);
}
void BoardTemperatures::on_event(const Event& event) { next_.on_event(event); }
void BoardTemperatures::on_tick(Nanos now, const PhaseMachine& machine) {
  next_.on_tick(now, machine);
}

void BoardTemperatures::on_rows(const std::string& board, const SourceInfo& source,
                                const Batch& batch) {
  for (std::size_t column = 0; column < source.channels.size(); ++column) {
    if (board.empty() || source.channels[column].name != "soc.temperature") continue;
    for (std::size_t row = 0; row < batch.rows(); ++row) {
      if (batch.state(row, column) != State::good) continue;
      take(board, batch.taken[row], batch.value(row, column));
    }
  }
  next_.on_rows(board, source, batch);
}

void BoardTemperatures::take(const std::string& board, Nanos t, double celsius) {
  auto& readings = boards_[board];
  if (!readings.empty() && t - readings.back().t < kStep) return;
  readings.push_back({t, celsius});
  while (readings.front().t < t - kKept) readings.pop_front();
}

std::optional<double> BoardTemperatures::coldest(Nanos now) const {
  std::optional<double> out;
  for (const auto& [board, readings] : boards_) {
    if (now - readings.back().t > kFresh) return std::nullopt;
    const double celsius = readings.back().celsius;
    out = out ? std::min(*out, celsius) : celsius;
  }
  return out;
}

bool BoardTemperatures::settled(Nanos now, double within, Nanos over) const {
  return !boards_.empty() && std::ranges::all_of(boards_, [&](const auto& entry) {
    const auto& readings = entry.second;
    // Read all the time: from before the stretch began to now, without a hole.
    if (now - readings.back().t > kFresh || readings.front().t > now - over) return false;
    double low = readings.back().celsius, high = low;
    Nanos later = readings.back().t;
    for (auto r = readings.rbegin(); r != readings.rend(); ++r) {
      if (later - r->t > kFresh) return false;
      later = r->t;
      low = std::min(low, r->celsius);
      high = std::max(high, r->celsius);
      if (r->t <= now - over) break;
    }
    return high - low <= within;
  });
}

}  // namespace soakrig::control
