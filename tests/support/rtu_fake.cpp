// SPDX-License-Identifier: Apache-2.0
#include "tests/support/rtu_fake.hpp"

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <stdexcept>

#include "rig/instruments/modbus_frame.hpp"
#include "tests/support/modbus_fake.hpp"

namespace soakrig::test {

RtuFake::RtuFake(Answer answer) : answer_(std::move(answer)) {
  int master = -1, slave = -1;
  std::array<int, 2> ends{};
  std::array<char, 64> name{};
  if (::openpty(&master, &slave, nullptr, nullptr, nullptr) != 0 ||
      ::ttyname_r(slave, name.data(), name.size()) != 0 || ::pipe2(ends.data(), O_CLOEXEC) != 0) {
    throw std::runtime_error("the fake has no pseudo-terminal");
  }
  termios line{};
  ::tcgetattr(slave, &line);
  ::cfmakeraw(&line);
  ::tcsetattr(slave, TCSANOW, &line);
  master_ = Fd(master);
  slave_ = Fd(slave);  // kept open, or the master would see the line break between two users
  device_ = name.data();
  stop_read_ = Fd(ends[0]);
  stop_write_ = Fd(ends[1]);
  thread_ = std::thread([this] { run(); });
}

RtuFake::~RtuFake() { vanish(); }

void RtuFake::vanish() {
  if (!thread_.joinable()) return;
  stop_write_.reset();
  thread_.join();
  slave_.reset();
  master_.reset();
}

bool RtuFake::wait_ms(int ms) {
  pollfd stop{stop_read_.get(), POLLIN, 0};
  return ::poll(&stop, 1, ms) == 0;
}

void RtuFake::run() {
  std::vector<std::uint8_t> in;
  for (;;) {
    std::array<pollfd, 2> waiting = {{{stop_read_.get(), POLLIN, 0}, {master_.get(), POLLIN, 0}}};
    if (::poll(waiting.data(), waiting.size(), -1) < 0) continue;
    if (waiting[0].revents != 0) return;
    std::array<std::uint8_t, 256> bytes{};
    const ssize_t n = ::read(master_.get(), bytes.data(), bytes.size());
    if (n > 0) in.insert(in.end(), bytes.begin(), bytes.begin() + n);
    while (in.size() >= 8) {  // reads of registers only
      const unsigned address = in[2] * 256u + in[3], count = in[4] * 256u + in[5];
      std::vector<std::uint8_t> reply = {in[0], in[1], static_cast<std::uint8_t>(2 * count)};
      for (unsigned i = 0; i < count; ++i) {
        const auto word = ModbusFake::content(static_cast<std::uint16_t>(address + i));
        reply.push_back(static_cast<std::uint8_t>(word >> 8));
        reply.push_back(static_cast<std::uint8_t>(word));
      }
      reply = instruments::rtu_frame({reply});
      const std::uint8_t unit = in[0];
      in.erase(in.begin(), in.begin() + 8);
      for (const Sent& sent : answer_(requests_++, unit, std::move(reply))) {
        if (sent.after_ms > 0 && !wait_ms(sent.after_ms)) return;
        if (::write(master_.get(), sent.bytes.data(), sent.bytes.size()) < 0) return;
      }
    }
  }
}

std::vector<Sent> honest(std::size_t, std::uint8_t, std::vector<std::uint8_t> reply) {
  return {{0, std::move(reply)}};
}

}  // namespace soakrig::test
