// SPDX-License-Identifier: Apache-2.0
//
// Makes rows of the gauges that a program says one by one: a row when all were said anew, else,
// when they stay away, rows whose cells tell which and why. Each reading is used once. Pure.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "rig/base/channel.hpp"
#include "rig/base/time.hpp"

namespace soakrig::instruments {

class GaugeRows {
 public:
  static constexpr int kPatience = 3;  // periods without a reading; then it is stale

  struct Row {
    Nanos taken = 0;
    std::vector<double> values;
    std::vector<State> states;
    std::vector<std::string> reasons;
  };

  GaugeRows(std::vector<std::string> names, Nanos period, Nanos now)
      : names_(std::move(names)), period_(period), cells_(names_.size()), due_(now + patience()) {}

  // What the program said at `now`. Gauges that nobody declared are ignored. Gives a row once all
  // are there, unless it comes sooner than a tenth of the period after the last: then it is
  // dropped, and counted.
  [[nodiscard]] std::optional<Row> say(Nanos now, const std::map<std::string, double>& gauges) {
    for (std::size_t i = 0; i < names_.size(); ++i) {
      const auto found = gauges.find(names_[i]);
      if (found == gauges.end()) continue;
      cells_[i] = Cell{found->second, true, true};
    }
    for (const Cell& cell : cells_) {
      if (!cell.fresh) return std::nullopt;
    }
    if (last_ && now - *last_ < period_ / 10) {
      ++dropped_;
      for (Cell& cell : cells_) cell.fresh = false;
      return std::nullopt;
    }
    last_ = now;
    due_ = now + patience();
    return make(now, State::stale, {});
  }

  // A row that is due although not everything was said; absent = not yet. `down`: why the program
  // does not run; empty = it runs.
  [[nodiscard]] std::optional<Row> tick(Nanos now, const std::string& down) {
    if (!down.empty() && !down_) due_ = now;  // told at once
    down_ = !down.empty();
    if (now < due_) return std::nullopt;
    due_ = now + period_;
    if (down_) return make(now, State::error, down);
    return make(now, State::stale, {});
  }
  // When tick() has something to do.
  [[nodiscard]] Nanos due() const { return due_; }
  [[nodiscard]] std::uint64_t dropped() const { return dropped_; }

 private:
  struct Cell {
    double value = 0;
    bool fresh = false, ever = false;
  };
  [[nodiscard]] Nanos patience() const { return kPatience * period_; }

  Row make(Nanos now, State absent, const std::string& why) {
    Row row{now, {}, {}, {}};
    for (std::size_t i = 0; i < cells_.size(); ++i) {
      Cell& cell = cells_[i];
      const State state = cell.fresh               ? State::good
                          : absent == State::error ? State::error
                          : cell.ever              ? State::stale
                                                   : State::no_data;
      row.values.push_back(cell.fresh ? cell.value : 0.0);
      row.states.push_back(state);
      row.reasons.push_back(state == State::good    ? std::string()
                            : state == State::error ? why
                            : state == State::stale
                                ? "the program has not said '" + names_[i] + "' again"
                                : "the program has not said '" + names_[i] + "' yet");
      cell.fresh = false;
    }
    return row;
  }

  std::vector<std::string> names_;
  Nanos period_;
  std::vector<Cell> cells_;
  Nanos due_;
  std::optional<Nanos> last_;
  bool down_ = false;
  std::uint64_t dropped_ = 0;
};

}  // namespace soakrig::instruments
