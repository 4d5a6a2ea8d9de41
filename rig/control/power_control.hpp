// SPDX-License-Identifier: Apache-2.0
//
// The supplies of a run's boards: gives relays and commands the orders of each board's PowerSequence, feeds
// it the meter's readings, stores what came of it, and keeps count of the power-cycles that recover
// a board. One thread, that of the io_context; relays answer on their own and are brought here.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "rig/base/event.hpp"
#include "rig/control/power_sequence.hpp"
#include "rig/instruments/power_switch.hpp"

namespace boost::asio {
class io_context;
}

namespace soakrig::control {

struct PowerHooks {
  std::function<void(Event)> store;
  // A reading of board.power taken after `since`; absent: none, or not good.
  std::function<std::optional<double>(const std::string& board, Nanos since)> watts;
  // A power-cycle that was to recover a board has ended.
  std::function<void(const std::string& board, bool ok)> recovered;
};

class PowerControl {
 public:
  PowerControl(boost::asio::io_context& io, PowerHooks hooks);
  ~PowerControl();

  // `by` must outlive this. `metered`: watts() can be asked about this board.
  void add(const std::string& board, const PowerSpec& spec, instruments::PowerSwitch& by,
           bool metered);
  // To every board that has a supply.
  void order(PhasePower what, Nanos now);
  // The supplies are somebody else's from here on: nothing more is ordered of them.
  void release();
  // The run is over: everything off, or on again what is not on.
  void end(bool tripped, Nanos now);
  [[nodiscard]] bool busy() const;
  // True when nothing is under way and nothing failed.
  [[nodiscard]] bool settled() const;
  // What failed, apart from recoveries, whose failure is the board's business.
  [[nodiscard]] std::optional<std::string> failure() const;
  // Power-cycles one board that is down. False: it has no supply, or its budget is spent.
  [[nodiscard]] bool recover(const std::string& board, Nanos now);
  [[nodiscard]] bool recovering(const std::string& board) const;
  void step(Nanos now);

 private:
  struct Supply;
  void begin(Supply& supply, PhasePower what, bool recovers, Nanos now);
  void give(const std::shared_ptr<Supply>& supply, PowerSequence::Order order);
  void report(Supply& supply, Nanos now);
  [[nodiscard]] Supply* find(const std::string& board) const;

  boost::asio::io_context& io_;
  PowerHooks hooks_;
  std::vector<std::shared_ptr<Supply>> supplies_;
};

}  // namespace soakrig::control
