// SPDX-License-Identifier: Apache-2.0
#include "rig/instruments/switch_plan.hpp"

#include "rig/instruments/map_library.hpp"
#include "rig/instruments/modbus_frame.hpp"
#include "tests/support/catch.hpp"

using namespace soakrig;
using namespace soakrig::instruments;

namespace {

RunSpec rig(const std::string& map, int channel) {
  RunSpec spec;
  InstrumentSpec relay;
  relay.name = "strip";
  relay.map = map;
  relay.connect = "tcp://10.0.0.5:4196?unit=3";
  spec.instruments = {relay};
  BoardSpec bare, powered;
  bare.name = "bare";
  powered.name = "dut";
  powered.power = PowerSpec{};
  powered.power->relay = "strip";
  powered.power->channel = channel;
  spec.boards = {bare, powered};
  return spec;
}

// What goes over the wire to cut the board.
std::vector<std::uint8_t> cut(const PowerOff& plan) {
  const Point& point = *plan.map.find(plan.point);
  return request_body(write_request(plan.map, point, 3, plan.value).value()).value().bytes;
}

}  // namespace

TEST_CASE("every relay map has eight switches that are told on and off by different words") {
  for (const char* name : {"waveshare-relay-8", "lc-relay-8", "r421a08", "wellpro-wp8025"}) {
    const RegisterMap map = load_register_map(name).value();
    for (int channel = 1; channel <= 8; ++channel) {
      INFO(name << " " << channel);
      const auto found = find_switch(map, channel);
      REQUIRE(found);
      CHECK(found->point->name == "switch" + std::to_string(channel));
      CHECK(write_request(map, *found->point, 1, found->on).value().words !=
            write_request(map, *found->point, 1, found->off).value().words);
    }
    CHECK(find_switch(map, 9).error().code == Errc::not_found);
    CHECK(find_switch(map, 0).error().code == Errc::not_found);
  }
  CHECK(find_switch(load_register_map("waveshare-relay-8").value(), 3).value().pulse_off !=
        nullptr);
  CHECK(find_switch(load_register_map("r421a08").value(), 3).value().pulse_off == nullptr);
  CHECK(find_switch(load_register_map("pzem-016").value(), 1).error().code == Errc::invalid);
}

TEST_CASE("each board with a relay has its plan to be cut by, or the reason why not") {
  const auto plans = plan_power_off(rig("waveshare-relay-8", 4));
  REQUIRE(plans);
  REQUIRE(plans->size() == 1);
  CHECK(plans->front().board == "dut");
  CHECK(plans->front().relay == "strip");
  CHECK(plans->front().connect == "tcp://10.0.0.5:4196?unit=3");
  CHECK(cut(plans->front()) == std::vector<std::uint8_t>{3, 5, 0, 3, 0, 0});
  CHECK(cut(plan_power_off(rig("r421a08", 8)).value().front()) ==
        std::vector<std::uint8_t>{3, 6, 0, 8, 2, 0});
  CHECK(plan_power_off(rig("pzem-016", 1)).error().what.find("board 'dut'") != std::string::npos);
  CHECK(plan_power_off(rig("waveshare-relay-8", 9)).error().code == Errc::not_found);
  RunSpec spec = rig("waveshare-relay-8", 1);
  spec.boards[1].power->relay = "other";
  CHECK(plan_power_off(spec).error().code == Errc::not_found);
}
