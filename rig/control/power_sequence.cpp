// SPDX-License-Identifier: Apache-2.0
#include "rig/control/power_sequence.hpp"

#include <fmt/format.h>

namespace soakrig::control {

void PowerSequence::begin(PhasePower goal, Nanos now) {
  goal_ = goal;
  ordered_ = false;
  failure_.clear();
  off_watts_.reset();
  on_watts_.reset();
  enter(goal == PhasePower::on ? Stage::closing : Stage::opening, now);
}

void PowerSequence::fail(std::string why, Nanos now) {
  failure_ = std::move(why);
  enter(Stage::failed, now);
}

std::string PowerSequence::by() const { return spec_.relay.empty() ? "command" : "relay"; }

void PowerSequence::opened(Nanos now) {
  enter(goal_ == PhasePower::cycle ? Stage::off : Stage::idle, now);
}

void PowerSequence::answered(const Result<void>& done, Nanos now) {
  // Before its own order is out, an answer is that to an order of an earlier goal.
  if (!ordered_ || (stage_ != Stage::opening && stage_ != Stage::closing)) return;
  if (!done) return fail("the " + by() + " did not do it: " + done.error().message(), now);
  if (stage_ == Stage::opening) {
    if (!metered_) return opened(now);
    return enter(Stage::falling, now);
  }
  enter(metered_ ? Stage::rising : Stage::idle, now);
}

PowerSequence::Order PowerSequence::step(Nanos now, std::optional<double> watts) {
  switch (stage_) {
    case Stage::opening:
    case Stage::closing:
      if (!ordered_) {
        ordered_ = true;
        return stage_ == Stage::opening ? Order::open : Order::close;
      }
      if (now - since_ > kOrderWithin) fail("the " + by() + " does not answer", now);
      return Order::none;
    case Stage::falling:
      if (watts && *watts < spec_.off_below) {
        off_watts_ = watts;
        opened(now);
      } else if (now - since_ > kFallWithin) {
        fail(watts
                 ? fmt::format("the switch is open, but the meter still reads {:.2f} W (off_below "
                               "is {} W): does this switch feed this board?",
                               *watts, spec_.off_below)
                 : "the switch is open, but the meter says nothing that would prove it",
             now);
      }
      return Order::none;
    case Stage::off:
      if (now - since_ < spec_.off) return Order::none;
      ordered_ = true;
      enter(Stage::closing, now);
      return Order::close;
    case Stage::rising:
      if (watts && *watts >= spec_.off_below) {
        on_watts_ = watts;
        enter(Stage::idle, now);
      } else if (now - since_ > kRiseWithin) {
        fail(watts ? fmt::format("the switch is closed, but the meter reads only {:.2f} W", *watts)
                   : "the switch is closed, but the meter says nothing that would prove it",
             now);
      }
      return Order::none;
    case Stage::idle:
    case Stage::failed:
      break;
  }
  return Order::none;
}

}  // namespace soakrig::control
