// SPDX-License-Identifier: Apache-2.0
// Also tests: ordered_device.cpp
//
// The relay driver against the virtual relay, over real Modbus TCP.
#include "rig/instruments/relay.hpp"

#include "rig/base/rig_events.hpp"
#include "rig/instruments/map_library.hpp"
#include "rig/virtual/virtual_relay.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/instrument_log.hpp"
#include "tests/support/served_device.hpp"

using namespace soakrig;
using namespace soakrig::instruments;
using test::Answer;
using virtual_bench::VirtualRelay;
using ServedRelay = test::ServedDevice<VirtualRelay>;

namespace {

const SystemClock kClock;
void stand_still(VirtualRelay&) {}

// A served relay of a map, its driver, identified and started.
struct Bench {
  explicit Bench(const std::string& map)
      : served(&stand_still, load_register_map(map).value(), std::uint8_t{1}) {
    InstrumentSpec spec;
    spec.name = "strip";
    spec.map = map;
    spec.connect = served.connect();
    auto bus = std::make_shared<ModbusBus>(parse_connect(spec.connect).value(), kClock);
    relay = make_relay(spec, std::move(bus), kClock).value();
    REQUIRE(relay->identify(30 * kSecond));
    relay->start(1, log.sink());
  }
  bool closed(std::size_t number) {
    return served.with([number](VirtualRelay& r) { return r.closed(number); });
  }
  ServedRelay served;
  test::InstrumentLog log;
  std::unique_ptr<Relay> relay;
};

}  // namespace

TEST_CASE("a relay is ordered by channel, and what it reads is a channel") {
  for (const char* map : {"waveshare-relay-8", "r421a08"}) {
    INFO(map);
    Bench bench(map);
    CHECK(bench.relay->is_virtual());
    const SourceInfo& source = bench.relay->source();
    REQUIRE(source.channels.size() == 8 + 8);
    CHECK(source.channels[2].name == "strip.switch3");
    CHECK(source.channels[8].name == "strip.timeouts");
    Answer off;
    bench.relay->set(3, false, off.done());
    CHECK(off.get());
    CHECK_FALSE(bench.closed(3));
    CHECK(bench.closed(2));
    const Event told = bench.log.event([](const Event& e) { return e.kind == event_kind::kPower; });
    CHECK(told.body.find("\"switch3\"") != std::string::npos);
    CHECK(told.body.find("\"ok\":true") != std::string::npos);
    Answer on;
    bench.relay->set(3, true, on.done());
    CHECK(on.get());
    CHECK(bench.closed(3));
  }
}

TEST_CASE("a pulse is the relay's own, where it has them") {
  Bench bench("waveshare-relay-8");
  CHECK(bench.relay->longest_pulse(1) == 3276.7);
  Answer pulse;
  bench.relay->pulse_off(1, 5.0, pulse.done());
  CHECK(pulse.get());
  CHECK_FALSE(bench.closed(1));
  bench.served.with([](VirtualRelay& r) { r.step(5.1); });
  CHECK(bench.closed(1));  // nobody told it to
  Answer long_one;
  bench.relay->pulse_off(1, 1e6, long_one.done());
  CHECK(long_one.get().error().code == Errc::invalid);
  CHECK(bench.closed(1));

  Bench other("r421a08");  // its pulses close the switch only
  CHECK(other.relay->longest_pulse(1) == 0);
  Answer none;
  other.relay->pulse_off(1, 5.0, none.done());
  CHECK(none.get().error().code == Errc::unsupported);
}

TEST_CASE("an order for a switch that is not there, or to a relay that is gone, is answered so") {
  Bench bench("waveshare-relay-8");
  Answer ninth;
  bench.relay->set(9, false, ninth.done());
  CHECK(ninth.get().error().code == Errc::not_found);
  bench.served.stall(true);
  Answer waiting, newer;
  bench.relay->set(1, false, waiting.done());
  bench.relay->set(1, true, newer.done());
  CHECK(waiting.get().error().code == Errc::cancelled);
  bench.relay->stop();
  CHECK(newer.get().error().code == Errc::cancelled);
}
