// SPDX-License-Identifier: Apache-2.0
//
// A workload's progress as its totals tell it, and the whole work cycles inside. Totals restart at
// zero with every instance, and after a long silence nothing is known of what happened between:
// both break progress into stretches, and a cycle never spans two.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "results/analysis/run_view.hpp"

namespace soakrig::analysis {

// One totals report: what had been done and how long it had taken, since the instance's start.
struct Row {
  Nanos t = 0;       // run time of its receipt
  double work = 0;   // in the key's unit
  double busy = 0;   // s
  double cycle = 0;  // whole work cycles
};

// One instance without a break: work, busy and cycle never decrease.
using Stretch = std::vector<Row>;

struct Progress {
  std::vector<Stretch> stretches;
  std::size_t rows = 0;
  bool own_busy = false;  // busy is that of this kind of work alone, not of all kinds together
};

// Totals of `work.NAME.KEY` in the range, with the time spent on that key (`work.NAME.KEY_busy`
// where the workload tells it, else `work.NAME.busy`). A silence longer than `longest_gap` breaks.
[[nodiscard]] Progress load_progress(const BoardView& board, const std::string& workload,
                                     const std::string& key, const Interval& range,
                                     Nanos longest_gap);

// One or more whole cycles with nothing left out: from one report at which `cycle` had moved to the
// next such report (a workload reports at the end of each cycle,
// docs/formats/workload_protocol.md).
struct Cycle {
  Interval when;
  double work = 0;
  double busy = 0;   // s
  double count = 1;  // cycles in it: more than one where they are faster than the reports
};

// The whole cycles that lie inside `range`. An instance's first report counts from the instance's
// start if no cycle had ended by then: its totals are all of the cycle so far.
[[nodiscard]] std::vector<Cycle> whole_cycles(const Progress& progress, const Interval& range);

}  // namespace soakrig::analysis
