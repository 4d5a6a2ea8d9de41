// SPDX-License-Identifier: Apache-2.0
//
// Sustained speed against ambient: measured at the chamber's steps, predicted between them, with
// the error that the method makes at the steps it knows. Pure.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "results/analysis/phase_analysis.hpp"

namespace soakrig::analysis {

inline constexpr double kWidestStep = 20;  // K between two steps; across more nothing is predicted

// One curve from its measured points (any order): they and, every 5 K between, predicted ones.
// Prediction: straight between neighbouring steps (points less than 1 K apart count as one, by
// their mean); where the thermal model knows a critical ambient between two steps, level up to it
// and straight from there. error = rms of predicting each inner step from its neighbours; it needs
// three steps. Refused, with the measured points kept, where fewer than two steps were measured.
[[nodiscard]] Derating derate(std::vector<DeratingPoint> measured,
                              std::optional<double> critical_ambient);

// One curve for each workload that has a sustained speed in two phases or more of measured ambient.
[[nodiscard]] std::vector<Derating> find_derating(std::span<const PhaseAnalysis> phases,
                                                  std::span<const ThermalFit> fits);

}  // namespace soakrig::analysis
