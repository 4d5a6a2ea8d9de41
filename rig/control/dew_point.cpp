// SPDX-License-Identifier: Apache-2.0
#include "rig/control/dew_point.hpp"

#include <cmath>

namespace soakrig::control {

std::optional<double> dew_point(double celsius, double humidity) {
  constexpr double kB = 17.62, kC = 243.12;
  if (!(humidity > 0 && humidity <= 100) || celsius <= -kC) return std::nullopt;
  const double gamma = std::log(humidity / 100) + kB * celsius / (kC + celsius);
  return kC * gamma / (kB - gamma);
}

bool stays_dry(double celsius, double humidity, double board) {
  const auto dew = dew_point(celsius, humidity);
  return !dew || board >= *dew + kDewMargin;
}

}  // namespace soakrig::control
