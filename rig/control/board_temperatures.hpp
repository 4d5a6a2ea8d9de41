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

  // soc.temperature of the coldest board; nothing where a board was never read or not for kFresh.
  [[nodiscard]] std::optional<double> coldest(Nanos now) const;
  // Every board has stayed within `within` K over the last `over`, and was read all that time.
  // Without a board that can be read: false.
  [[nodiscard]] bool settled(Nanos now, double within, Nanos over) const;

  static constexpr Nanos kFresh = 10 * kSecond;
  static constexpr Nanos kKept = kHour;      // what settled() can look back
  static constexpr Nanos kStep = kSecond;    // one reading a second is enough

 private:
  struct Reading {
    Nanos t = 0;
    double celsius = 0;
  };
  void take(const std::string& board, Nanos t, double celsius);

  RunObserver& next_;
  std::map<std::string, std::deque<Reading>> boards_;
};

}  // namespace soakrig::control
