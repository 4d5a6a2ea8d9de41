// SPDX-License-Identifier: Apache-2.0
//
// Modbus RTU on a serial port, and the same frames over TCP, which libmodbus has no transport for.
// RTU has no transaction number: a reply that comes late, or twice, fits the next request of the
// same shape. So nothing is sent before the line is silent, and after a failure not before it was
// silent for longer than any device on it is late (docs/adr/0020-modbus-guards.md).
#include <poll.h>
#include <sys/socket.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "rig/instruments/modbus_link.hpp"
#include "rig/instruments/modbus_receiver.hpp"
#include "rig/instruments/serial_port.hpp"
#include "rig/instruments/tcp_connect.hpp"

namespace soakrig::instruments {
namespace {

constexpr std::size_t kMaxHeard = 1024;

class RtuLink final : public ModbusLink {
 public:
  RtuLink(const ConnectSpec& connect, const Clock& clock, FrameRing& frames)
      : connect_(connect),
        clock_(clock),
        frames_(frames),
        serial_(connect.transport == Transport::rtu),
        gap_(frame_gap(connect)),
        receiver_(clock, frames) {}
  ~RtuLink() override { close(); }
  RtuLink(const RtuLink&) = delete;
  RtuLink& operator=(const RtuLink&) = delete;

  bool is_open() const override { return receiver_.is_open(); }

  void close() override {
    // Closing waits for what is still to be sent; nobody is left who could want it.
    if (is_open() && serial_) ::tcflush(receiver_.fd(), TCIOFLUSH);
    receiver_.close();
  }

  Result<void> open(Nanos deadline) override {
    close();
    auto fd = serial_ ? open_serial(connect_)
                      : tcp_connect(connect_.host, connect_.port, deadline, clock_);
    if (!fd) return fd.error();
    return receiver_.attach(std::move(*fd), true);
  }

  // Waits for the gap that ends the previous frame, and looks whether anything came in it.
  bool quiet() override {
    const Nanos now = clock_.boot_ns();
    const Nanos left = std::clamp<Nanos>(receiver_.last_heard() + gap_ - now, 0, gap_);
    return !wait_for(POLLIN, now + left);
  }

  Result<Reply> exchange(const RequestBody& request, Nanos deadline) override {
    const auto bytes = rtu_frame(request);
    frames_.add(clock_.boot_ns(), RawFrame::Kind::sent, bytes);
    if (auto sent = send_all(bytes, deadline); !sent) return sent.error();
    const auto frame = receiver_.receive(request.unit(), deadline);
    if (!frame) return frame.error();
    auto reply = check_rtu_reply(request, *frame);
    if (reply) reply->taken = receiver_.last_heard();
    return reply;
  }

  bool drains() const override { return true; }

  Result<void> drain(Nanos due, Nanos silence, Nanos deadline,
                     std::vector<std::uint8_t>& heard) override {
    for (;;) {
      const Nanos now = clock_.boot_ns();
      if (!wait_for(POLLIN, std::min(due, deadline))) {
        if (clock_.boot_ns() >= due) return {};
        if (now >= deadline) return Error{Errc::timeout, "the line is not silent yet"};
        continue;
      }
      // A chatterer must not hold us longer than a silent line would.
      if (now >= deadline) return Error{Errc::timeout, "the line is not silent"};
      std::array<std::uint8_t, 256> bytes{};
      const ssize_t n = ::read(receiver_.fd(), bytes.data(), bytes.size());
      if (n < 0 && (errno == EAGAIN || errno == EINTR)) continue;
      if (n < 0) return sys_error("the line broke");
      if (n == 0) return Error{Errc::io, "the peer closed the connection"};
      const auto got = std::span(bytes).first(static_cast<std::size_t>(n));
      receiver_.heard(clock_.boot_ns());
      due = std::max(due, receiver_.last_heard() + silence);
      frames_.add(receiver_.last_heard(), RawFrame::Kind::stray, got);
      const std::size_t room = kMaxHeard - std::min(kMaxHeard, heard.size());
      heard.insert(heard.end(), got.begin(),
                   got.begin() + static_cast<std::ptrdiff_t>(std::min(room, got.size())));
    }
  }

  Nanos last_heard() const override { return receiver_.last_heard(); }
  std::uint64_t bad_checksums() const override { return receiver_.bad_checksums(); }

 private:
  // True when the descriptor is ready, or broken, before `until`.
  [[nodiscard]] bool wait_for(short what, Nanos until) const {
    for (;;) {
      const Nanos left = std::max<Nanos>(0, until - clock_.boot_ns());
      const timespec wait{left / kSecond, left % kSecond};
      pollfd waiting{receiver_.fd(), what, 0};
      const int ready = ::ppoll(&waiting, 1, &wait, nullptr);
      if (ready > 0) return true;
      if (ready == 0 || errno != EINTR) return ready != 0;
    }
  }

  Result<void> send_all(std::span<const std::uint8_t> bytes, Nanos deadline) {
    while (!bytes.empty()) {
      const ssize_t n =
          serial_ ? ::write(receiver_.fd(), bytes.data(), bytes.size())
                  : ::send(receiver_.fd(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
      if (n < 0 && errno != EAGAIN && errno != EINTR) return sys_error("cannot send");
      if (n > 0) bytes = bytes.subspan(static_cast<std::size_t>(n));
      if (!bytes.empty() && !wait_for(POLLOUT, deadline)) {
        return Error{Errc::timeout, "the line took no bytes"};
      }
    }
    return {};
  }

  ConnectSpec connect_;
  const Clock& clock_;
  FrameRing& frames_;
  const bool serial_;
  const Nanos gap_;
  ModbusReceiver receiver_;
};

}  // namespace

std::unique_ptr<ModbusLink> make_rtu_link(const ConnectSpec& connect, const Clock& clock,
                                          FrameRing& frames) {
  return std::make_unique<RtuLink>(connect, clock, frames);
}

}  // namespace soakrig::instruments
