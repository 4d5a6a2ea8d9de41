// SPDX-License-Identifier: Apache-2.0
//
// One connection to a Modbus bus, used synchronously by its one owner: connect, exchange one
// request for one reply before a deadline, close. No threads, and no call waits beyond its
// deadline. It knows no retry and no backoff; BusSession does, and whoever wants to talk to a
// device without a thread (the guard) uses that.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "rig/base/result.hpp"
#include "rig/base/time.hpp"
#include "rig/instruments/connect.hpp"
#include "rig/instruments/frame_ring.hpp"
#include "rig/instruments/modbus_frame.hpp"

namespace soakrig::instruments {

class ModbusLink {
 public:
  virtual ~ModbusLink() = default;
  [[nodiscard]] virtual bool is_open() const = 0;
  // Errc::busy where another process holds the line.
  [[nodiscard]] virtual Result<void> open(Nanos deadline) = 0;
  virtual void close() = 0;
  // False when bytes that nobody asked for are waiting, or the peer has closed: a reply on this
  // connection could not be trusted to answer the next request.
  [[nodiscard]] virtual bool quiet() = 0;
  // Errc::timeout, io or protocol: whichever, the line must be drained, or closed where it cannot
  // be, before the next one.
  [[nodiscard]] virtual Result<Reply> exchange(const RequestBody& request, Nanos deadline) = 0;

  // True where a line is made good by listening until it is silent (RTU); a TCP connection can only
  // be given up.
  [[nodiscard]] virtual bool drains() const { return false; }
  // Reads what still arrives until `due`, which every byte puts off to `silence` after itself. What
  // was read goes behind `heard` (bounded). Errc::timeout at the deadline (call again), io when the
  // line broke.
  [[nodiscard]] virtual Result<void> drain(Nanos due, Nanos silence, Nanos deadline,
                                           std::vector<std::uint8_t>& heard);
  // When the last byte was received that was part of an answer, or meant to be; 0 = never.
  [[nodiscard]] virtual Nanos last_heard() const = 0;
  // Replies whose checksum was wrong, since the start.
  [[nodiscard]] virtual std::uint64_t bad_checksums() const = 0;
};

// Modbus TCP, RTU or RTU over TCP, as `connect` says. Every frame is noted in `frames`. Both, and
// `clock`, must outlive it.
[[nodiscard]] std::unique_ptr<ModbusLink> make_link(const ConnectSpec& connect, const Clock& clock,
                                                    FrameRing& frames);
// Its parts, one a transport.
[[nodiscard]] std::unique_ptr<ModbusLink> make_tcp_link(const ConnectSpec& connect,
                                                        const Clock& clock, FrameRing& frames);
[[nodiscard]] std::unique_ptr<ModbusLink> make_rtu_link(const ConnectSpec& connect,
                                                        const Clock& clock, FrameRing& frames);

}  // namespace soakrig::instruments
