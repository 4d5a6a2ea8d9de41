// SPDX-License-Identifier: Apache-2.0
//
// Why a board was slow although no limiter said so: many boards have no counter and no flag. Clock,
// temperature and supply rails together still tell, or nothing is said. Pure.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "results/analysis/limiters.hpp"
#include "rig/base/verdict.hpp"

namespace soakrig::analysis {

// Where throttling for heat begins, as this run shows it.
struct Trip {
  double temperature = 0;  // Cel: highest reading in the seconds around the first assertion
  std::optional<double> hysteresis;  // K: how far it had fallen when that assertion ended
  Nanos at = 0;
};

// From the first assertion of a thermal limiter. None without one, without a temperature, and where
// the temperature moved by more than 3 K around that moment (air that jumps hides the point).
[[nodiscard]] std::optional<Trip> find_trip(const BoardView& board,
                                            std::span<const Assertion> assertions, Nanos end);

struct Inference {
  Interval when;
  Cause cause = Cause::unknown;
  std::string evidence;
};

// Only where the mean clock was below 98 % of that of the baseline's time. Then: under-voltage,
// where a supply rail (rail.NAME.voltage) read at least 5 % below its mean there for half the time;
// thermal, where the SoC was within 2 K of the trip point or above it at its coolest. Else none: a
// slow clock alone may be anybody's wish.
[[nodiscard]] std::optional<Inference> infer_cause(const BoardView& board, const Interval& slow,
                                                   const Interval& baseline,
                                                   const std::optional<Trip>& trip);

}  // namespace soakrig::analysis
