// SPDX-License-Identifier: Apache-2.0
//
// How warm the boards are and whether they have settled: listens to the rows on their way to the
// observer, and passes everything on. For the chamber's humidity and the stabilisation of a phase.
// One thread.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <string>

#include "rig/control/observer.hpp"

namespace soakrig::control {

class BoardTemperatures final : public RunObserver {
 public:
  explicit BoardTemperatures(RunObserver& next) : next_(next) {}

  void on_stage(Stage stage, const PhaseSpec& phase, const PhaseProgress& progress) override;
  void on_rows(const std::string& board, const SourceInfo& source, const Batch& batch) override;
  void on_event(const Event& event) override;
  void on_tick(Nanos now, const PhaseMachine& machine) override;

  struct Reading {
    Nanos t = 0;
    double celsius = 0;
  };
  // The last soc.temperature of that board, however old.
  [[nodiscard]] std::optional<Reading> last(const std::string& board) const;
  // soc.temperature of the coldest board; nothing where a board was never read or not for kFresh.
  [[nodiscard]] std::optional<double> coldest(Nanos now) const;
  // Whether every board that can be read differs by at most `within` K between three readings: now,
  // half of `over` ago and `over` ago, each the mean over a tenth of `over`, so that a board which
  // throttles to and fro can settle too. A board that was not read all that time has not settled;
  // one that has gone silent is not waited for. Nothing where no board can be read.
  [[nodiscard]] std::optional<bool> settled(Nanos now, double within, Nanos over) const;

  static constexpr Nanos kFresh = 10 * kSecond;
  static constexpr Nanos kLongest = 2 * kHour;  // what settled() can look back
  static constexpr Nanos kKept = kLongest + kLongest / 8;
  static constexpr Nanos kStep = kSecond;    // one reading a second is enough

 private:
  struct Board {
    std::deque<Reading> readings;  // never empty, in order of time
    Nanos since = 0;               // read without a hole from here on
  };
  void take(const std::string& board, Nanos t, double celsius);

  RunObserver& next_;
  std::map<std::string, Board> boards_;
};

}  // namespace soakrig::control
