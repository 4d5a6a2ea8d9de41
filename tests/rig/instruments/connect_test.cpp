// SPDX-License-Identifier: Apache-2.0
#include "rig/instruments/connect.hpp"

#include "tests/support/catch.hpp"

using namespace soakrig;
using namespace soakrig::instruments;

TEST_CASE("a TCP address with its defaults and its options") {
  const auto plain = parse_connect("tcp://chamber.lab");
  REQUIRE(plain);
  CHECK(plain->host == "chamber.lab");
  CHECK(plain->port == 502);
  CHECK(plain->unit == 1);
  CHECK(plain->timeout == kSecond);
  const auto full = parse_connect("tcp://10.0.0.7:1502?unit=247&timeout=250ms");
  REQUIRE(full);
  CHECK(full->port == 1502);
  CHECK(full->unit == 247);
  CHECK(full->timeout == 250 * kMillisecond);
  CHECK(full->endpoint() == "tcp://10.0.0.7:1502");
  const auto v6 = parse_connect("tcp://[::1]:502");
  REQUIRE(v6);
  CHECK(v6->host == "::1");
  CHECK(v6->endpoint() == "tcp://[::1]:502");
}

TEST_CASE("serial lines and serial servers") {
  const auto serial = parse_connect("rtu:///dev/ttyUSB0?baud=19200&parity=E&stop=2&unit=5");
  REQUIRE(serial);
  CHECK(serial->transport == Transport::rtu);
  CHECK(serial->device == "/dev/ttyUSB0");
  CHECK(serial->baud == 19200);
  CHECK(serial->parity == 'E');
  CHECK(serial->stop_bits == 2);
  CHECK(serial->unit == 5);
  const auto server = parse_connect("rtu+tcp://10.0.0.8:10001?unit=2");
  REQUIRE(server);
  CHECK(server->transport == Transport::rtu_tcp);
}

TEST_CASE("anything else is refused, naming what is wrong") {
  const auto why = [](const char* text) { return parse_connect(text).error().what; };
  CHECK(why("10.0.0.7").find("unknown transport") != std::string::npos);
  CHECK(why("tcp://").find("the host is missing") != std::string::npos);
  CHECK(why("tcp://h:0").find("the port must be") != std::string::npos);
  CHECK(why("tcp://h:65536").find("the port must be") != std::string::npos);
  CHECK(why("tcp://h?unit=0").find("unit must be") != std::string::npos);
  CHECK(why("tcp://h?unit=248").find("unit must be") != std::string::npos);
  CHECK(why("tcp://h?unit=1x").find("unit must be") != std::string::npos);
  CHECK(why("tcp://h?timeout=1").find("timeout must be") != std::string::npos);
  CHECK(why("tcp://h?baud=9600").find("unknown option 'baud'") != std::string::npos);
  CHECK(why("tcp://h?unit").find("key=value") != std::string::npos);
  CHECK(why("rtu://ttyUSB0").find("full path") != std::string::npos);
  CHECK(why("rtu:///dev/x?parity=X").find("parity must be") != std::string::npos);
  CHECK(why("rtu+tcp://h").find("the port is missing") != std::string::npos);
  CHECK(why("tcp://[::1").find("']'") != std::string::npos);
  CHECK(parse_connect("tcp://h").has_value());
}

TEST_CASE("a serial line has a time of silence; a bus is shared where the line is set up alike") {
  CHECK(parse_connect("rtu:///dev/ttyS0?quiet=2s").value().quiet == 2 * kSecond);
  CHECK(parse_connect("rtu+tcp://h:10001?quiet=50ms").value().quiet == 50 * kMillisecond);
  CHECK_FALSE(parse_connect("tcp://h?quiet=2s"));
  CHECK_FALSE(parse_connect("rtu:///dev/ttyS0?quiet=1ms"));
  const auto one = parse_connect("rtu:///dev/ttyS0?baud=9600&unit=1").value();
  CHECK(one.same_line(parse_connect("rtu:///dev/ttyS0?unit=2&timeout=3s").value()));
  CHECK_FALSE(one.same_line(parse_connect("rtu:///dev/ttyS0?baud=19200").value()));
  CHECK_FALSE(one.same_line(parse_connect("rtu:///dev/ttyS1").value()));
}
