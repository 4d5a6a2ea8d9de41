// SPDX-License-Identifier: Apache-2.0
//
// Server-sent events out of bytes as they come from a socket: an event may arrive in pieces, or
// several at once. Comment lines (pings) are no events. One event's data is bounded, so a server
// that never ends its line costs no memory. Source of the rules: WHATWG HTML, "Server-sent events".
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "rig/base/result.hpp"

namespace soakrig::workloads {

struct SseEvent {
  std::string_view name;  // of an `event:` line; empty = the usual kind
  std::string_view data;  // the data lines, joined by '\n'
};

// Used by one thread.
class SseParser {
 public:
  explicit SseParser(std::size_t longest = 1u << 20) : longest_(longest) {}

  // Calls `on_event(SseEvent)` for each event that is complete; its text lives until the call
  // returns. Errc::full: an event is longer than the bound; nothing more is taken.
  template <class OnEvent>
  Result<void> feed(std::string_view bytes, OnEvent&& on_event) {
    while (!bytes.empty()) {
      const auto line = next_line(bytes);
      if (overflow_) return too_long();
      if (!line) break;
      if (take_line(*line)) {
        on_event(SseEvent{name_, data_});
        end_event();
      }
      partial_.clear();
    }
    return {};
  }

 private:
  // Takes from `bytes` up to the end of a line. Nothing: the line goes on in a later piece.
  const std::string_view* next_line(std::string_view& bytes);
  // True: a blank line ended an event that has data.
  bool take_line(std::string_view line);
  void end_event();
  [[nodiscard]] Error too_long() const;

  std::size_t longest_;
  std::string partial_;  // a line that is not complete
  std::string_view line_;
  std::string name_, data_;
  bool has_data_ = false;
  bool after_cr_ = false;  // the last byte taken ended a line with '\r': a '\n' belongs to it
  bool overflow_ = false;
};

}  // namespace soakrig::workloads
