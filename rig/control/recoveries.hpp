// SPDX-License-Identifier: Apache-2.0
//
// The boards of a run that may die: shows each BoardRecovery what the run knows of its board, and carries out
// what it asks for. One thread, that of the io_context; times are run time.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "rig/control/board_recovery.hpp"
#include "rig/control/board_runner.hpp"
#include "rig/control/board_temperatures.hpp"
#include "rig/control/console_log.hpp"
#include "rig/control/instrument_feed.hpp"
#include "rig/control/power_control.hpp"

namespace soakrig::control {

class Recoveries {
 public:
  // What is referred to must outlive it, or end() is called first.
  struct Sources {
    const BoardTemperatures& temperatures;
    const InstrumentFeed& feed;
    PowerControl& power;
    const std::vector<std::unique_ptr<ConsoleLog>>& consoles;
  };
  Recoveries(boost::asio::io_context& io, Sources from, std::function<void(Event)> store)
      : io_(io), from_(from), store_(std::move(store)) {}

  // `spec` and `runner` must outlive it.
  void add(const BoardSpec& spec, BoardWays ways, BoardRunner& runner);
  void step(Nanos now);
  void came(const std::string& board, const std::string& boot_id, const std::string& previous,
            std::optional<Nanos> away_since, Nanos now);
  void power_cycled(const std::string& board, bool ok, Nanos now);
  // A ladder is at work on it, or will be: it is not given up.
  [[nodiscard]] bool tries(const std::string& board) const;
  // It has just come back by a rung.
  [[nodiscard]] bool climbed(const std::string& board) const;
  // A ladder decides about its power-cycles, and nobody else.
  [[nodiscard]] bool owns(const std::string& board) const;
  void end() { each_.clear(); }

 private:
  struct Each {
    const BoardSpec* spec;
    BoardRunner* runner;
    std::unique_ptr<BoardRecovery> recovery;
  };
  [[nodiscard]] BoardSigns signs_of(const Each& each, Nanos now) const;
  [[nodiscard]] const ConsoleLog* console_of(const std::string& board) const;
  [[nodiscard]] const Each* find(const std::string& board) const;

  boost::asio::io_context& io_;
  Sources from_;
  std::function<void(Event)> store_;
  std::vector<Each> each_;
  Nanos now_ = 0;
};

}  // namespace soakrig::control
