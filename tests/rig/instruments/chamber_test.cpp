// SPDX-License-Identifier: Apache-2.0
//
// The chamber driver against the virtual chamber, over real Modbus TCP.
#include "rig/instruments/chamber.hpp"

#include <cmath>

#include "rig/instruments/map_library.hpp"
#include "rig/virtual/virtual_chamber.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/child.hpp"
#include "tests/support/instrument_log.hpp"
#include "tests/support/served_device.hpp"

using namespace soakrig;
using namespace soakrig::instruments;
using test::Answer;
using virtual_bench::VirtualChamber;
using ServedChamber = test::ServedDevice<VirtualChamber>;

namespace {

const SystemClock kClock;

// Runs its model 20 times as fast as time.
void advance(VirtualChamber& chamber) { chamber.step(0.1); }

RegisterMap f4t() { return load_register_map("watlow-f4t").value(); }

ChamberSpec spec_for(const ServedChamber& served) {
  ChamberSpec spec;
  spec.map = "watlow-f4t";
  spec.connect = served.connect();
  spec.low = -10.0;
  spec.high = 70.0;
  spec.slew_max = 50.0;  // twenty times the model's 2 K/s, and some
  return spec;
}

double register_of(ServedChamber& served, const char* point) {
  return served.with([&](VirtualChamber& c) { return c.bank().get(point); });
}

}  // namespace

TEST_CASE("the controller's own alarms are set and read back, and show the word order") {
  ServedChamber served(&advance, f4t(), std::uint8_t{1}, virtual_bench::ChamberParameters{});
  auto made = make_chamber(spec_for(served), kClock);
  REQUIRE(made);
  REQUIRE((*made)->identify(30 * kSecond));
  Answer done;
  (*made)->set_alarms(-45.0, 90.0, done.done());
  CHECK(done.get());
  CHECK(register_of(served, "alarm1_low") == -45.0);
  CHECK(register_of(served, "alarm1_high") == 90.0);
  Answer zero;
  (*made)->set_alarms(-45.0, 0.0, zero.done());
  CHECK(zero.get());
  CHECK(register_of(served, "alarm1_high") > 0.0);
  Answer wrong;
  (*made)->set_alarms(90.0, -45.0, wrong.done());
  CHECK_FALSE(wrong.get());
}

TEST_CASE("the controller's own timer ends a phase in off, unless it is wound up again") {
  std::atomic<double> speed{0.0};
  ServedChamber served([](VirtualChamber&) {},  // time passes by step() below
                       load_register_map("eurotherm-3200").value(), std::uint8_t{1},
                       virtual_bench::ChamberParameters{});
  ChamberSpec spec = spec_for(served);
  spec.map = "eurotherm-3200";
  auto made = make_chamber(spec, kClock);
  REQUIRE(made);
  Chamber& chamber = **made;
  REQUIRE(chamber.identify(30 * kSecond));
  const auto ask = [&chamber](std::optional<Nanos> hold) {
    Answer done;
    chamber.arm_timer(hold, done.done());
    return done.get();
  };
  const auto step = [&served](double seconds) {
    served.with([&](VirtualChamber& c) { return c.step(seconds), 0; });
  };
  Answer on, hot;
  chamber.conditioning(true, on.done());
  chamber.set_temperature(60.0, std::nullopt, hot.done());
  REQUIRE(on.get());
  REQUIRE(hot.get());
  CHECK(ask(kMinute));
  CHECK(register_of(served, "timer_dwell") == 60.0);
  CHECK(register_of(served, "timer_status") == 1.0);
  step(50);
  CHECK(ask(kMinute));  // wound up again, it begins anew
  step(50);
  CHECK(register_of(served, "mode") == 0.0);
  CHECK(ask(std::nullopt));
  CHECK(register_of(served, "timer_status") == 0.0);
  step(600);
  CHECK(register_of(served, "mode") == 0.0);  // it stood still
  CHECK(ask(kMinute));
  step(61);
  CHECK(register_of(served, "timer_status") == 3.0);
  CHECK(register_of(served, "mode") == 1.0);
  step(600);
  CHECK(std::abs(served.with([](VirtualChamber& c) { return c.state().air; }) - 23.0) < 1.0);
  // A controller whose timer ends otherwise is never set up by us.
  for (const auto& [point, other] : {std::pair{"timer_end", 1.0}, {"timer_type", 2.0}}) {
    const double was = register_of(served, point);
    served.with([&, p = point, o = other](VirtualChamber& c) { return c.bank().set(p, o), 0; });
    const auto refused = ask(kMinute);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Errc::unsupported);
    CHECK(register_of(served, point) == other);
    served.with([&, p = point](VirtualChamber& c) { return c.bank().set(p, was), 0; });
  }
}

