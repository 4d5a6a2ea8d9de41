// SPDX-License-Identifier: Apache-2.0
#include "rig/control/board_temperatures.hpp"

#include <algorithm>

#include "rig/base/result.hpp"

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
  auto& [readings, since] = boards_[board];
  if (!readings.empty() && t - readings.back().t < kStep) return;
  if (readings.empty() || t - readings.back().t > kFresh) since = t;
  readings.push_back({t, celsius});
  while (readings.front().t < t - kKept) readings.pop_front();
}

std::optional<BoardTemperatures::Reading> BoardTemperatures::last(const std::string& board) const {
  const auto found = boards_.find(board);
  return found == boards_.end() ? std::nullopt : std::optional(found->second.readings.back());
}

std::optional<double> BoardTemperatures::coldest(Nanos now) const {
  std::optional<double> out;
  for (const auto& [name, board] : boards_) {
    if (now - board.readings.back().t > kFresh) return std::nullopt;
    const double celsius = board.readings.back().celsius;
    out = out ? std::min(*out, celsius) : celsius;
  }
  return out;
}

std::optional<bool> BoardTemperatures::settled(Nanos now, double within, Nanos over) const {
  RIG_ASSERT(over > 0 && over <= kLongest);
  const Nanos width = std::max(over / 10, kStep);
  const auto mean = [width](const std::deque<Reading>& readings, Nanos end) {
    double sum = 0, count = 0;
    auto r = std::ranges::upper_bound(readings, end, {}, &Reading::t);
    while (r != readings.begin() && (--r)->t > end - width) sum += r->celsius, ++count;
    return count > 0 ? std::optional(sum / count) : std::nullopt;
  };
  std::optional<bool> out;
  for (const auto& [name, board] : boards_) {
    const auto& readings = board.readings;
    const Nanos last = readings.back().t;
    if (now - last > kFresh) continue;
    const auto a = mean(readings, last), b = mean(readings, last - over / 2),
               c = mean(readings, last - over);
    const bool whole = board.since <= last - over && a && b && c;
    out = out.value_or(true) && whole && std::max({*a, *b, *c}) - std::min({*a, *b, *c}) <= within;
  }
  return out;
}

}  // namespace soakrig::control
