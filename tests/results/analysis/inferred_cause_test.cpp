// SPDX-License-Identifier: Apache-2.0
#include "results/analysis/inferred_cause.hpp"

#include "results/analysis/judgement.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/plant.hpp"

using namespace soakrig;
using namespace soakrig::analysis;
using namespace soakrig::test;

namespace {

constexpr double kEnd = 1800;
constexpr Interval kBaseline{0, 600 * kSecond}, kSlow{900 * kSecond, 1200 * kSecond};

// Slow from 900 s to 1200 s, with the clock and one more channel as given; a limiter is silent.
Plant slow(double clock, const std::string& channel, const std::string& unit,
           const OverTime& value) {
  Plant plant;
  plant.sensors(kEnd).work("chat", {}, 0, kEnd, pulse(900, 1200, 0.7, 1));
  plant.cut("cpu.frequency", 0, kEnd)
      .channel("cpu.frequency", "Hz", pulse(900, 1200, clock * 2.4e9, 2.4e9), 0, kEnd)
      .cut("soc.temperature", 0, channel == "soc.temperature" ? kEnd : 0)
      .channel(channel, unit, value, 0, kEnd);
  return plant;
}

Cause inferred(const Plant& plant, const std::optional<Trip>& trip = std::nullopt) {
  const auto found = infer_cause(plant.board(), kSlow, kBaseline, trip);
  return found ? found->cause : Cause::unknown;
}

const Trip kTrip{85, std::nullopt, 0};

}  // namespace

TEST_CASE("a rail that sags while the clock is slow is under-voltage") {
  const OverTime sag = pulse(900, 1200, 4.6, 5.0);
  CHECK(inferred(slow(0.7, "rail.vdd_in.voltage", "V", sag)) == Cause::under_voltage);
  CHECK(inferred(slow(1.0, "rail.vdd_in.voltage", "V", sag)) == Cause::unknown);
  CHECK(inferred(slow(0.7, "rail.vdd_in.voltage", "V", pulse(900, 1200, 4.9, 5.0))) ==
        Cause::unknown);
  CHECK(inferred(slow(0.7, "rail.vdd_in.voltage", "V", pulse(900, 1000, 4.6, 5.0))) ==
        Cause::unknown);  // for a third of the time
}

TEST_CASE("a slow clock at the trip point is thermal; without a known one it is nothing") {
  const OverTime hot = pulse(900, 1200, 84, 70);
  CHECK(inferred(slow(0.7, "soc.temperature", "Cel", hot), kTrip) == Cause::thermal);
  CHECK(inferred(slow(0.7, "soc.temperature", "Cel", hot)) == Cause::unknown);
  CHECK(inferred(slow(0.7, "soc.temperature", "Cel", pulse(900, 1200, 80, 70)), kTrip) ==
        Cause::unknown);
  CHECK(inferred(slow(0.99, "soc.temperature", "Cel", hot), kTrip) == Cause::unknown);
}

TEST_CASE("the episode says that it was inferred, and by what") {
  const Plant plant = slow(0.7, "rail.vdd_in.voltage", "V", pulse(900, 1200, 4.6, 5.0));
  const Judgement j = judge(make_run({plant.board()}, {{"soak", kEnd}}));
  REQUIRE(j.boards[0].episodes.size() == 1);
  const Episode& e = j.boards[0].episodes[0];
  CHECK(e.cause == Cause::under_voltage);
  CHECK_FALSE(e.flagged);
  CHECK(e.evidence.at(0) ==
        "inferred, no limiter said so: the clock was at 70 % of the baseline's, and "
        "rail.vdd_in.voltage was below 95 % of the 5 V that it had in the baseline");
}

TEST_CASE("the trip point is the temperature at the first thermal assertion") {
  Plant plant;
  const OverTime warm = [](double t) { return 60 + t / 60; };
  plant.channel("soc.temperature", "Cel", warm, 0, kEnd);
  const auto at = [&](double from, double to) {
    Assertion a;
    a.cause = Cause::thermal;
    a.when = {from_seconds(from), from_seconds(to)};
    return find_trip(plant.board(), std::vector{a}, from_seconds(kEnd));
  };
  CHECK(at(1200, 1500)->temperature == Approx(80).margin(0.1));
  CHECK(at(1200, 1500)->at == 1200 * kSecond);
  CHECK_FALSE(at(0, 100));  // from the first moment on: where it began is not known
  CHECK_FALSE(find_trip(plant.board(), {}, from_seconds(kEnd)));
  plant.cut("soc.temperature", 0, kEnd)
      .channel("soc.temperature", "Cel", pulse(1200, 1e9, 95, 70), 0, kEnd);
  CHECK_FALSE(at(1200, 1500));  // it jumped
}
