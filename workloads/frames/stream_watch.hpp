// SPDX-License-Identifier: Apache-2.0
//
// Looks at all streams side by side, window after window, and names what one stream alone cannot
// see: that it starves while others go on, that none goes on, that one of higher priority misses
// its deadlines while one of lower priority meets them. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "rig/base/time.hpp"

namespace soakrig::workloads {

// Totals of one stream since its start.
struct StreamState {
  std::uint64_t frames = 0;  // that were finished
  std::uint64_t missed = 0;  // late or dropped
  int nice = 0;              // lower = more important
};

enum class StreamTrouble : std::uint8_t { starvation, deadlock, priority_inversion };
[[nodiscard]] std::string_view to_string(StreamTrouble trouble);

struct StreamFinding {
  StreamTrouble trouble = StreamTrouble::starvation;
  std::size_t stream = 0;                // the one that suffers; of a deadlock the first
  std::size_t other = 0;                 // of an inversion: the less important one that does well
  std::uint64_t frames = 0, missed = 0;  // its own in that window
  Nanos window = 0;
};

class StreamWatch {
 public:
  StreamWatch(Nanos start, Nanos window) : window_(window), began_(start) {}

  // What begins to be true in the window that ends by now; once until it is over. Streams are
  // always the same ones, in the same order.
  [[nodiscard]] std::vector<StreamFinding> look(Nanos now, const std::vector<StreamState>& streams);
  // A window that was rested in says nothing.
  void restart(Nanos now, const std::vector<StreamState>& streams);

 private:
  Nanos window_, began_;
  std::vector<StreamState> before_;
  std::vector<bool> starving_, inverted_;
  bool deadlocked_ = false;
};

}  // namespace soakrig::workloads
