// SPDX-License-Identifier: Apache-2.0
//
// The port of a workload: what loads the board, in slices. The engine (engine.hpp) owns the loop,
// the clock of reporting, pauses, stopping and injected trouble; a workload owns its data and knows
// nothing of the protocol, of signals or of the terminal.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rig/base/result.hpp"
#include "rig/base/time.hpp"

namespace soakrig::workloads {

inline constexpr Nanos kTimeless = -1;

// Work of one kind done in a slice. `kind` is a key of the protocol ("tokens") and outlives it.
struct Done {
  std::string_view kind;
  double amount = 0;
  Nanos busy = 0;      // wall time spent on it; kTimeless = it is counted and takes none of its own
  bool again = false;  // the work before this one in another unit: its time counts once
};

struct Gauge {
  std::string_view name;
  double value = 0;
};

// How this process is to end: as the program did that it ran.
struct Ending {
  int code = 0;
  int signal = 0;  // 0 = by the code
};

// What one slice did. A slice is a small step (aim: below 200 ms), so that stopping is prompt.
struct Slice {
  std::vector<Done> done;
  std::vector<Gauge> gauges;
  bool cycle_ended = false;   // this slice completed a whole work cycle
  bool side_by_side = false;  // its kinds of work were done at the same time, not one after another
  std::optional<Ending> ending;  // nothing can follow
};

// One comparison of the output with what it must be.
struct Verification {
  bool ok = false;
  std::string expected, got;
};

enum class Corruption { large, small };

// Driven by one thread: prepare() once, then run_slice() and verify() in turn.
class Workload {
 public:
  virtual ~Workload() = default;

  // Allocates and warms up. The facts go into the ready line.
  [[nodiscard]] virtual Result<std::map<std::string, std::string>> prepare() = 0;
  virtual Slice run_slice() = 0;
  // The comparisons that became due since the last call; none is the usual case.
  [[nodiscard]] virtual std::vector<Verification> verify() = 0;
  // The engine will not ask for a slice for a while: nothing may go on in the background.
  virtual void rest() {}
  // Things worth keeping since the last call, each the JSON object of an event line.
  [[nodiscard]] virtual std::vector<std::string> take_notes() { return {}; }
  // Mergeable histograms that are due, each the JSON object of a hist line. `last`: nothing
  // follows.
  [[nodiscard]] virtual std::vector<std::string> take_histograms(bool last) {
    static_cast<void>(last);
    return {};
  }
  // Breaks one bit of the data, to prove that verify() sees it. False: nothing here to break.
  virtual bool corrupt(Corruption size) = 0;
};

}  // namespace soakrig::workloads
