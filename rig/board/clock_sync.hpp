// SPDX-License-Identifier: Apache-2.0
//
// Maps one board's boot time onto the rig's. On the same kernel both are one clock and the map is
// exact. Otherwise round trips give it: the reading with the least round trip of the last eight is
// the best (its error is half that trip), and once the map was used it is slewed towards it, never
// stepped, so that mapped times never run backwards. Pure; one owner; not thread-safe.
#pragma once

#include <array>
#include <cstddef>
#include <optional>

#include "rig/base/time.hpp"

namespace soakrig::board {

class ClockSync {
 public:
  // The board is this kernel: identity, error zero.
  void same_clock();
  // One round trip: rig boot time when asked and when answered, board boot time in between.
  void sample(Nanos asked, Nanos answered, Nanos board_ns);

  // Nothing until same_clock() or the first sample().
  [[nodiscard]] std::optional<ClockAnchor> anchor() const { return current_; }
  // Board boot time -> rig boot time. Requires an anchor. Never decreases for increasing board_ns.
  [[nodiscard]] Nanos map(Nanos board_ns);

 private:
  struct Trip {
    ClockAnchor anchor;
    bool used = false;
  };
  std::array<Trip, 8> trips_{};
  std::size_t next_ = 0;
  bool same_ = false, used_ = false;
  std::optional<ClockAnchor> current_, target_;
  Nanos last_board_ = 0;
};

}  // namespace soakrig::board
