// SPDX-License-Identifier: Apache-2.0
//
// All that a run tells its chamber: set-points with what they need around them (alarms and timer of
// its own, moist air), and the way to the safe one at the end. One thread, that of the io_context;
// time is given.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "rig/base/event.hpp"
#include "rig/control/chamber_air.hpp"
#include "rig/control/chamber_timer.hpp"

namespace soakrig::control {

class ChamberControl {
 public:
  struct Hooks {
    std::function<void(Event)> event;
    std::function<void(const std::string& what)> fault;
  };
  // All must outlive it. Nothing is called after its end.
  ChamberControl(boost::asio::io_context& io, instruments::Chamber& chamber, const RunSpec& spec,
                 const Hooks& hooks);
  ~ChamberControl() { *open_ = false; }
  ChamberControl(const ChamberControl&) = delete;
  ChamberControl& operator=(const ChamberControl&) = delete;

  // What must be so before anything is heated is settled. Asks for it at the first call.
  [[nodiscard]] bool ready() { return air_.ready(); }
  // The air of a phase that begins.
  void want(const PhaseSpec& phase, double celsius, std::optional<double> humidity, Nanos now);
  // Often, while phases go on. `coldest` board [Cel], if it can be read.
  void step(Nanos now, std::optional<double> coldest);
  // The run ends: dry air, and the safe set-point. False where the profile has none; else `then` is
  // called once it is read back or refused.
  bool go_safe(std::function<void(const Result<void>&)> then);
  // Conditioning off, and nobody waits for it.
  void off();
  // A timer that the run wound up is still to be stopped, after go_safe() worked.
  [[nodiscard]] bool busy() const { return stopping_; }

 private:
  void note_set_point(double celsius, const Result<void>& done);
  void note_safe(const Result<void>& done);

  boost::asio::io_context& io_;
  instruments::Chamber& chamber_;
  const RunSpec& spec_;
  const Hooks hooks_;
  ChamberAir air_;
  std::optional<ChamberTimer> timer_;  // where there is a safe set-point
  bool ending_ = false, stopping_ = false;
  std::shared_ptr<bool> open_ = std::make_shared<bool>(true);
};

}  // namespace soakrig::control