TEST_CASE("a chamber whose map knows no timer says so") {
  ServedChamber served(&advance, f4t(), std::uint8_t{1}, virtual_bench::ChamberParameters{});
  auto made = make_chamber(spec_for(served), kClock);
  REQUIRE(made);
  REQUIRE((*made)->identify(30 * kSecond));
  Answer done;
  (*made)->arm_timer(kMinute, done.done());
  const auto refused = done.get();
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == Errc::unsupported);
}

TEST_CASE("a calibrated chamber is told, and read, by what is true") {
  ServedChamber served(&advance, f4t(), std::uint8_t{1}, virtual_bench::ChamberParameters{});
  ChamberSpec spec = spec_for(served);
  // Its sensor shows 1 K too little in the cold and 2 K too much at 50 and above.
  spec.calibration = ChamberCalibration{"2026-03-01", "", "", "lab", {{0, 1.0}, {50, -2.0}}};
  auto made = make_chamber(spec, kClock);
  REQUIRE(made);
  Chamber& chamber = **made;
  REQUIRE(chamber.identify(30 * kSecond));
  test::InstrumentLog log;
  chamber.start(1, log.sink());
  Answer on, done, alarms;
  chamber.conditioning(true, on.done());
  CHECK(on.get());
  chamber.set_temperature(60.0, std::nullopt, done.done());
  CHECK(done.get());
  CHECK(register_of(served, "set_point") == 62.0);
  chamber.set_alarms(-15.0, 75.0, alarms.done());
  CHECK(alarms.get());
  CHECK(register_of(served, "alarm1_low") == -16.0);
  CHECK(register_of(served, "alarm1_high") == 77.0);
  CHECK(test::eventually([&] {
    const auto now = chamber.readings();
    return now.set_point == 60.0 && now.temperature && std::abs(*now.temperature - 60.0) < 0.5;
  }));
  // The air it shows is 2 K above what is true.
  CHECK(std::abs(served.with([](VirtualChamber& c) { return c.state().air; }) - 62.0) < 0.5);
  // The limits of the profile are true temperatures too: 70 is allowed, 70.5 is not.
  Answer edge, beyond;
  chamber.set_temperature(70.0, std::nullopt, edge.done());
  CHECK(edge.get());
  chamber.set_temperature(70.5, std::nullopt, beyond.done());
  CHECK_FALSE(beyond.get());
  CHECK(register_of(served, "set_point") == 72.0);
  chamber.stop();
}

TEST_CASE("a chamber is identified, ordered, read back and followed") {
  ServedChamber served(&advance, f4t(), std::uint8_t{1}, virtual_bench::ChamberParameters{});
  auto made = make_chamber(spec_for(served), kClock);
  REQUIRE(made);
  Chamber& chamber = **made;
  CHECK_FALSE(chamber.is_virtual());  // not before it is proven
  const auto identity = chamber.identify(30 * kSecond);
  REQUIRE(identity);
  CHECK(identity->is_virtual);
  CHECK(identity->part_number == "SOAKRIG-VIRTUAL");
  CHECK(chamber.is_virtual());
  CHECK(chamber.source().name == "chamber");
  REQUIRE(chamber.source().channels.size() == 6 + 8);  // and the counters
  CHECK(chamber.source().channels[6].name == "chamber.timeouts");
  CHECK(chamber.source().channels[0].name == "chamber.temperature");
  CHECK(chamber.source().channels[0].unit == "Cel");
  CHECK(chamber.source().channels[0].provenance == Provenance::simulated);

  test::InstrumentLog log;
  chamber.start(4, log.sink());
  Answer on, warm;
  chamber.conditioning(true, on.done());
  chamber.set_temperature(55.0, std::nullopt, warm.done());
  CHECK(on.get());
  CHECK(warm.get());
  CHECK(register_of(served, "set_point") == 55.0);
  CHECK(register_of(served, "mode") == 10.0);

  const Batch hot = log.row([](const Batch& b) { return b.value(0, 0) > 54.5; });
  REQUIRE(hot.rows() == 1);
  CHECK(hot.source == 4);
  CHECK(hot.columns == 6 + 8);
  CHECK(hot.state(0, 0) == State::good);
  CHECK(hot.value(0, 1) == 55.0);
  CHECK(hot.consistent());
  CHECK(chamber.readings().temperature.value_or(0) > 54.5);
  CHECK(chamber.status().state == State::good);

  Answer off;
  chamber.conditioning(false, off.done());
  CHECK(off.get());
  CHECK(register_of(served, "mode") == 62.0);
}

