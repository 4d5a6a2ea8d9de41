// SPDX-License-Identifier: Apache-2.0
//
// How a board warms, as a two-term Foster network, and what follows for another ambient. A model is
// told together with why it may not be used: most runs do not allow one. Pure.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "results/analysis/phase_analysis.hpp"

namespace soakrig::analysis {

// One value a step of `dt` seconds, none missing.
struct WarmUp {
  double dt = 1;
  std::vector<double> temperature, power, ambient;  // Cel, W, Cel
};

// T = Ta + x1 + x2 with x_i[k+1] = a_i x_i[k] + (1 - a_i) R_i P[k], a_i = exp(-dt / tau_i) (Foster,
// e.g. PyRth: Z(s) = sum R_i / (1 + s tau_i); its nodes are no places on the board). At the begin
// x_i = R_i P0, as of a board that had drawn P0 for long, P0 = (T - Ta) / (R1 + R2) there.
struct Foster {
  double r1 = 0, tau1 = 0, r2 = 0, tau2 = 0;  // K/W, s; tau1 < tau2
  double rms = 0;                             // K, of the residuals
};

// Least squares for R1, R2 >= 0 over a logarithmic grid of tau1 < tau2 up to the length of the
// warm-up, then over a finer one around the best. None below 30 steps.
[[nodiscard]] std::optional<Foster> fit_foster(const WarmUp& data);

// P = a + b T by least squares; b = 0 where T moved by less than 5 K.
struct PowerLine {
  double a = 0, b = 0;  // W, W/K
};
[[nodiscard]] PowerLine fit_power(const WarmUp& data);

// Ambient above which the board reaches `trip` in the long run: T_ss = (Ta + R a) / (1 - R b) set
// equal to it. None where 1 - R b <= 0: such a board would run away.
[[nodiscard]] std::optional<double> critical_ambient(double trip, double r, const PowerLine& power);

// What a figure from this model may be used for.
inline constexpr double kFarthestAmbient = 20;  // K, from the ambient of the fit
inline constexpr double kLeastRise = 5;         // K over ambient

// One entry for each phase that reached its dwell under load, over the dwell until a limiter of the
// hardware first asserted. Refused where temperature, power or ambient were not readable, a fan did
// not run evenly, it warmed too little, it was shorter than 3 tau, or the residuals are above
// max(0.3 K, 0.5 % of the rise). The trip point is find_trip's (inferred_cause.hpp).
[[nodiscard]] std::vector<ThermalFit> fit_thermal(const RunView& run, const BoardView& board,
                                                  std::span<const PhaseAnalysis> phases,
                                                  std::span<const Assertion> assertions);

}  // namespace soakrig::analysis
