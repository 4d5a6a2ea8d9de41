// SPDX-License-Identifier: Apache-2.0
//
// [chamber] (rig/plan/section_chamber.cpp): the guard's times and the calibration; the rest stands
// in section_instruments_test.cpp.
#include "tests/rig/plan/support.hpp"
#include "tests/support/catch.hpp"

using namespace soakrig;
using namespace soakrig::plan;
using soakrig::plan::testing::messages;
using soakrig::plan::testing::read_with;

namespace {

Profile read(const std::string& keys) {
  return read_with("[chamber]\nconnect = \"virtual\"\n" + keys + "\n");
}
std::string calibration(const std::string& keys) {
  return "calibration = { date = \"2026-03-01\", source = \"lab\", " + keys + " }";
}

}  // namespace

TEST_CASE("the guard's times are the profile's") {
  const auto p = read("guard = { grace = \"1h\", stale = \"1min\", timer = \"2h\" }");
  INFO(messages(p));
  REQUIRE(p.ok());
  CHECK(p.spec.chamber->guard.grace == kHour);
  CHECK(p.spec.chamber->guard.stale == kMinute);
  CHECK(p.spec.chamber->guard.timer == 2 * kHour);
  const auto plain = read("");
  CHECK(plain.spec.chamber->guard.grace == 15 * kMinute);
  CHECK(plain.spec.chamber->guard.stale == 30 * kSecond);
  CHECK(read("guard = { timer = \"0s\" }").spec.chamber->guard.timer == 0);
  CHECK(messages(read("guard = { timer = \"9s\" }")).find("shorter than ten seconds") !=
        std::string::npos);
  CHECK_FALSE(read("guard = { stale = \"1s\" }").ok());
}

TEST_CASE("moist air has its limits and its safe end") {
  CHECK(read("").spec.chamber->safe_humidity == 20.0);
  const auto p = read(
      "safe = { temperature = 23, humidity = 35 }\n"
      "limits = { humidity_low = 30, humidity_high = 95 }");
  INFO(messages(p));
  REQUIRE(p.ok());
  CHECK(p.spec.chamber->safe_humidity == 35.0);
  CHECK(p.spec.chamber->humidity_low == 30.0);
  CHECK(p.spec.chamber->humidity_high == 95.0);
  // Without a word about it, as dry as the limits allow.
  CHECK(read("limits = { humidity_low = 30 }").spec.chamber->safe_humidity == 30.0);
  CHECK(messages(read("safe = { temperature = 23, humidity = 20 }\nlimits = { humidity_low = 30 }"))
            .find("safe humidity is outside") != std::string::npos);
  CHECK(messages(read("limits = { humidity_low = 60, humidity_high = 50 }"))
            .find("humidity_low is not below") != std::string::npos);
  const std::string damp = "[[phase]]\nname = \"p\"\nambient = 40\nsoak = \"1h\"\nwork = []\n";
  CHECK(messages(read("limits = { humidity_high = 90 }\n" + damp + "humidity = 93"))
            .find("humidity 93 % is outside the chamber's limits of 0 to 90 %") !=
        std::string::npos);
}

TEST_CASE("a calibration has a date, a source, and an offset or a table") {
  const auto p = read(
      "calibration = { date = \"2026-03-01\", due = \"2027-03-01\", certificate = \"K-77\", "
      "source = \"works lab, PT100 at the inlet\", corrections = [\"-40:+0.3\", \"25:0.1\", "
      "\"85:-0.6\"] }");
  INFO(messages(p));
  REQUIRE(p.ok());
  const ChamberCalibration& c = *p.spec.chamber->calibration;
  CHECK(c.date == "2026-03-01");
  CHECK(c.due == "2027-03-01");
  CHECK(c.certificate == "K-77");
  CHECK(c.source == "works lab, PT100 at the inlet");
  REQUIRE(c.corrections.size() == 3);
  CHECK(c.corrections[0].at == -40.0);
  CHECK(c.corrections[0].add == 0.3);
  CHECK(c.corrections[2].add == -0.6);
  const auto offset = read(calibration("offset = -0.4"));
  REQUIRE(offset.ok());
  REQUIRE(offset.spec.chamber->calibration->corrections.size() == 1);
  CHECK(offset.spec.chamber->calibration->corrections[0].add == -0.4);
  CHECK_FALSE(read("").spec.chamber->calibration);
}

TEST_CASE("a calibration that cannot be meant is refused") {
  const auto refused = [](const std::string& keys, const std::string& why) {
    INFO(keys);
    const std::string all = messages(read(keys));
    INFO(all);
    CHECK(all.find(why) != std::string::npos);
  };
  refused(calibration("offset = 1.0, corrections = [\"0:1\"]"), "and not both");
  refused(calibration("due = \"2027-01-01\""), "needs offset or corrections");
  refused(calibration("corrections = [\"85\"]"), "'85' is none");
  refused(calibration("corrections = [\"85:x\"]"), "'85:x' is none");
  refused(calibration("corrections = [\"85:nan\"]"), "is none");
  refused(calibration("corrections = [\"85:-21\"]"), "is none");
  refused(calibration("corrections = [\"85:0\", \"20:0\"]"), "do not climb");
  refused(calibration("corrections = [\"20:15\", \"30:0\"]"), "do not climb");
  refused(calibration("offset = 1.0, due = \"2025-01-01\""), "due before it was made");
  refused("calibration = { date = \"soon\", source = \"lab\", offset = 1.0 }", "is no date");
  refused("calibration = { date = \"2026-03-01\", offset = 1.0 }", "source");
}

TEST_CASE("what air cannot do is a setting, and no phase may ramp beyond it") {
  CHECK(read("").spec.chamber->slew_max == 4.0);
  CHECK(read("slew_max = \"30K/min\"").spec.chamber->slew_max == 0.5);
  const auto none = read("slew_max = \"0K/min\"");
  CHECK_FALSE(none.ok());
}
