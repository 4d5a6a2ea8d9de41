// SPDX-License-Identifier: Apache-2.0
//
// When moist air would condense on a board. Pure.
#pragma once

#include <optional>

namespace soakrig::control {

// Dew point [Cel] of air at `celsius` with `humidity` % relative over water, by the Magnus formula
// (WMO-No. 8: b = 17.62, c = 243.12 Cel; within 0.1 K from -45 to 60 Cel). Nothing for a humidity
// that is not above 0 and at most 100.
[[nodiscard]] std::optional<double> dew_point(double celsius, double humidity);

// Whether air that is to be so may be made while the coldest board is at `board`: the sensor on the
// die is warmer than its heat sink and its case, hence the margin.
inline constexpr double kDewMargin = 5.0;  // K
[[nodiscard]] bool stays_dry(double celsius, double humidity, double board);

}  // namespace soakrig::control
