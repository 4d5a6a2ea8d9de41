// SPDX-License-Identifier: Apache-2.0
#include "rig/board/console_recorder.hpp"

#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/serial_port.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <optional>

namespace soakrig::board {

namespace asio = boost::asio;
using boost::system::error_code;

struct ConsoleRecorder::Impl : std::enable_shared_from_this<Impl> {
  Impl(asio::io_context& io, ConsoleAddress a, const Clock& c, Hooks h)
      : address(std::move(a)), clock(c), hooks(std::move(h)), port(io), again(io), silence(io) {}

  void open() {
    if (over) return;
    if (const std::string failed = try_open(); !failed.empty()) return lost(failed);
    tell(true, "");
    read();
  }

  // Why not; empty = it is open.
  std::string try_open() {
    struct stat status {};
    if (::stat(address.device.c_str(), &status) != 0) return address.device + " is not there";
    if (!S_ISCHR(status.st_mode)) return address.device + " is no serial port";
    error_code failed;
    port.open(address.device, failed);
    if (failed) return address.device + " cannot be opened: " + failed.message();
    if (::isatty(port.native_handle()) != 1) return address.device + " is no serial port";
    if (::flock(port.native_handle(), LOCK_EX | LOCK_NB) != 0) {
      return address.device + " is recorded by somebody else";
    }
    const auto set = [&](const auto& option) {
      if (!failed) port.set_option(option, failed);
    };
    set(asio::serial_port::baud_rate(static_cast<unsigned>(address.baud)));
    set(asio::serial_port::character_size(8));
    set(asio::serial_port::parity(asio::serial_port::parity::none));
    set(asio::serial_port::stop_bits(asio::serial_port::stop_bits::one));
    set(asio::serial_port::flow_control(asio::serial_port::flow_control::none));
    return failed ? address.device + " cannot be set up: " + failed.message() : std::string();
  }

  void read() {
    port.async_read_some(asio::buffer(buffer), [self = shared_from_this()](error_code failed,
                                                                           std::size_t n) {
      if (self->over) return;
      if (failed) return self->lost(self->address.device + " went away: " + failed.message());
      self->take(std::string_view(self->buffer.data(), n));
      self->read();
    });
  }

  void take(std::string_view bytes) {
    const Nanos now = clock.boot_ns();
    for (const char c : bytes) {
      if (c == '\n') {
        finish_line();
        continue;
      }
      if (line.empty()) begun = now;
      line += c;
      if (line.size() >= kLongestLine) finish_line();
    }
    silence.cancel();
    if (line.empty()) return;
    silence.expires_after(std::chrono::nanoseconds(kSilence));
    silence.async_wait([self = shared_from_this()](error_code failed) {
      if (!failed && !self->over) self->finish_line();
    });
  }

  void finish_line() {
    while (!line.empty() && line.back() == '\r') line.pop_back();
    if (line.empty()) return;
    std::string whole;
    whole.swap(line);
    if (hooks.on_line) hooks.on_line(begun, std::move(whole));
  }

  void lost(const std::string& reason) {
    finish_line();
    error_code ignored;
    if (port.is_open()) port.close(ignored);
    tell(false, reason);
    again.expires_after(std::chrono::nanoseconds(kAgain));
    again.async_wait([self = shared_from_this()](error_code failed) {
      if (!failed) self->open();
    });
  }

  void tell(bool now_up, const std::string& reason) {
    if (up == now_up) return;
    up = now_up;
    if (hooks.on_link) hooks.on_link(now_up, reason);
  }

  ConsoleAddress address;
  const Clock& clock;
  Hooks hooks;
  asio::serial_port port;
  asio::steady_timer again, silence;
  std::array<char, 4096> buffer{};
  std::string line;
  Nanos begun = 0;
  std::optional<bool> up;
  bool over = false;
};

ConsoleRecorder::ConsoleRecorder(asio::io_context& io, ConsoleAddress address, const Clock& clock,
                                 Hooks hooks)
    : impl_(std::make_shared<Impl>(io, std::move(address), clock, std::move(hooks))) {
  // Not from within the constructor: whoever makes it has not got it yet.
  asio::post(io, [impl = impl_] { impl->open(); });
}

ConsoleRecorder::~ConsoleRecorder() {
  impl_->finish_line();
  impl_->over = true;
  error_code ignored;
  if (impl_->port.is_open()) impl_->port.close(ignored);
  impl_->again.cancel();
  impl_->silence.cancel();
}

}  // namespace soakrig::board
