// SPDX-License-Identifier: Apache-2.0
//
// Carries out steps of a plan on its buses: opens them itself, proves that the devices are those
// that were identified, and asserts what must hold, round after round. Synchronous, no thread; a
// round takes at most one deadline a transaction.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "rig/instruments/bus_session.hpp"
#include "rig/instruments/guard/plan.hpp"
#include "rig/instruments/guard/state.hpp"

namespace soakrig::guard {

// Of the step that opens the relay of a board: by it the guard knows whose load is off with its power.
[[nodiscard]] std::string power_step_name(const std::string& board);

class Reaction {
 public:
  // Opens nothing yet. Both must outlive it.
  Reaction(const GuardPlan& plan, const Clock& clock) : plan_(plan), clock_(clock) {}

  // Reads each step back, in order, and asserts those that do not hold. A step that fails keeps
  // later ones back only for their patience, counted from the first round of these steps.
  // `ready` = what must be done before the first step counts as held (the load is off).
  // True when every step held in this round.
  bool round(const std::vector<Step>& steps, bool ready = true);
  [[nodiscard]] const std::vector<StepState>& states() const { return states_; }

  // The plan's watched reading. Errors as of the bus; not_found: the device reports none.
  [[nodiscard]] Result<double> watched();

 private:
  struct Bus {
    std::unique_ptr<instruments::BusSession> session;
    std::map<std::uint8_t, std::uint64_t> proven;  // unit -> connection it was proven on
  };
  struct Line {
    Bus* bus = nullptr;
    instruments::ConnectSpec spec;
  };
  Result<Line> line(const std::string& connect);
  Result<std::uint64_t> prove(Line& line, const std::string& connect);
  Result<double> read(Line& line, std::uint64_t proven, const instruments::Point& point);
  Result<void> assert_step(const Step& step);
  [[nodiscard]] Nanos deadline(const instruments::ConnectSpec& spec) const;

  const GuardPlan& plan_;
  const Clock& clock_;
  std::map<std::string, Bus> buses_;  // by endpoint
  std::vector<StepState> states_;
  const std::vector<Step>* begun_ = nullptr;
  Nanos begun_at_ = 0;
};

}  // namespace soakrig::guard
