// SPDX-License-Identifier: Apache-2.0
//
// One connection to a Modbus bus, used synchronously by its one owner thread: connect, exchange one
// request for one reply before a deadline, close. It knows no retry and no backoff; the bus does.
// The interface is what RTU and RTU-over-TCP implement later.
#pragma once

#include <cstdint>
#include <memory>

#include "rig/base/result.hpp"
#include "rig/base/time.hpp"
#include "rig/instruments/connect.hpp"
#include "rig/instruments/modbus_frame.hpp"

namespace soakrig::instruments {

class ModbusLink {
 public:
  virtual ~ModbusLink() = default;
  [[nodiscard]] virtual bool is_open() const = 0;
  [[nodiscard]] virtual Result<void> open(Nanos deadline) = 0;
  virtual void close() = 0;
  // False when bytes that nobody asked for are waiting, or the peer has closed: a reply on this
  // connection could not be trusted to answer the next request.
  [[nodiscard]] virtual bool quiet() = 0;
  // Errc::timeout, io or protocol: whichever, the connection must be closed before the next one.
  [[nodiscard]] virtual Result<Reply> exchange(const RequestBody& request, Nanos deadline) = 0;
};

// Modbus TCP on libmodbus. `clock` must outlive it.
[[nodiscard]] std::unique_ptr<ModbusLink> make_tcp_link(const ConnectSpec& connect,
                                                        const Clock& clock);

}  // namespace soakrig::instruments
