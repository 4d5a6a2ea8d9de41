// SPDX-License-Identifier: Apache-2.0
//
// The chamber of a run, and who makes it safe: the run itself at its end, or the guard where the run
// cannot, where something tripped, or where the run's own way does not come to its end in time. Knows
// no phases and no boards. One thread.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "rig/base/event.hpp"
#include "rig/base/run_spec.hpp"
#include "rig/control/chamber_control.hpp"
#include "rig/control/chamber_watch.hpp"
#include "rig/control/guard_link.hpp"
#include "rig/instruments/chamber.hpp"

namespace soakrig::control {

class ChamberSafety {
 public:
  struct Hooks {
    std::function<void(Event)> event;
    std::function<void(const std::string& what)> fault;
    std::function<void(const std::string& why)> trip;
    // The guard takes over: nothing of this process may use its buses or what is in its plan.
    std::function<void()> let_go;
  };
  // `chamber` (identified) may be null: then there is nothing to make safe. `spec`, `clock` and what
  // the hooks use must outlive it. `run_start`: the clock's reading at the run's start.
  ChamberSafety(boost::asio::io_context& io, std::unique_ptr<instruments::Chamber> chamber,
                std::optional<GuardParts> guard, const RunSpec& spec, const Clock& clock,
                Nanos run_start, Hooks hooks);

  // Before anything is heated, and before there is a load. A chamber that is not virtual is refused
  // without a guard, as a fault.
  void arm();
  // What the phases ask of the chamber; after arm(). Null where there is none.
  void take_up();
  [[nodiscard]] ChamberControl* control() { return control_.get(); }
  [[nodiscard]] instruments::Chamber* device() { return chamber_.get(); }
  // The guard, where there is one, is armed.
  [[nodiscard]] bool guarded() const { return !guard_ || guard_->armed(); }

  void tick();
  // Trips, and is a fault, where the air [Cel] is beyond all limits or has not been read for too long.
  void look(Nanos now, std::optional<double> air);

  // The run ends. `tripped`: something of it broke a limit, so that the guard's plan is what counts.
  void leave(bool tripped, const std::string& why, Nanos now);
  // Often, after leave(): hands over what took too long. True once everything is safe, or nothing more
  // can be done about it from here.
  [[nodiscard]] bool left(Nanos now);

 private:
  [[nodiscard]] Nanos now() const { return clock_.boot_ns() - run_start_; }
  void safe_done(const Result<void>& done);
  void hand_over(const std::string& why);
  [[nodiscard]] bool guard_done(Nanos now) const;

  boost::asio::io_context& io_;
  std::unique_ptr<instruments::Chamber> chamber_;
  std::optional<GuardParts> guard_parts_;
  const RunSpec& spec_;
  const Clock& clock_;
  Nanos run_start_;
  Hooks hooks_;
  std::unique_ptr<GuardLink> guard_;
  std::optional<ChamberWatch> watch_;
  std::unique_ptr<ChamberControl> control_;
  Nanos safe_by_ = 0, made_safe_by_ = 0;
  bool tripped_ = false, safe_pending_ = false;
};

}  // namespace soakrig::control
