// SPDX-License-Identifier: Apache-2.0
#include "rig/virtual/virtual_relay.hpp"

#include "rig/instruments/map_library.hpp"
#include "rig/instruments/modbus_frame.hpp"
#include "tests/support/catch.hpp"

using namespace soakrig;
using namespace soakrig::instruments;
using virtual_bench::VirtualRelay;

namespace {

bool write(VirtualRelay& relay, const char* name, double value) {
  const RegisterMap& map = relay.bank().map();
  const auto request = write_request(map, *map.find(name), 1, value).value();
  const auto body = request_body(request).value();
  const auto reply = relay.bank().answer(body.bytes);
  return reply && check_reply_body(body, *reply) && check_reply_body(body, *reply)->exception == 0;
}
double read(VirtualRelay& relay, const char* name) {
  const RegisterMap& map = relay.bank().map();
  const Point& point = *map.find(name);
  const auto body = request_body(read_request(point, 1)).value();
  const auto reply = check_reply_body(body, *relay.bank().answer(body.bytes)).value();
  return read_point(point, reply.words, point.address).value();
}

}  // namespace

TEST_CASE("a relay of coils is closed at first, follows orders and times its own pulses") {
  VirtualRelay relay(load_register_map("waveshare-relay-8").value(), 1);
  CHECK(relay.closed(1));
  CHECK(relay.closed(8));
  CHECK_FALSE(relay.closed(9));
  CHECK(write(relay, "switch2", 0));
  CHECK_FALSE(relay.closed(2));
  CHECK(read(relay, "switch2") == 0.0);
  CHECK(read(relay, "switch1") == 1.0);
  CHECK(write(relay, "pulse_off1", 5.0));
  CHECK_FALSE(relay.closed(1));
  relay.step(4.9);
  CHECK_FALSE(relay.closed(1));
  relay.step(0.2);
  CHECK(relay.closed(1));
  CHECK(read(relay, "switch1") == 1.0);
  // An order of its own ends a pulse.
  CHECK(write(relay, "pulse_off1", 5.0));
  CHECK(write(relay, "switch1", 0));
  relay.step(10);
  CHECK_FALSE(relay.closed(1));
}

TEST_CASE("a relay that reads back other words than it is told") {
  VirtualRelay relay(load_register_map("r421a08").value(), 1);
  const RegisterMap& map = relay.bank().map();
  const double on = map.find("switch3")->codes.at("on"), off = map.find("switch3")->codes.at("off");
  CHECK(read(relay, "switch3") == on);
  CHECK(write(relay, "switch3", off));
  CHECK_FALSE(relay.closed(3));
  CHECK(read(relay, "switch3") == off);
  CHECK(write(relay, "pulse_on3", 2.0));
  CHECK(relay.closed(3));
  relay.step(3);
  CHECK_FALSE(relay.closed(3));
  // A word that is neither an order nor a pulse is refused.
  const auto body = request_body(WriteRequest{1, 3, {0x0300}, true}).value();
  CHECK(check_reply_body(body, *relay.bank().answer(body.bytes)).value().exception == 3);
}
