// SPDX-License-Identifier: Apache-2.0
#include "rig/board/clock_sync.hpp"

#include <algorithm>

#include "rig/base/result.hpp"

namespace soakrig::board {
namespace {

constexpr Nanos kSlewPerMille = 1;  // at most one part in a thousand, so order is kept

}  // namespace

void ClockSync::same_clock() {
  same_ = true;
  current_ = ClockAnchor{};
  target_.reset();
}

void ClockSync::sample(Nanos asked, Nanos answered, Nanos board_ns) {
  if (same_ || answered < asked) return;
  const Nanos half = (answered - asked) / 2;
  trips_[next_] = Trip{ClockAnchor{board_ns, asked + half, half}, true};
  next_ = (next_ + 1) % trips_.size();
  const ClockAnchor* best = nullptr;
  for (const Trip& trip : trips_) {
    if (trip.used && (best == nullptr || trip.anchor.error_ns < best->error_ns)) {
      best = &trip.anchor;
    }
  }
  if (!current_ || !used_) {  // no order to keep yet
    current_ = *best;
    last_board_ = board_ns;
  }
  target_ = *best;
}

Nanos ClockSync::map(Nanos board_ns) {
  RIG_ASSERT(current_.has_value());
  used_ = true;
  if (same_ || !target_) return current_->map(board_ns);
  if (board_ns > last_board_) {
    const Nanos room = (board_ns - last_board_) * kSlewPerMille / 1000;
    const Nanos wanted = target_->map(board_ns) - current_->map(board_ns);
    current_->to_ns += std::clamp(wanted, -room, room);
    current_->error_ns = std::max(target_->error_ns, std::abs(wanted));
    last_board_ = board_ns;
  }
  return current_->map(board_ns);
}

}  // namespace soakrig::board
