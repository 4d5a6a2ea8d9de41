// SPDX-License-Identifier: Apache-2.0
//
// What both transports need of libmodbus: one reply, received within a deadline and nothing more
// (docs/adr/0020-modbus-guards.md says why nothing more). Owns the descriptor. Not thread-safe.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>

#include "rig/base/fd.hpp"
#include "rig/base/result.hpp"
#include "rig/base/time.hpp"
#include "rig/instruments/frame_ring.hpp"

struct _modbus;

namespace soakrig::instruments {

class ModbusReceiver {
 public:
  // `clock` and `frames` must outlive it.
  ModbusReceiver(const Clock& clock, FrameRing& frames) : clock_(clock), frames_(frames) {}
  // Takes the descriptor. Errc::full where select(), which the library waits with, cannot hold it.
  [[nodiscard]] Result<void> attach(Fd fd, bool rtu);
  void close();
  [[nodiscard]] bool is_open() const { return context_ != nullptr; }
  [[nodiscard]] int fd() const { return fd_.get(); }

  // The bytes of one reply of `unit`, valid until the next call, not yet proven to answer anything.
  // Errc::timeout, protocol or io. What came goes into the ring either way.
  [[nodiscard]] Result<std::span<const std::uint8_t>> receive(std::uint8_t unit, Nanos deadline);
  [[nodiscard]] std::uint64_t bad_checksums() const { return bad_checksums_; }
  [[nodiscard]] Nanos last_heard() const { return last_heard_; }
  void heard(Nanos t) { last_heard_ = t; }

 private:
  struct Free {
    void operator()(_modbus* context) const;
  };
  const Clock& clock_;
  FrameRing& frames_;
  Fd fd_;
  std::unique_ptr<_modbus, Free> context_;
  std::array<std::uint8_t, 260> buffer_{};
  std::uint64_t bad_checksums_ = 0;
  Nanos last_heard_ = 0;
};

}  // namespace soakrig::instruments
