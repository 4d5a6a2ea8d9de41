// SPDX-License-Identifier: Apache-2.0
//
// A board's run cut into columns of equal time, for the strip chart: how fast its primary work
// went, how warm it was, which phase it was in. Pure but for the view's loaders.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "results/analysis/run_view.hpp"

namespace soakrig::report {

struct RunStrips {
  Nanos column = 0;                                // time of one column
  std::vector<std::optional<double>> speed;        // work / busy of what was done in the column
  std::vector<std::optional<double>> temperature;  // soc.temperature, mean, Cel
  std::vector<int> phase;                          // index into RunView::phases, -1 = none
  std::string speed_unit;                          // of the first phase's primary work
};

[[nodiscard]] RunStrips make_strips(const analysis::RunView& run, const analysis::BoardView& board,
                                    std::size_t columns);

}  // namespace soakrig::report
