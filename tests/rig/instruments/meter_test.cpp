// SPDX-License-Identifier: Apache-2.0
#include "rig/instruments/meter.hpp"

#include "rig/base/rig_events.hpp"
#include "rig/instruments/map_library.hpp"
#include "rig/virtual/virtual_meter.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/instrument_log.hpp"
#include "tests/support/served_device.hpp"

using namespace soakrig;
using namespace soakrig::instruments;
using virtual_bench::VirtualMeter;

namespace {

const SystemClock kClock;
void draw_six_watts(VirtualMeter& meter) { meter.step(6.0, 1.0); }

}  // namespace

TEST_CASE("a meter that names a board gives that board's power, in SI units") {
  test::ServedDevice<VirtualMeter> served(
      &draw_six_watts, load_register_map("eastron-sdm120").value(), std::uint8_t{1});
  InstrumentSpec spec;
  spec.name = "plug";
  spec.map = "eastron-sdm120";
  spec.connect = served.connect();
  spec.board = "edge-1";
  auto meter = make_meter(spec, kClock);
  REQUIRE(meter);
  const auto identity = (*meter)->identify(30 * kSecond);
  REQUIRE(identity);
  CHECK(identity->is_virtual);
  const SourceInfo& source = (*meter)->source();
  CHECK(source.name == "plug");
  REQUIRE(source.channels.size() == 4 + 8);  // and the counters
  CHECK(source.channels[10].name == "plug.overruns");
  CHECK(source.channels[0].name == "board.power");
  CHECK(source.channels[0].unit == "W");
  CHECK(source.channels[3].name == "board.energy");
  CHECK(source.channels[3].unit == "J");
  test::InstrumentLog log;
  (*meter)->start(1, log.sink());
  const Batch row = log.row([](const Batch& b) { return b.value(0, 0) == 6.0; });
  REQUIRE(row.rows() == 1);
  CHECK(row.value(0, 1) == 12.0);
  CHECK(row.value(0, 2) == 0.5);
  CHECK(row.value(0, 3) >= 0.0);
  for (std::size_t column = 0; column < 4; ++column) CHECK(row.state(0, column) == State::good);
}

TEST_CASE("a meter whose counter does not count what its power says is told of") {
  // 6 W by the power register, a hundred times as much by the counter.
  test::ServedDevice<VirtualMeter> served([](VirtualMeter& m) { m.step(6.0, 0.5); },
                                          load_register_map("eastron-sdm120").value(),
                                          std::uint8_t{1});
  InstrumentSpec spec;
  spec.name = "plug";
  spec.map = "eastron-sdm120";
  spec.connect = served.connect();
  spec.board = "edge-1";
  auto meter = make_meter(spec, kClock).value();
  REQUIRE(meter->identify(30 * kSecond));
  test::InstrumentLog log;
  meter->start(1, log.sink());
  const Event told = log.event([](const Event& e) { return e.kind == event_kind::kMeter; });
  INFO(told.body);
  CHECK(told.severity == Severity::warning);
  CHECK(told.body.find("power and energy disagree") != std::string::npos);
  CHECK(told.body.find("\"plug\"") != std::string::npos);
}

TEST_CASE("a meter of its own is named after itself; a chamber's map makes no meter") {
  test::ServedDevice<VirtualMeter> served(
      &draw_six_watts, load_register_map("eastron-sdm120").value(), std::uint8_t{1});
  InstrumentSpec spec;
  spec.name = "Rack PDU";
  spec.map = "eastron-sdm120";
  spec.connect = served.connect();
  auto meter = make_meter(spec, kClock);
  REQUIRE(meter);
  CHECK((*meter)->source().channels[0].name == channel_part("Rack PDU") + ".power");
  spec.map = "watlow-f4t";
  CHECK(make_meter(spec, kClock).error().what.find("not of a meter") != std::string::npos);
}
