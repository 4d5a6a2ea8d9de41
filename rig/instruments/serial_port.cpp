// SPDX-License-Identifier: Apache-2.0
#include "rig/instruments/serial_port.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <memory>

namespace soakrig::instruments {
namespace {

struct Speed {
  int baud;
  speed_t code;
};
constexpr std::array<Speed, 14> kSpeeds = {{{300, B300},
                                            {600, B600},
                                            {1200, B1200},
                                            {2400, B2400},
                                            {4800, B4800},
                                            {9600, B9600},
                                            {19200, B19200},
                                            {38400, B38400},
                                            {57600, B57600},
                                            {115200, B115200},
                                            {230400, B230400},
                                            {460800, B460800},
                                            {500000, B500000},
                                            {921600, B921600}}};

Error held(const std::string& device) {
  return Error{Errc::busy, "another program holds the serial port",
               "one master a line: stop the other one (fuser " + device + " names it)", device};
}

// A pseudo-terminal keeps TIOCEXCL beyond its holder's death, for as long as its other end lives.
bool is_pseudo_terminal(const std::string& device) {
  const std::unique_ptr<char, decltype(&::free)> real(::realpath(device.c_str(), nullptr), &::free);
  return real && std::string_view(real.get()).starts_with("/dev/pts/");
}

Result<void> set_up(int fd, const ConnectSpec& connect) {
  const auto speed = std::ranges::find(kSpeeds, connect.baud, &Speed::baud);
  if (speed == kSpeeds.end()) {
    return Error{Errc::invalid, "no serial port runs at " + std::to_string(connect.baud) + " baud",
                 "write a usual rate, such as baud=9600", connect.device};
  }
  termios line{};
  if (::tcgetattr(fd, &line) != 0) {
    return Error{Errc::invalid, "this is no serial port", "name a device such as /dev/ttyUSB0",
                 connect.device};
  }
  ::cfmakeraw(&line);
  line.c_cflag |= CLOCAL | CREAD;
  line.c_cflag &= ~static_cast<tcflag_t>(CRTSCTS | PARENB | PARODD | CSTOPB | HUPCL);
  if (connect.parity != 'N') line.c_cflag |= PARENB;
  if (connect.parity == 'O') line.c_cflag |= PARODD;
  if (connect.stop_bits == 2) line.c_cflag |= CSTOPB;
  line.c_cc[VMIN] = 1;
  line.c_cc[VTIME] = 0;
  ::cfsetispeed(&line, speed->code);
  ::cfsetospeed(&line, speed->code);
  if (::tcsetattr(fd, TCSANOW, &line) != 0) {
    return sys_error("cannot set the serial port up", connect.device);
  }
  ::tcflush(fd, TCIOFLUSH);
  return {};
}

}  // namespace

Result<Fd> open_serial(const ConnectSpec& connect) {
  Fd fd(::open(connect.device.c_str(), O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC));
  if (!fd) {
    if (errno == EBUSY) return held(connect.device);
    const bool missing = errno == ENOENT || errno == ENXIO || errno == ENODEV;
    Error error = sys_error("cannot open the serial port", connect.device,
                            missing ? "is the adapter plugged in, and the path right?"
                                    : "may this user open it (group dialout)?");
    if (missing) error.code = Errc::not_found;
    return error;
  }
  if (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK) return held(connect.device);
    return sys_error("cannot lock the serial port", connect.device);
  }
  if (auto done = set_up(fd.get(), connect); !done) return done.error();
  if (!is_pseudo_terminal(connect.device) && ::ioctl(fd.get(), TIOCEXCL) != 0) {
    return sys_error("cannot have the serial port alone", connect.device);
  }
  return fd;
}

Nanos frame_gap(const ConnectSpec& connect) {
  if (connect.transport != Transport::rtu || connect.baud > 19200) return 1750 * kMicrosecond;
  const int bits = 9 + connect.stop_bits + (connect.parity == 'N' ? 0 : 1);
  return 7 * kSecond * bits / (2 * connect.baud);
}

}  // namespace soakrig::instruments
