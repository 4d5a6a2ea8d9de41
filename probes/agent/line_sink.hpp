// SPDX-License-Identifier: Apache-2.0
//
// Where the uplink's lines go: straight to the controller (Outbox), or through a spool that keeps
// them until they are acknowledged (Relay).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace soakrig::agent {

// What the sink may do with a line.
enum class LineKind : std::uint8_t {
  greeting,      // hello
  announcement,  // channels: needed by every batch of its source
  batch,         // numbered
  event,         // numbered; room is kept for it when batches find none any more
};

class LineSink {
 public:
  virtual ~LineSink() = default;
  // False, and nothing kept, when the line does not fit or the link is broken. Numbered lines come
  // in the order of their numbers, from 1 without gaps.
  [[nodiscard]] virtual bool push(std::string line, LineKind kind) = 0;
  // Overtakes what waits.
  [[nodiscard]] virtual bool push_urgent(std::string line) = 0;
  virtual void flush() = 0;
  // How full it is.
  [[nodiscard]] virtual std::size_t bytes() const = 0;
  [[nodiscard]] virtual std::size_t capacity() const = 0;
  // Takes nothing any more.
  [[nodiscard]] virtual bool broken() const = 0;
  // Keeps every tenth row of a fast source rather than none when it fills.
  [[nodiscard]] virtual bool thins() const { return false; }
};

}  // namespace soakrig::agent
