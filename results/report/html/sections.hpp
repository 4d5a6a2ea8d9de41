// SPDX-License-Identifier: Apache-2.0
//
// The sections of a run's report page, each in the file of its name. Each is empty where it has
// nothing to say. They read curves from the run's file; everything else is in the input.
#pragma once

#include "results/report/html/markup.hpp"
#include "results/report/html/page_input.hpp"
#include "results/report/html/words.hpp"

namespace soakrig::report {

// Page 1: verdict, why, claims, coverage, the whole run as a picture.
[[nodiscard]] Markup summary_section(const PageInput& input, const Words& words);
// What each claim rests on: its conditions, where it was measured, the speed there.
[[nodiscard]] Markup claims_evidence(const PageInput& input, const Words& words);
// What bounds each model, the peak that the board's own words promise, and its clock.
[[nodiscard]] Markup bounds_section(const PageInput& input, const Words& words);
// Figures by phase and workload with formulas; every rule with its evidence.
[[nodiscard]] Markup figures_section(const PageInput& input, const Words& words);
// Episodes; incidents with the seconds around them.
[[nodiscard]] Markup happenings_section(const PageInput& input, const Words& words);
// Derating curve, thermal model, lasting changes, drift, reliability.
[[nodiscard]] Markup behaviour_section(const PageInput& input, const Words& words);
// Boards, rig, instruments and calibration, channels, profile.
[[nodiscard]] Markup environment_section(const PageInput& input, const Words& words);
// Limitations, integrity, notes.
[[nodiscard]] Markup closing_section(const PageInput& input, const Words& words);

}  // namespace soakrig::report
