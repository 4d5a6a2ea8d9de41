// SPDX-License-Identifier: Apache-2.0
#include "rig/instruments/serial_port.hpp"

#include <termios.h>

#include "tests/support/catch.hpp"
#include "tests/support/rtu_fake.hpp"

using namespace soakrig;
using namespace soakrig::instruments;

namespace {
ConnectSpec spec_of(const std::string& connect) { return parse_connect(connect).value(); }
}  // namespace

TEST_CASE("a port is one master's: the second is refused before it changes a setting") {
  test::RtuFake fake(&test::honest);
  auto first = open_serial(spec_of(fake.connect("baud=9600&parity=E&stop=1")));
  REQUIRE(first);
  const auto second = open_serial(spec_of(fake.connect("baud=38400")));
  REQUIRE_FALSE(second);
  CHECK(second.error().code == Errc::busy);
  CHECK(second.error().message().find(fake.device()) != std::string::npos);
  termios line{};
  REQUIRE(::tcgetattr(first->get(), &line) == 0);
  CHECK(::cfgetospeed(&line) == B9600);
  CHECK((line.c_lflag & ICANON) == 0);
  first->reset();
  CHECK(open_serial(spec_of(fake.connect("baud=38400&parity=O&stop=2"))));
}

TEST_CASE("what is no port, not there, or of no such speed is said to be so") {
  CHECK(open_serial(spec_of("rtu:///dev/no-such-port")).error().code == Errc::not_found);
  const auto null = open_serial(spec_of("rtu:///dev/null"));
  REQUIRE_FALSE(null);
  CHECK(null.error().what.find("no serial port") != std::string::npos);
  test::RtuFake fake(&test::honest);
  CHECK(open_serial(spec_of(fake.connect("baud=9601"))).error().code == Errc::invalid);
}

TEST_CASE("frames end after three and a half characters of silence") {
  CHECK(frame_gap(spec_of("rtu:///dev/x?baud=9600")) == 7 * kSecond * 10 / (2 * 9600));
  CHECK(frame_gap(spec_of("rtu:///dev/x?baud=9600&parity=E")) == 7 * kSecond * 11 / (2 * 9600));
  CHECK(frame_gap(spec_of("rtu:///dev/x?baud=115200")) == 1750 * kMicrosecond);
  CHECK(frame_gap(spec_of("rtu+tcp://h:1")) == 1750 * kMicrosecond);
}