TEST_CASE("an order outside the envelope is refused before anything is sent") {
  ServedChamber served(&advance, f4t(), std::uint8_t{1}, virtual_bench::ChamberParameters{});
  auto made = make_chamber(spec_for(served), kClock);
  REQUIRE(made);
  REQUIRE((*made)->identify(30 * kSecond));
  for (const double bad : {70.1, -10.1, std::nan(""), 1e9}) {
    Answer refused;
    (*made)->set_temperature(bad, std::nullopt, refused.done());
    const auto result = refused.get();
    REQUIRE_FALSE(result);
    CHECK(result.error().code == Errc::invalid);
  }
  Answer humid;
  (*made)->set_humidity(101.0, humid.done());
  CHECK_FALSE(humid.get());
  CHECK(register_of(served, "set_point") == 23.0);
  const double was = register_of(served, "humidity_set_point");
  ChamberSpec dry = spec_for(served);
  dry.humidity_low = 30.0;
  dry.humidity_high = 60.0;
  auto narrow = make_chamber(dry, kClock);
  REQUIRE(narrow);
  REQUIRE((*narrow)->identify(30 * kSecond));
  for (const double bad : {29.0, 61.0}) {
    Answer refused;
    (*narrow)->set_humidity(bad, refused.done());
    const auto result = refused.get();
    REQUIRE_FALSE(result);
    CHECK(result.error().code == Errc::invalid);
  }
  CHECK(register_of(served, "humidity_set_point") == was);
}

TEST_CASE("the controller's own ramp is used, and switched off again") {
  ServedChamber served(&advance, f4t(), std::uint8_t{1}, virtual_bench::ChamberParameters{});
  auto made = make_chamber(spec_for(served), kClock);
  REQUIRE(made);
  REQUIRE((*made)->identify(30 * kSecond));
  Answer ramped, direct, humid;
  (*made)->set_temperature(60.0, 0.05, ramped.done());
  CHECK(ramped.get());
  CHECK(register_of(served, "ramp_rate") == Approx(3.0));  // K/min
  CHECK(register_of(served, "ramp_action") == 85.0);
  (*made)->set_temperature(50.0, std::nullopt, direct.done());
  CHECK(direct.get());
  CHECK(register_of(served, "ramp_action") == 62.0);
  (*made)->set_humidity(60.0, humid.done());
  CHECK(humid.get());
  CHECK(register_of(served, "humidity_set_point") == 60.0);
}

TEST_CASE("a stalled chamber is an error with a reason, and good again afterwards") {
  ServedChamber served(&advance, f4t(), std::uint8_t{1}, virtual_bench::ChamberParameters{});
  auto made = make_chamber(spec_for(served), kClock);
  REQUIRE(made);
  REQUIRE((*made)->identify(30 * kSecond));
  test::InstrumentLog log;
  (*made)->start(0, log.sink());
  CHECK(log.row([](const Batch& b) { return b.state(0, 0) == State::good; }).rows() == 1);
  served.stall(true);
  const Batch lost = log.row([](const Batch& b) { return b.state(0, 0) == State::error; });
  REQUIRE(lost.rows() == 1);
  CHECK(lost.value(0, 0) == 0.0);  // the last value is not repeated
  const Event said = log.event([](const Event& e) { return e.kind == event_kind::kChannelState; });
  CHECK(said.body.find("chamber.temperature") != std::string::npos);
  CHECK(said.severity == Severity::warning);
  CHECK((*made)->status().state == State::error);
  log.forget();
  // An order given meanwhile holds once the chamber answers again.
  Answer late;
  (*made)->set_temperature(30.0, std::nullopt, late.done());
  served.stall(false);
  CHECK(late.get());
  CHECK(register_of(served, "set_point") == 30.0);
  CHECK(log.row([](const Batch& b) { return b.state(0, 0) == State::good; }).rows() == 1);
}

