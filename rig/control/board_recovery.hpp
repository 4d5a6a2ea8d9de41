// SPDX-License-Identifier: Apache-2.0
//
// One board while it is down and when it comes back. While it is down: the liveness ladder, looked at
// again and again, and the recovery ladder where the profile asks for one. When it has come back with
// another boot_id: what the board kept of its end and what the rig saw meanwhile are gathered into
// one event, from which the analysis finds the class. Judges nothing itself and waits for nothing.
//
// One thread, that of the io_context. Times are run time.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "rig/base/death_evidence.hpp"
#include "rig/base/event.hpp"
#include "rig/base/run_spec.hpp"
#include "rig/board/brief_command.hpp"
#include "rig/control/board_ways.hpp"
#include "rig/control/liveness.hpp"
#include "rig/control/recovery_ladder.hpp"

namespace soakrig::control {

// What the run knows of a board at an instant.
struct BoardSigns {
  std::optional<Nanos> away_since;    // its link is lost
  bool work_dead = false;             // all its workloads are down for good
  std::optional<double> watts;        // its meter, now
  std::optional<double> celsius;      // soc.temperature, the last there was …
  Nanos celsius_at = 0;               // … and when
  bool has_console = false, console_up = false;
  Nanos console_heard = 0;            // when its console last said something; 0 = never
};

class BoardRecovery {
 public:
  static constexpr Nanos kLookAfter = 2 * kSecond;    // of silence
  static constexpr Nanos kLookEvery = 20 * kSecond;
  static constexpr Nanos kKnockWithin = 15 * kSecond;
  static constexpr Nanos kAskWithin = 20 * kSecond;
  static constexpr Nanos kRebootWithin = 20 * kSecond;

  struct Hooks {
    std::function<void(Event)> store;
    std::function<bool()> power_cycle;            // false: there is no supply, or its budget is spent
    std::function<void(const std::string&)> quarantine;
    std::function<std::vector<std::string>()> console_lines;  // the last that it said
  };

  // `spec` must outlive it.
  BoardRecovery(boost::asio::io_context& io, const BoardSpec& spec, BoardWays ways, Hooks hooks);

  void step(Nanos now, const BoardSigns& signs);  // several times a second
  // Its agent said hello; `previous`: the boot before, empty where it is the same or the first.
  void came(const std::string& boot_id, const std::string& previous,
            std::optional<Nanos> away_since, Nanos now);
  void power_cycled(bool ok, Nanos now);  // what came of Hooks::power_cycle
  // A rung is under way, or may still come: the board is not given up.
  [[nodiscard]] bool tries() const;
  [[nodiscard]] bool has_ladder() const { return ladder_.has_value(); }
  [[nodiscard]] Rung last_rung() const { return ladder_ ? ladder_->last() : Rung::none; }

 private:
  void look(Nanos now, const BoardSigns& signs);
  void looked(Nanos now, const BoardSigns& signs);
  void climb(Nanos now, std::optional<Nanos> down_since);
  void rung(std::string_view name, bool ok, const std::string& why, Nanos now);
  void watch_supply(const BoardSigns& signs);
  [[nodiscard]] LivenessRung supply_rung(const BoardSigns& signs) const;
  [[nodiscard]] LivenessRung console_rung(const BoardSigns& signs) const;
  void ask(DeathEvidence outside, Nanos now);
  [[nodiscard]] std::unique_ptr<board::BriefCommand> run(const std::vector<std::string>& argv, Nanos within,
                                                         board::BriefCommand::Done done);

  boost::asio::io_context& io_;
  const BoardSpec& spec_;
  BoardWays ways_;
  Hooks hooks_;
  std::optional<RecoveryLadder> ladder_;
  std::unique_ptr<board::BriefCommand> knock_, ping_, reboot_, ask_;
  LivenessRung ssh_sign_, ping_sign_;
  bool knocked_ = false, pinged_ = false, looking_ = false;
  std::optional<Nanos> look_at_, away_since_, dead_since_;
  std::optional<Liveness> liveness_, seen_before_rung_;
  std::string rig_did_;
  Nanos now_ = 0;
  std::optional<double> watts_before_, watts_least_, celsius_;
  Nanos celsius_at_ = 0;
  bool console_heard_ = false, console_was_up_ = true;
};

}  // namespace soakrig::control
