// SPDX-License-Identifier: Apache-2.0
//
// Modbus TCP on libmodbus, which receives a frame within a deadline; the connection and the request
// are made by us and every field of a reply is checked by us (docs/adr/0020-modbus-guards.md names
// the library's faults; one is that its raw requests all carry transaction 0).
#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <random>

#include "rig/instruments/modbus_link.hpp"
#include "rig/instruments/modbus_receiver.hpp"
#include "rig/instruments/tcp_connect.hpp"

namespace soakrig::instruments {
namespace {

class TcpLink final : public ModbusLink {
 public:
  TcpLink(const ConnectSpec& connect, const Clock& clock, FrameRing& frames)
      : connect_(connect), clock_(clock), frames_(frames), receiver_(clock, frames) {}

  bool is_open() const override { return receiver_.is_open(); }
  void close() override { receiver_.close(); }

  Result<void> open(Nanos deadline) override {
    close();
    auto fd = tcp_connect(connect_.host, connect_.port, deadline, clock_);
    if (!fd) return fd.error();
    // A random start, so that a gateway's stale answer to an older connection cannot fit either.
    transaction_ = static_cast<std::uint16_t>(std::random_device{}());
    return receiver_.attach(std::move(*fd), false);
  }

  bool quiet() override {
    pollfd waiting{receiver_.fd(), POLLIN, 0};
    return ::poll(&waiting, 1, 0) == 0;
  }

  Result<Reply> exchange(const RequestBody& request, Nanos deadline) override {
    ++transaction_;
    const auto bytes = tcp_frame(request, transaction_);
    frames_.add(clock_.boot_ns(), RawFrame::Kind::sent, bytes);
    // Does not wait: nothing is in flight but this, so a full buffer means a dead connection.
    const ssize_t sent =
        ::send(receiver_.fd(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent != static_cast<ssize_t>(bytes.size())) return sys_error("cannot send");
    const auto frame = receiver_.receive(request.unit(), deadline);
    if (!frame) return frame.error();
    auto reply = check_tcp_reply(request, transaction_, *frame);
    if (reply) reply->taken = receiver_.last_heard();
    return reply;
  }

  Nanos last_heard() const override { return receiver_.last_heard(); }
  std::uint64_t bad_checksums() const override { return 0; }  // TCP has its own

 private:
  ConnectSpec connect_;
  const Clock& clock_;
  FrameRing& frames_;
  ModbusReceiver receiver_;
  std::uint16_t transaction_ = 0;
};

}  // namespace

Result<void> ModbusLink::drain(Nanos, Nanos, Nanos, std::vector<std::uint8_t>&) {
  return Error{Errc::unsupported, "this connection cannot be drained, only closed"};
}

std::unique_ptr<ModbusLink> make_tcp_link(const ConnectSpec& connect, const Clock& clock,
                                          FrameRing& frames) {
  return std::make_unique<TcpLink>(connect, clock, frames);
}

std::unique_ptr<ModbusLink> make_link(const ConnectSpec& connect, const Clock& clock,
                                      FrameRing& frames) {
  return connect.transport == Transport::tcp ? make_tcp_link(connect, clock, frames)
                                             : make_rtu_link(connect, clock, frames);
}

}  // namespace soakrig::instruments
