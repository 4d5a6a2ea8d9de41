// SPDX-License-Identifier: Apache-2.0
//
// A strip chart of block characters, for a terminal: one column a value, eight levels a row. Pure;
// no colour, no cursor movement.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace soakrig::report {

struct Strip {
  std::vector<std::string> rows;  // from top to bottom, each as many characters as values
  double low = 0, high = 0;       // what the bottom and the top stand for
};

// An absent value is a blank column; a value at or below the bottom still shows its lowest block.
// The bottom is 0 if `from_zero`, else the least value; a flat line stands at half height. None
// without values.
[[nodiscard]] std::optional<Strip> draw_strip(std::span<const std::optional<double>> values,
                                              std::size_t rows, bool from_zero);

}  // namespace soakrig::report
