// SPDX-License-Identifier: Apache-2.0
#include "rig/virtual/chamber_model.hpp"

#include <algorithm>
#include <cmath>

namespace soakrig::virtual_bench {
namespace {

double lagged(double value, double target, double lag, double dt) {
  return target + (value - target) * std::exp(-dt / lag);
}

// First-order lag whose slope is limited: straight at max_rate until the lag's own slope is below
// it (distance = rate * lag), exponential from there.
double follow(double value, double target, double lag, double max_rate, double dt) {
  const double distance = target - value;
  const double knee = max_rate * lag;
  if (std::abs(distance) <= knee) return lagged(value, target, lag, dt);
  const double straight = (std::abs(distance) - knee) / max_rate;
  const double sign = distance > 0 ? 1.0 : -1.0;
  if (dt <= straight) return value + sign * max_rate * dt;
  return lagged(target - sign * knee, target, lag, dt - straight);
}

}  // namespace

ChamberState initial_chamber(const ChamberParameters& p) {
  return ChamberState{p.room, p.room, p.room_humidity, 0};
}

ChamberState step(const ChamberParameters& p, const ChamberState& s, const ChamberOrders& orders,
                  double dt) {
  ChamberState next = s;
  if (orders.ramp) {
    const double reach = *orders.ramp * dt;
    next.working_set_point += std::clamp(orders.set_point - s.working_set_point, -reach, reach);
  } else {
    next.working_set_point = orders.set_point;
  }
  if (orders.conditioning) {
    next.air = follow(s.air, next.working_set_point, p.lag, p.max_rate, dt);
    next.humidity = lagged(s.humidity, orders.humidity_set_point, p.humidity_lag, dt);
    // Effort as a controller would show it: full away from the set point, what holds it near it.
    next.output = std::clamp(
        (next.working_set_point - s.air) / (p.max_rate * p.lag) * 100.0 + (next.air - p.room) * 0.5,
        -100.0, 100.0);
  } else {
    next.air = lagged(s.air, p.room, p.off_lag, dt);
    next.humidity = lagged(s.humidity, p.room_humidity, p.off_lag, dt);
    next.output = 0;
  }
  next.humidity = std::clamp(next.humidity, 0.0, 100.0);
  return next;
}

}  // namespace soakrig::virtual_bench
