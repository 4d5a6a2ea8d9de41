// SPDX-License-Identifier: Apache-2.0
//
// Winds the chamber's own timer up for as long as the run lives, while a phase is hotter than the
// safe set-point: a chamber whose rig is gone, guard and all, ends by itself. One thread, that of
// the io_context; time is given.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "rig/base/event.hpp"
#include "rig/instruments/chamber.hpp"

namespace boost::asio {
class io_context;
}

namespace soakrig::control {

class ChamberTimer {
 public:
  struct Hooks {
    std::function<void(Event)> event;
    std::function<void(const std::string& what)> fault;
  };
  // `hold`: how long the chamber may stay hot on its own; 0 = its timer is left alone. All must
  // outlive it.
  ChamberTimer(boost::asio::io_context& io, instruments::Chamber& chamber, Nanos hold, double safe,
               Hooks hooks);
  ~ChamberTimer() { close(); }
  ChamberTimer(const ChamberTimer&) = delete;
  ChamberTimer& operator=(const ChamberTimer&) = delete;

  // The air that a phase wants, before it is ordered.
  void want(double celsius, Nanos now);
  // Often: winds it up again every quarter of its time. A fault once that has not worked for three
  // quarters of it.
  void step(Nanos now);
  // Nothing is called afterwards. What is armed stays armed.
  void close() { *open_ = false; }
  // The chamber is at its safe set-point: the timer is not needed any more. `then` is called once
  // it stands still, or cannot be made to; at once where there is nothing to stop.
  void stop(std::function<void()> then = {});

  static constexpr double kHot = 0.5;  // K above the safe set-point

 private:
  enum class Known : std::uint8_t { no, armed, unsupported };
  void wind(Nanos now);
  void note(Nanos asked, const Result<void>& done);
  void say(const std::string& what, const std::string& reason);

  boost::asio::io_context& io_;
  instruments::Chamber& chamber_;
  const Nanos hold_;
  const double safe_;
  const Hooks hooks_;
  bool hot_ = false, pending_ = false, stopped_ = false;
  Known known_ = Known::no;
  Nanos wound_ = 0;  // when it was last known to begin
  std::shared_ptr<bool> open_ = std::make_shared<bool>(true);
};

}  // namespace soakrig::control
