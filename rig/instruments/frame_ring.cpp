// SPDX-License-Identifier: Apache-2.0
#include "rig/instruments/frame_ring.hpp"

#include <algorithm>

namespace soakrig::instruments {

std::string_view to_string(RawFrame::Kind kind) {
  switch (kind) {
    case RawFrame::Kind::sent:
      return "sent";
    case RawFrame::Kind::received:
      return "received";
    case RawFrame::Kind::stray:
      break;
  }
  return "stray";
}

std::string to_hex(std::span<const std::uint8_t> bytes, std::size_t max) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (const std::uint8_t byte : bytes.first(std::min(max, bytes.size()))) {
    if (!text.empty()) text += ' ';
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  if (bytes.size() > max) text += " …";
  return text;
}

void FrameRing::add(Nanos t, RawFrame::Kind kind, std::span<const std::uint8_t> bytes) {
  const std::lock_guard lock(mutex_);
  Slot& slot = slots_[count_++ % kFrames];
  slot.t = t;
  slot.kind = kind;
  slot.size = static_cast<std::uint16_t>(std::min(bytes.size(), kMaxBytes));
  std::copy_n(bytes.begin(), slot.size, slot.bytes.begin());
}

std::vector<RawFrame> FrameRing::last(std::size_t most) const {
  const std::lock_guard lock(mutex_);
  const std::uint64_t kept = std::min<std::uint64_t>({count_, kFrames, most});
  std::vector<RawFrame> frames;
  for (std::uint64_t i = count_ - kept; i < count_; ++i) {
    const Slot& slot = slots_[i % kFrames];
    frames.push_back({slot.t, slot.kind, {slot.bytes.begin(), slot.bytes.begin() + slot.size}});
  }
  return frames;
}

}  // namespace soakrig::instruments
