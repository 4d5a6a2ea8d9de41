// SPDX-License-Identifier: Apache-2.0
#include "rig/control/power_sequence.hpp"

#include "tests/support/catch.hpp"

using namespace soakrig;
using namespace soakrig::control;
using Order = PowerSequence::Order;
using Stage = PowerSequence::Stage;

namespace {

PowerSpec ten_seconds() {
  PowerSpec spec;
  spec.relay = "strip";
  return spec;
}

const Result<void> kDone;

}  // namespace

TEST_CASE("a cycle is proven off by the meter, kept off, and proven on") {
  PowerSequence power(ten_seconds(), true);
  CHECK_FALSE(power.busy());
  power.begin(PhasePower::cycle, 0);
  CHECK(power.step(0, 12.0) == Order::open);
  CHECK(power.step(1, 12.0) == Order::none);  // each order once
  power.answered(kDone, kSecond);
  CHECK(power.stage() == Stage::falling);
  CHECK(power.step(2 * kSecond, std::nullopt) == Order::none);
  CHECK(power.step(3 * kSecond, 1.0) == Order::none);  // not below 1 W
  CHECK(power.stage() == Stage::falling);
  CHECK(power.step(4 * kSecond, 0.2) == Order::none);
  CHECK(power.stage() == Stage::off);
  // Ten seconds from the proof, not from the order.
  CHECK(power.step(14 * kSecond - 1, 0.0) == Order::none);
  CHECK(power.step(14 * kSecond, 0.0) == Order::close);
  power.answered(kDone, 15 * kSecond);
  CHECK(power.step(16 * kSecond, 0.1) == Order::none);
  CHECK(power.busy());
  CHECK(power.step(17 * kSecond, 4.5) == Order::none);
  CHECK_FALSE(power.busy());
  CHECK(power.failure().empty());
  CHECK(power.off_watts() == 0.2);
  CHECK(power.on_watts() == 4.5);
}

TEST_CASE("without a meter the relay's word is what there is") {
  PowerSequence power(ten_seconds(), false);
  power.begin(PhasePower::off, 0);
  CHECK(power.step(0, std::nullopt) == Order::open);
  power.answered(kDone, kSecond);
  CHECK_FALSE(power.busy());
  CHECK_FALSE(power.off_watts().has_value());
  power.begin(PhasePower::on, 2 * kSecond);
  CHECK(power.step(2 * kSecond, std::nullopt) == Order::close);
  power.answered(kDone, 3 * kSecond);
  CHECK_FALSE(power.busy());
  CHECK(power.failure().empty());
}

TEST_CASE("what is not proven has failed, with the reason") {
  const auto fails = [](auto drive, std::string_view why) {
    PowerSequence power(ten_seconds(), true);
    power.begin(PhasePower::cycle, 0);
    CHECK(power.step(0, 5.0) == Order::open);
    drive(power);
    INFO(power.failure());
    CHECK(power.stage() == Stage::failed);
    CHECK_FALSE(power.busy());
    CHECK(power.failure().find(why) != std::string::npos);
    CHECK(power.step(kHour, 0.0) == Order::none);  // nothing more is ordered
  };
  fails([](PowerSequence& p) { CHECK(p.step(16 * kSecond, 5.0) == Order::none); },
        "the relay does not answer");
  fails(
      [](PowerSequence& p) {
        p.answered(Error{Errc::timeout, "no reply"}, kSecond);
      },
      "no reply");
  // Another board hangs on that switch: the order held, the power stays.
  fails(
      [](PowerSequence& p) {
        p.answered(kDone, kSecond);
        CHECK(p.step(22 * kSecond, 5.0) == Order::none);
      },
      "still reads 5.00 W");
  fails(
      [](PowerSequence& p) {
        p.answered(kDone, kSecond);
        CHECK(p.step(22 * kSecond, std::nullopt) == Order::none);
      },
      "the meter says nothing");
  fails(
      [](PowerSequence& p) {
        p.answered(kDone, kSecond);
        CHECK(p.step(2 * kSecond, 0.0) == Order::none);
        CHECK(p.step(12 * kSecond, 0.0) == Order::close);
        p.answered(kDone, 13 * kSecond);
        CHECK(p.step(50 * kSecond, 0.0) == Order::none);
      },
      "reads only 0.00 W");
}

TEST_CASE("a newer goal replaces what was under way, and a late answer changes nothing") {
  PowerSequence power(ten_seconds(), false);
  power.begin(PhasePower::off, 0);
  CHECK(power.step(0, std::nullopt) == Order::open);
  power.answered(kDone, 1);
  power.answered(Error{Errc::io, "late"}, 2);
  CHECK(power.failure().empty());
  power.begin(PhasePower::cycle, 3);
  CHECK(power.step(3, std::nullopt) == Order::open);
  power.begin(PhasePower::on, 4);
  power.answered(kDone, 4);  // to the order to open
  CHECK(power.stage() == Stage::closing);
  CHECK(power.step(4, std::nullopt) == Order::close);
}
