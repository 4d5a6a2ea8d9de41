// SPDX-License-Identifier: Apache-2.0
//
// Where a chart's axes begin and end, where their ticks are and what stands there. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace soakrig::report {

struct Scale {
  double low = 0, high = 1;   // low < high always
  std::vector<double> ticks;  // inside, ascending, at round numbers

  // Where a value lies: 0 at `low`, 1 at `high`; may be outside.
  [[nodiscard]] double place(double value) const { return (value - low) / (high - low); }
};

// Widened to round numbers, with about `ticks` of them; a single value gets room around it.
[[nodiscard]] Scale round_scale(double low, double high, std::size_t ticks, bool from_zero);
// Exactly [low, high] seconds, ticks at round clock times: 5 s, 10 min, 6 h, 7 d…
[[nodiscard]] Scale time_scale(double low_s, double high_s, std::size_t ticks);

// "0", "90 s", "1:30 h"…: one tick of a time axis; `step_s` says how fine.
[[nodiscard]] std::string time_tick(double t_s, double step_s);

// A unit as people read it, and what a value is divided by to be in it: ("Hz", 2.4e9) -> GHz, 1e9;
// ("{token}/s", …) -> token/s, 1; ("Cel", …) -> °C, 1.
struct ShownUnit {
  std::string text;
  double divisor = 1;
};
[[nodiscard]] ShownUnit shown_unit(std::string_view ucum, double largest);

}  // namespace soakrig::report
