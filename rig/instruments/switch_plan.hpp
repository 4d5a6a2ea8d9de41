// SPDX-License-Identifier: Apache-2.0
//
// Which point of a relay's map is the switch of a channel, what it is told to stand on or off, and
// so how each board of a run is cut from its power. Pure but for loading maps.
#pragma once

#include <string>
#include <vector>

#include "rig/base/run_spec.hpp"
#include "rig/instruments/register_map.hpp"

namespace soakrig::instruments {

// A switch of a relay map with the values of its point that mean on and off.
struct Switch {
  const Point* point = nullptr;      // in the map given
  const Point* pulse_off = nullptr;  // the board opens it for so many seconds; may be null
  double on = 1, off = 0;
};
// Channels count from 1. Errc::invalid for a map of another kind, not_found for a channel that the
// relay has not.
[[nodiscard]] Result<Switch> find_switch(const RegisterMap& map, int channel);

// How to cut one board's power: `point` of the relay at `connect` must read `value`, and is told it
// where it does not.
struct PowerOff {
  std::string board, relay, connect;
  RegisterMap map;
  std::string point;
  double value = 0;
};
// One for each board whose profile says `power`, in the boards' order. Errors name the board.
[[nodiscard]] Result<std::vector<PowerOff>> plan_power_off(const RunSpec& spec);

}  // namespace soakrig::instruments
