// SPDX-License-Identifier: Apache-2.0
//
// Whether the chamber can still be seen and is where it may be: the reasons for a trip that no
// profile needs to name. Pure; time is given.
#pragma once

#include <optional>
#include <string>

#include "rig/base/time.hpp"

namespace soakrig::control {

class ChamberWatch {
 public:
  // `low` and `high`: beyond them the air must never be. `blind`: how long it may go unread (a
  // broken sensor, readings that stand still, a bus that stays away).
  ChamberWatch(std::optional<double> low, std::optional<double> high, Nanos blind)
      : low_(low), high_(high), blind_(blind) {}

  // `air` [Cel]: absent where there is no good, fresh reading. Why to trip, or nothing.
  [[nodiscard]] std::optional<std::string> look(Nanos now, std::optional<double> air);

  static constexpr int kDebounce = 5;  // looks in a row: one bad reading trips nothing

 private:
  std::optional<double> low_, high_;
  Nanos blind_;
  std::optional<Nanos> seen_;
  int beyond_ = 0;
};

}  // namespace soakrig::control
