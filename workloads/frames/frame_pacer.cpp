// SPDX-License-Identifier: Apache-2.0
#include "workloads/frames/frame_pacer.hpp"

namespace soakrig::workloads {

FrameResult FramePacer::finish(Nanos began, Nanos ended) {
  FrameResult out;
  out.began_after = began - due_;
  out.ended_after = ended - due_;
  out.late = out.ended_after > deadline_;
  due_ += period_;
  // The newest frame that has come is worked on next; those before it are lost.
  if (ended > due_) {
    const Nanos passed = (ended - due_) / period_;
    out.dropped = static_cast<std::uint64_t>(passed);
    due_ += passed * period_;
  }
  return out;
}

void FramePacer::skip_to(Nanos now) {
  if (now > due_) due_ += (now - due_ + period_ - 1) / period_ * period_;
}

}  // namespace soakrig::workloads
