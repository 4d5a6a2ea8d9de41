// SPDX-License-Identifier: Apache-2.0
//
// The virtual chamber's air: follows the working set point as a first-order lag with a limited
// rate; the working set point follows the set point at the controller's own ramp, where one is set.
// With conditioning off the air drifts to the room. Pure, exact in time.
#pragma once

#include <optional>

namespace soakrig::virtual_bench {

struct ChamberParameters {
  double room = 23.0;           // Cel
  double room_humidity = 45.0;  // %
  double max_rate = 2.0;        // K/s: far faster than a real chamber, so that a demo takes minutes
  double lag = 1.0;             // s, near the set point
  double off_lag = 60.0;        // s, towards the room
  double humidity_lag = 5.0;    // s
};

// What the controller was told.
struct ChamberOrders {
  bool conditioning = true;
  double set_point = 23.0;
  double humidity_set_point = 45.0;
  std::optional<double> ramp;  // K/s, the controller's own; absent = none
};

struct ChamberState {
  double air = 23.0, working_set_point = 23.0;  // Cel
  double humidity = 45.0;                       // %
  double output = 0;                            // %, -100 full cooling to +100 full heating
};

[[nodiscard]] ChamberState initial_chamber(const ChamberParameters& p);
[[nodiscard]] ChamberState step(const ChamberParameters& p, const ChamberState& s,
                                const ChamberOrders& orders, double dt);

}  // namespace soakrig::virtual_bench
