// SPDX-License-Identifier: Apache-2.0
#include "rig/control/recovery_ladder.hpp"

namespace soakrig::control {

std::string_view to_string(Rung rung) {
  switch (rung) {
    case Rung::none: return "none";
    case Rung::reboot: return "reboot";
    case Rung::power_cycle: return "power-cycle";
    case Rung::quarantine: return "quarantine";
  }
  return "none";
}

Rung RecoveryLadder::step(Nanos now, std::optional<Nanos> down_since) {
  if (given_up_) return Rung::none;
  if (!down_since) {
    if (waits_) return Rung::none;  // a rung that was begun is ended first
    next_at_.reset();
    last_ = Rung::none;
    return Rung::none;
  }
  if (!next_at_) next_at_ = *down_since + spec_.wait;
  if (waits_ || now < *next_at_) return Rung::none;
  // One after the other: a reboot that did not help is not tried again before a power-cycle was.
  if (last_ != Rung::power_cycle && last_ != Rung::reboot && reboots_ < budget(Rung::reboot)) {
    ++reboots_;
    last_ = Rung::reboot;
  } else if (cycles_ < power_cycles_) {
    ++cycles_;
    last_ = Rung::power_cycle;
  } else if (last_ != Rung::reboot && reboots_ < budget(Rung::reboot)) {
    ++reboots_;
    last_ = Rung::reboot;
  } else {
    given_up_ = true;
    return last_ = Rung::quarantine;
  }
  waits_ = true;
  return last_;
}

void RecoveryLadder::done(bool ok, Nanos now) {
  if (!waits_) return;
  waits_ = false;
  next_at_ = ok ? now + spec_.boot : now;
}

}  // namespace soakrig::control
