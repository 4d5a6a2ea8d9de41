// SPDX-License-Identifier: Apache-2.0
//
// Modbus TCP on libmodbus, which receives a frame within a deadline; the connection and the request
// are made by us and every field of a reply is checked by us (docs/adr/0020-modbus-guards.md names
// the library's faults; one is that its raw requests all carry transaction 0).
#include <modbus.h>
#include <poll.h>
#include <sys/select.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <random>

#include "rig/instruments/modbus_link.hpp"
#include "rig/instruments/tcp_connect.hpp"

namespace soakrig::instruments {
namespace {

struct FreeModbus {
  void operator()(modbus_t* context) const {
    modbus_close(context);  // shuts the socket down and closes it
    modbus_free(context);
  }
};

Error modbus_error(const std::string& what) {
  const int number = errno;
  Error error{Errc::io, what};
  if (number == ETIMEDOUT) {
    error.code = Errc::timeout;
  } else if (number >= MODBUS_ENOBASE) {  // the library's own numbers, unknown to strerror
    error.code = Errc::protocol;
    error.what += std::string(": ") + modbus_strerror(number);
    return error;
  }
  error.sys = number;
  return error;
}

class TcpLink final : public ModbusLink {
 public:
  TcpLink(const ConnectSpec& connect, const Clock& clock) : connect_(connect), clock_(clock) {}

  bool is_open() const override { return context_ != nullptr; }
  void close() override { context_.reset(); }

  Result<void> open(Nanos deadline) override {
    close();
    auto fd = tcp_connect(connect_.host, connect_.port, deadline, clock_);
    if (!fd) return fd.error();
    // The library waits with select(): a descriptor beyond its set would abort the process.
    if (fd->get() >= FD_SETSIZE) {
      return Error{Errc::full, "too many open files for a Modbus connection",
                   "run fewer boards and instruments in one rig"};
    }
    // The address is not used: the socket is ours.
    context_.reset(modbus_new_tcp("127.0.0.1", connect_.port));
    if (context_ == nullptr) return modbus_error("cannot make a Modbus context");
    modbus_set_socket(context_.get(), fd->release());
    modbus_set_byte_timeout(context_.get(), 0, 0);  // the response timeout bounds the whole reply
    modbus_set_error_recovery(context_.get(), MODBUS_ERROR_RECOVERY_NONE);
    // A random start, so that a gateway's stale answer to an older connection cannot fit either.
    transaction_ = static_cast<std::uint16_t>(std::random_device{}());
    return {};
  }

  bool quiet() override {
    pollfd waiting{modbus_get_socket(context_.get()), POLLIN, 0};
    return ::poll(&waiting, 1, 0) == 0;
  }

  Result<Reply> exchange(const RequestBody& request, Nanos deadline) override {
    ++transaction_;
    const auto bytes = tcp_frame(request, transaction_);
    // Does not wait: nothing is in flight but this, so a full buffer means a dead connection.
    const ssize_t sent = ::send(modbus_get_socket(context_.get()), bytes.data(), bytes.size(),
                                MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent != static_cast<ssize_t>(bytes.size())) return modbus_error("cannot send");
    const Nanos left = deadline - clock_.boot_ns();
    if (left < kMillisecond) return Error{Errc::timeout, "no time left for the reply"};
    modbus_set_response_timeout(context_.get(), static_cast<std::uint32_t>(left / kSecond),
                                static_cast<std::uint32_t>(left % kSecond / kMicrosecond));
    std::array<std::uint8_t, MODBUS_MAX_ADU_LENGTH> frame{};
    const int size = modbus_receive_confirmation(context_.get(), frame.data());
    if (size < 0) return modbus_error("no valid reply");
    auto reply = check_tcp_reply(request, transaction_,
                                 std::span(frame).first(static_cast<std::size_t>(size)));
    if (reply) reply->taken = clock_.boot_ns();
    return reply;
  }

 private:
  ConnectSpec connect_;
  const Clock& clock_;
  std::unique_ptr<modbus_t, FreeModbus> context_;
  std::uint16_t transaction_ = 0;
};

}  // namespace

std::unique_ptr<ModbusLink> make_tcp_link(const ConnectSpec& connect, const Clock& clock) {
  return std::make_unique<TcpLink>(connect, clock);
}

}  // namespace soakrig::instruments