TEST_CASE("a device that is exchanged on the line is refused from then on") {
  ServedChamber served(&advance, f4t(), std::uint8_t{1}, virtual_bench::ChamberParameters{});
  auto made = make_chamber(spec_for(served), kClock);
  REQUIRE(made);
  REQUIRE((*made)->identify(30 * kSecond));
  test::InstrumentLog log;
  (*made)->start(0, log.sink());
  CHECK(log.row([](const Batch& b) { return b.state(0, 0) == State::good; }).rows() == 1);
  served.with([](VirtualChamber& c) { c.bank().set_text("part_number", "F4T1L1EAA1D1AAA"); });
  served.stall(true);  // the connection has to be renewed
  CHECK(log.row([](const Batch& b) { return b.state(0, 0) == State::error; }).rows() == 1);
  log.forget();
  served.stall(false);
  Answer refused;
  (*made)->set_temperature(60.0, std::nullopt, refused.done());
  const auto result = refused.get();
  REQUIRE_FALSE(result);
  CHECK(result.error().code == Errc::unsupported);
  CHECK(register_of(served, "set_point") == 23.0);
}

TEST_CASE("a newer order replaces an older one, and stopping answers whoever waits") {
  ServedChamber served(&advance, f4t(), std::uint8_t{1}, virtual_bench::ChamberParameters{});
  auto made = make_chamber(spec_for(served), kClock);
  REQUIRE(made);
  REQUIRE((*made)->identify(30 * kSecond));
  served.stall(true);
  Answer first, second;
  (*made)->set_temperature(40.0, std::nullopt, first.done());
  (*made)->set_temperature(41.0, std::nullopt, second.done());
  CHECK(first.get().error().code == Errc::cancelled);
  (*made)->stop();
  CHECK(second.get().error().code == Errc::cancelled);
}

TEST_CASE("what cannot be made into a chamber says why") {
  ChamberSpec spec;
  spec.map = "watlow-f4t";
  spec.connect = "virtual";
  CHECK_FALSE(make_chamber(spec, kClock));
  spec.connect = "tcp://127.0.0.1:1";
  spec.map = "eastron-sdm120";
  CHECK(make_chamber(spec, kClock).error().what.find("not of a chamber") != std::string::npos);
  spec.map = "watlow-f4t";
  spec.low = 50.0;
  spec.high = 40.0;
  CHECK_FALSE(make_chamber(spec, kClock));
  spec.high = 60.0;
  auto nobody = make_chamber(spec, kClock);
  REQUIRE(nobody);
  CHECK_FALSE((*nobody)->identify(300 * kMillisecond));
  CHECK_FALSE((*nobody)->is_virtual());
}

TEST_CASE("a temperature that jumps is an error of the reading, until it is back where it can be") {
  ServedChamber served([](VirtualChamber&) {}, f4t(), std::uint8_t{1},  // the air stands still
                       virtual_bench::ChamberParameters{});
  auto made = make_chamber(spec_for(served), kClock);
  REQUIRE(made);
  REQUIRE((*made)->identify(30 * kSecond));
  test::InstrumentLog log;
  (*made)->start(0, log.sink());
  CHECK(log.row([](const Batch& b) { return b.state(0, 0) == State::good; }).rows() == 1);
  const double air = register_of(served, "temperature");
  served.with([](VirtualChamber& c) { c.bank().set("temperature", 500.0); });
  const Batch wild = log.row([](const Batch& b) { return b.state(0, 0) == State::error; });
  REQUIRE(wild.rows() == 1);
  CHECK(wild.value(0, 0) == 0.0);  // not passed on
  const Event said = log.event([](const Event& e) {
    return e.kind == event_kind::kChannelState && e.body.find("jumped by 477 K") != e.body.npos;
  });
  CHECK(said.severity == Severity::warning);
  REQUIRE((*made)->readings().temperature);
  CHECK(*(*made)->readings().temperature == Approx(air));
  log.forget();
  served.with([air](VirtualChamber& c) { c.bank().set("temperature", air); });
  CHECK(log.row([](const Batch& b) { return b.state(0, 0) == State::good; }).rows() == 1);
}
