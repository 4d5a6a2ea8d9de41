// SPDX-License-Identifier: Apache-2.0
//
// What the controller says to its guard, and when silence means that it is lost. One JSON object a
// line: {"beat":N} · {"trip":"why"} · {"stand_down":true}. Pure; time is given.
//
// Silence counts only while the guard itself was running: after a suspend, or where the whole
// machine stood still, the controller has had no more time than the guard to say something.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "rig/base/time.hpp"

namespace soakrig::guard {

class Watchdog {
 public:
  enum class Verdict : std::uint8_t { well, stand_down, lost, trip };

  // `longest_pause`: between two looks when all is well; a longer one was not the controller's.
  Watchdog(Nanos silence, Nanos longest_pause, Nanos now)
      : silence_(silence), longest_pause_(longest_pause), last_look_(now) {}

  // A line from the controller. What is not understood is no sign of life.
  void hear(std::string_view line);
  // Its end of the pipe is closed.
  void closed();
  // After everything that waited was heard.
  [[nodiscard]] Verdict look(Nanos now);
  [[nodiscard]] const std::string& reason() const { return reason_; }

 private:
  Nanos silence_, longest_pause_, last_look_;
  Nanos silent_ = 0;
  bool closed_ = false;
  std::optional<Verdict> told_;
  std::string reason_;
};

}  // namespace soakrig::guard
