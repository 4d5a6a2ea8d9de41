// SPDX-License-Identifier: Apache-2.0
//
// Rows of samples of one source: what an agent sends, a session converts and the store writes.
// Row-major, rows x columns, column j being channel j of the source's SourceInfo.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "rig/base/channel.hpp"

namespace soakrig {

struct Batch {
  std::uint32_t source = 0;     // index of the source, as announced by its sender
  std::uint32_t columns = 0;    // channels per row
  std::vector<Nanos> taken;     // when each row was read; one entry a row; never decreasing
  std::vector<double> values;   // rows * columns; finite; 0 where the state is not good
  std::vector<State> states;    // rows * columns, or empty = all good

  [[nodiscard]] std::size_t rows() const { return taken.size(); }
  [[nodiscard]] double value(std::size_t row, std::size_t column) const {
    return values[row * columns + column];
  }
  [[nodiscard]] State state(std::size_t row, std::size_t column) const {
    return states.empty() ? State::good : states[row * columns + column];
  }
  // Appends one row. `row` has `columns` entries; absent states = all good.
  void add_row(Nanos taken_ns, const double* row, const State* row_states);
  // True when the sizes agree and times never decrease: checked on everything that arrives.
  [[nodiscard]] bool consistent() const;
};

}  // namespace soakrig
