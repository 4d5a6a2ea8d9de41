// SPDX-License-Identifier: Apache-2.0
//
// When the frames of one stream are due, and what became of each: on a fixed grid, as a camera
// gives them. A frame that ends after its deadline is missed; frames whose turn passed while an
// earlier one was worked on are dropped, and count as missed too. Pure.
#pragma once

#include <cstdint>

#include "rig/base/time.hpp"

namespace soakrig::workloads {

struct FrameResult {
  bool late = false;          // it ended after its deadline
  std::uint64_t dropped = 0;  // frames after it that were never begun
  Nanos began_after = 0;      // its due time
  Nanos ended_after = 0;
};

class FramePacer {
 public:
  // The first frame is due at `first`; each must end within `deadline` of its due time.
  FramePacer(Nanos first, Nanos period, Nanos deadline)
      : due_(first), period_(period), deadline_(deadline) {}

  [[nodiscard]] Nanos due() const { return due_; }
  // The frame that was due was worked on in this time; the next one is due then.
  FrameResult finish(Nanos began, Nanos ended);
  // Frames until `now` are nobody's: the stream rested.
  void skip_to(Nanos now);

 private:
  Nanos due_, period_, deadline_;
};

}  // namespace soakrig::workloads
