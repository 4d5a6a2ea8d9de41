// SPDX-License-Identifier: Apache-2.0
//
// The recovery ladder: how a board that is down is brought back, the gentlest way first. Its workloads'
// restarts are the agent's business and come before it. Each rung has its time and its budget; a rung
// that failed gives way to the next at once; one that is back starts again from below, with what is
// left of the budgets. Told what is, says what to do; does nothing itself. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "rig/base/run_spec.hpp"

namespace soakrig::control {

enum class Rung : std::uint8_t { none, reboot, power_cycle, quarantine };
[[nodiscard]] std::string_view to_string(Rung rung);

class RecoveryLadder {
 public:
  RecoveryLadder(const RecoverySpec& spec, int power_cycles)
      : spec_(spec), power_cycles_(power_cycles) {}

  // Several times a second. `down_since`: absent while the board is well. Gives each rung once; after
  // quarantine nothing more.
  [[nodiscard]] Rung step(Nanos now, std::optional<Nanos> down_since);
  // What became of the last rung: a reboot that was ordered, a supply that is on again; then the board
  // has its time to boot. Until this is told there is no next rung.
  void done(bool ok, Nanos now);

  [[nodiscard]] int used(Rung rung) const { return rung == Rung::reboot ? reboots_ : cycles_; }
  [[nodiscard]] int budget(Rung rung) const {
    return rung == Rung::reboot ? (spec_.reboot_argv.empty() ? 0 : spec_.reboots) : power_cycles_;
  }
  [[nodiscard]] Rung last() const { return last_; }  // since the board went down
  [[nodiscard]] bool under_way() const { return waits_; }

 private:
  RecoverySpec spec_;
  int power_cycles_;
  int reboots_ = 0, cycles_ = 0;
  Rung last_ = Rung::none;
  bool waits_ = false, given_up_ = false;
  std::optional<Nanos> next_at_;
};

}  // namespace soakrig::control
