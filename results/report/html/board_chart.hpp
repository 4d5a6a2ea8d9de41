// SPDX-License-Identifier: Apache-2.0
//
// A board's curves over any part of a run: speed, quality, temperature, clock and power above lanes
// of phases, episodes and events. Channels come from the store's summaries with their exact
// extremes; speed is work / busy time of whole cycles. Reads from the run's file.
#pragma once

#include <string>

#include "results/report/html/page_input.hpp"
#include "results/report/html/time_chart.hpp"
#include "results/report/html/words.hpp"

namespace soakrig::report {

inline constexpr std::size_t kPictureBins = 640;  // no screen or sheet shows more

// A channel as a curve; empty where it does not exist or cannot be read. `board` empty: the rig.
[[nodiscard]] Curve channel_curve(const store::Reader& reader, const std::string& board,
                                  const std::string& channel, const analysis::Interval& range,
                                  std::size_t bins);

// The speed of one workload: whole cycles, so many as share a bin taken together.
[[nodiscard]] Curve speed_curve(const analysis::RunView& run, const analysis::BoardView& board,
                                const std::string& workload, const analysis::Interval& range,
                                std::size_t bins);

// Without panels where the board is not in the file.
[[nodiscard]] TimeChart board_chart(const PageInput& input, const analysis::BoardJudgement& board,
                                    const analysis::Interval& range, const Words& words);

// The whole of a run, from its start to the last thing stored.
[[nodiscard]] analysis::Interval whole_run(const PageInput& input);

}  // namespace soakrig::report
