// SPDX-License-Identifier: Apache-2.0
#include "rig/base/console_address.hpp"

#include "tests/support/catch.hpp"

using namespace soakrig;

TEST_CASE("A console is a device and perhaps a speed") {
  const auto plain = parse_console_address("/dev/serial/by-id/usb-FTDI_A5-if00-port0").value();
  CHECK(plain.device == "/dev/serial/by-id/usb-FTDI_A5-if00-port0");
  CHECK(plain.baud == 115200);
  CHECK(parse_console_address("/dev/ttyUSB0?baud=1500000").value().baud == 1500000);
}

TEST_CASE("Anything else is refused with what to write") {
  for (const char* text : {"", "ttyUSB0", "/dev/tty\nX", "/dev/ttyS0?", "/dev/ttyS0?baud=",
                           "/dev/ttyS0?baud=115201", "/dev/ttyS0?baud=9600x", "/dev/ttyS0?parity=n",
                           "/dev/ttyS0?baud=-9600", "/dev/ttyS0?baud=9600&x=1"}) {
    CAPTURE(text);
    const auto parsed = parse_console_address(text);
    REQUIRE_FALSE(parsed);
    CHECK_FALSE(parsed.error().remedy.empty());
  }
}
