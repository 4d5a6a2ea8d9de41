// SPDX-License-Identifier: Apache-2.0
//
// How a board's supply is switched so that it is proven: the relay reads back, and where a meter
// measures the board, its reading falls below the threshold, or rises above it again. A power-cycle
// keeps it off for the time the profile says, counted from the proof. Told what is, says what to
// order; does nothing itself. Pure.
#pragma once

#include <optional>
#include <string>

#include "rig/base/run_spec.hpp"

namespace soakrig::control {

class PowerSequence {
 public:
  static constexpr Nanos kOrderWithin = 15 * kSecond;  // for the relay's answer
  static constexpr Nanos kFallWithin = 20 * kSecond;   // of the meter, once the switch is open
  static constexpr Nanos kRiseWithin = 30 * kSecond;

  enum class Order : std::uint8_t { none, open, close };
  enum class Stage : std::uint8_t { idle, opening, falling, off, closing, rising, failed };

  PowerSequence(const PowerSpec& spec, bool metered) : spec_(spec), metered_(metered) {}

  // From now on towards `goal`, whatever was under way.
  void begin(PhasePower goal, Nanos now);
  // The relay's answer to the last order.
  void answered(const Result<void>& done, Nanos now);
  // To be called several times a second. `watts` is a reading of the meter taken after since();
  // absent while there is none. Gives each order once.
  [[nodiscard]] Order step(Nanos now, std::optional<double> watts);

  [[nodiscard]] Stage stage() const { return stage_; }
  // True between begin() and success or failure.
  [[nodiscard]] bool busy() const { return stage_ != Stage::idle && stage_ != Stage::failed; }
  [[nodiscard]] PhasePower goal() const { return goal_; }
  [[nodiscard]] Nanos since() const { return since_; }
  [[nodiscard]] const std::string& failure() const { return failure_; }
  // The readings that proved it, where there is a meter.
  [[nodiscard]] std::optional<double> off_watts() const { return off_watts_; }
  [[nodiscard]] std::optional<double> on_watts() const { return on_watts_; }

 private:
  void enter(Stage stage, Nanos now) { stage_ = stage, since_ = now; }
  void opened(Nanos now);
  void fail(std::string why, Nanos now);
  [[nodiscard]] std::string by() const;

  PowerSpec spec_;
  bool metered_;
  PhasePower goal_ = PhasePower::on;
  Stage stage_ = Stage::idle;
  bool ordered_ = false;
  Nanos since_ = 0;
  std::optional<double> off_watts_, on_watts_;
  std::string failure_;
};

}  // namespace soakrig::control
