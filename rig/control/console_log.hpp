// SPDX-License-Identifier: Apache-2.0
//
// A board's serial console during a run: its recorder, the log that is kept in the run's file, and what
// the lines mean. Lines are gathered for a moment and stored compressed as one event, secrets masked
// first; a message of the kernel that matters is an event at once. A console that talks faster than a
// bound is cut short, and what was left out is counted.
//
// One thread, that of the io_context.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "rig/base/event.hpp"
#include "rig/base/result.hpp"
#include "rig/base/run_spec.hpp"
#include "rig/board/console_recorder.hpp"

namespace soakrig::control {

class ConsoleLog {
 public:
  using Store = std::function<void(Event)>;  // t is run time

  // `run_start` is the rig's boot time at run time 0; `clock` must outlive it.
  ConsoleLog(boost::asio::io_context& io, std::string board, ConsoleAddress address,
             const Clock& clock, Nanos run_start, Store store);
  ~ConsoleLog();  // stores what is left

  void tick();  // about ten times a second

  [[nodiscard]] const std::string& board() const { return board_; }
  [[nodiscard]] bool up() const { return up_; }
  [[nodiscard]] Nanos heard() const { return heard_; }  // run time of its last line; 0 = none yet
  // Its last lines, oldest first, secrets masked.
  [[nodiscard]] std::vector<std::string> recent() const;

  static constexpr Nanos kGather = 2 * kSecond;
  static constexpr std::size_t kRecent = 12;
  static constexpr std::size_t kMostGathered = 64u << 10;  // in that time

 private:
  void line(Nanos boot_ns, const std::string& text);
  void flush();

  std::string board_;
  const Clock& clock_;
  Nanos run_start_;
  Store store_;
  std::string text_;
  Nanos first_ = 0, last_ = 0;
  std::uint64_t lines_ = 0, lost_ = 0;
  std::size_t noted_ = 0;
  bool up_ = false;
  Nanos heard_ = 0;
  std::deque<std::string> recent_;
  std::unique_ptr<board::ConsoleRecorder> recorder_;
};

// One for each board that has a console.
[[nodiscard]] std::vector<std::unique_ptr<ConsoleLog>> listen_to_consoles(
    boost::asio::io_context& io, const RunSpec& spec, const Clock& clock, Nanos run_start,
    const ConsoleLog::Store& store);

}  // namespace soakrig::control
