// SPDX-License-Identifier: Apache-2.0
//
// Listens to a board's serial console for as long as it lives, and never writes to it. One owner of the
// port: whoever else wants to record it is refused. When the adapter is unplugged, or the board's power
// is cut, the port is looked for again until it is back; what it says of itself is "up" or "down".
//
// A line's time is that of its first byte. A line that does not end (the last words of a kernel, a
// prompt) is handed on after a moment of silence; one that is too long comes in parts.
//
// One thread, that of the io_context; destruction lets the port go.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "rig/base/console_address.hpp"
#include "rig/base/time.hpp"

namespace boost::asio {
class io_context;
}

namespace soakrig::board {

class ConsoleRecorder {
 public:
  struct Hooks {
    std::function<void(Nanos boot_ns, std::string line)> on_line;  // without its end; any bytes
    // Once at the start, then at each change. `reason` when down.
    std::function<void(bool up, const std::string& reason)> on_link;
  };

  // `clock` must outlive it.
  ConsoleRecorder(boost::asio::io_context& io, ConsoleAddress address, const Clock& clock,
                  Hooks hooks);
  ~ConsoleRecorder();

  static constexpr std::size_t kLongestLine = 2000;
  static constexpr Nanos kSilence = 500 * kMillisecond;  // then an unfinished line is a line
  static constexpr Nanos kAgain = kSecond;               // between two attempts

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace soakrig::board
