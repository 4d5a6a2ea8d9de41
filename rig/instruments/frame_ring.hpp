// SPDX-License-Identifier: Apache-2.0
//
// The last raw frames of a bus with their times: the evidence that goes into the event of a fault.
// A byte received that belonged to no frame is kept too. Thread-safe; a record costs no allocation.
#pragma once

#include <array>
#include <cstdint>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "rig/base/time.hpp"

namespace soakrig::instruments {

struct RawFrame {
  enum class Kind : std::uint8_t { sent, received, stray };  // stray: nobody asked, or too late
  Nanos t = 0;  // boot time: of the sending, of the last byte received
  Kind kind = Kind::sent;
  std::vector<std::uint8_t> bytes;
};

// "sent", "received", "stray".
[[nodiscard]] std::string_view to_string(RawFrame::Kind kind);
// "01 03 0a de", at most `max` bytes and then "…".
[[nodiscard]] std::string to_hex(std::span<const std::uint8_t> bytes, std::size_t max = 64);

class FrameRing {
 public:
  static constexpr std::size_t kFrames = 64, kMaxBytes = 260;

  void add(Nanos t, RawFrame::Kind kind, std::span<const std::uint8_t> bytes);
  // The last `most`, oldest first.
  [[nodiscard]] std::vector<RawFrame> last(std::size_t most) const;

 private:
  struct Slot {
    Nanos t = 0;
    RawFrame::Kind kind = RawFrame::Kind::sent;
    std::uint16_t size = 0;
    std::array<std::uint8_t, kMaxBytes> bytes{};
  };
  mutable std::mutex mutex_;
  std::array<Slot, kFrames> slots_{};
  std::uint64_t count_ = 0;
};

}  // namespace soakrig::instruments
