// SPDX-License-Identifier: Apache-2.0
//
// The controller's end of its guard: starts it, feeds it, hears it, and tells it when to act or to
// go. The guard outlives this object unless it was stood down: that is what it is for.
//
// One thread, that of the io_context.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "rig/base/fd.hpp"
#include "rig/board/child_process.hpp"
#include "rig/instruments/guard/files.hpp"

namespace boost::asio {
class io_context;
}

namespace soakrig::control {

inline constexpr std::string_view kGuardEvent = "guard";  // stage, reason, safe, steps[]

struct GuardParts {
  guard::Files files;
  guard::GuardPlan plan;
  std::string program;    // soakrig-guard
  std::vector<Fd> buses;  // the locks of the plan's buses, held by this process
};

class GuardLink {
 public:
  struct Hooks {
    std::function<void(const std::string& why)> on_lost;      // it died or froze; at most once
    std::function<void(const std::string& json)> on_report;   // it acts, and how far it has come
  };
  // `clock` and what the hooks use must outlive it.
  GuardLink(boost::asio::io_context& io, GuardParts parts, const Clock& clock, Hooks hooks);
  ~GuardLink();
  GuardLink(const GuardLink&) = delete;
  GuardLink& operator=(const GuardLink&) = delete;

  // Stores the plan durably and starts the guard on it. It is armed once it says so.
  [[nodiscard]] Result<void> start();
  void tick();  // about ten times a second
  [[nodiscard]] bool armed() const { return armed_; }

  // Hands the chamber over: gives up the bus locks and tells why. Nothing of this process may talk
  // to the plan's buses any more. A guard that is gone or frozen is replaced first.
  void hand_over(const std::string& why);
  // The chamber is known to be safe: the guard may go, and its plan with it.
  void stand_down();
  // Handed over, and every step was read back.
  [[nodiscard]] bool made_safe() const { return made_safe_; }
  // Stood down, and it is gone.
  [[nodiscard]] bool ended() const { return ended_; }

  [[nodiscard]] ProcessId process() const { return child_ ? child_->id() : ProcessId{}; }

  static constexpr Nanos kBeat = 250 * kMillisecond;
  static constexpr Nanos kSilence = 5 * kSecond;  // of the guard, while armed
  static constexpr Nanos kGoWithin = 2 * kSecond;

 private:
  [[nodiscard]] Result<void> launch();
  void hear(std::string_view bytes);
  void take(std::string_view line);
  void lose(const std::string& why);
  void tell(const std::string& line);
  void end();

  boost::asio::io_context& io_;
  GuardParts parts_;
  const Clock& clock_;
  Hooks hooks_;
  std::unique_ptr<board::ChildProcess> child_;
  std::string pending_;  // of a line
  Nanos next_beat_ = 0, last_heard_ = 0, go_by_ = 0;
  std::int64_t beats_ = 0;
  bool armed_ = false, lost_ = false, handed_over_ = false, made_safe_ = false,
       standing_down_ = false, ended_ = false;
};

}  // namespace soakrig::control
