// SPDX-License-Identifier: Apache-2.0
#include "rig/base/batch.hpp"

#include <algorithm>
#include <cmath>

namespace soakrig {

void Batch::add_row(Nanos taken_ns, const double* row, const State* row_states) {
  const std::size_t before = values.size();
  taken.push_back(taken_ns);
  values.insert(values.end(), row, row + columns);
  if (row_states == nullptr) {
    if (!states.empty()) states.resize(values.size(), State::good);
    return;
  }
  const bool all_good =
      std::all_of(row_states, row_states + columns, [](State s) { return s == State::good; });
  if (all_good && states.empty()) return;
  states.resize(before, State::good);
  states.insert(states.end(), row_states, row_states + columns);
  for (std::size_t j = 0; j < columns; ++j) {
    if (row_states[j] != State::good) values[before + j] = 0;
  }
}

bool Batch::consistent() const {
  const std::size_t cells = taken.size() * columns;
  if (values.size() != cells || (!states.empty() && states.size() != cells)) return false;
  if (!std::is_sorted(taken.begin(), taken.end())) return false;
  return std::all_of(values.begin(), values.end(), [](double v) { return std::isfinite(v); });
}

}  // namespace soakrig
