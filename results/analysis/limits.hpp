// SPDX-License-Identifier: Apache-2.0
//
// Limits: a channel that must stay within bounds. A breach with action stop or trip on a board's
// channel fails that board; on a channel of the chamber or the rig it is a rig fault; warn only
// tells. Judged on the stored samples: three good readings in a row outside are a breach, so that
// one bad reading of a sensor fails no board.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "results/analysis/run_view.hpp"

namespace soakrig::analysis {

struct Breach {
  Limit limit;
  bool of_rig = false;  // the channel is the rig's, not the board's
  double value = 0;     // the worst
  bool above = false;   // the limit's max was broken, else its min
  std::string unit;
  Nanos at = 0;   // of the first reading of the first breach
  Interval over;  // from there to the last reading outside
  std::size_t readings = 0;
  std::string words;  // "soc.temperature 106.2 Cel > 105 Cel at 1234.5 s (action stop)"
};

// Over the whole run, ramps included.
[[nodiscard]] std::vector<Breach> find_breaches(const RunView& run, const BoardView& board);

}  // namespace soakrig::analysis
