// SPDX-License-Identifier: Apache-2.0
#include "rig/instruments/gauge_rows.hpp"

#include "tests/support/catch.hpp"

using namespace soakrig;
using namespace soakrig::instruments;

namespace {

GaugeRows two() { return GaugeRows({"power", "voltage"}, kSecond, 0); }

}  // namespace

TEST_CASE("a row is made when every gauge was said anew, and each reading is used once") {
  GaugeRows rows = two();
  CHECK_FALSE(rows.say(100, {{"power", 5.0}}));
  CHECK_FALSE(rows.say(200, {{"power", 6.0}, {"unknown", 1.0}}));
  const auto row = rows.say(300, {{"voltage", 12.0}});
  REQUIRE(row);
  CHECK(row->taken == 300);
  CHECK(row->values == std::vector<double>{6.0, 12.0});
  CHECK(row->states == std::vector<State>{State::good, State::good});
  CHECK_FALSE(rows.say(kSecond, {{"voltage", 12.1}}));
  CHECK(rows.say(kSecond, {{"power", -3.0}})->values == std::vector<double>{-3.0, 12.1});
}

TEST_CASE("what is not said any more is stale, what never was is no data, never zero as a value") {
  GaugeRows rows = two();
  CHECK_FALSE(rows.tick(3 * kSecond - 1, ""));
  const auto none = rows.tick(3 * kSecond, "");
  REQUIRE(none);
  CHECK(none->states == std::vector<State>{State::no_data, State::no_data});
  CHECK(none->reasons[0].find("'power' yet") != std::string::npos);
  CHECK_FALSE(rows.tick(4 * kSecond - 1, ""));  // then once a period
  REQUIRE(rows.say(4 * kSecond, {{"power", 1.0}, {"voltage", 2.0}}));
  CHECK_FALSE(rows.say(5 * kSecond, {{"power", 1.5}}));
  CHECK_FALSE(rows.tick(7 * kSecond - 1, ""));
  const auto half = rows.tick(7 * kSecond, "");
  REQUIRE(half);
  CHECK(half->states == std::vector<State>{State::good, State::stale});
  CHECK(half->values[0] == 1.5);
  CHECK(half->reasons[1].find("'voltage' again") != std::string::npos);
  // The next row is without it: a reading is not repeated.
  CHECK(rows.tick(8 * kSecond, "")->states == std::vector<State>{State::stale, State::stale});
}

TEST_CASE("a program that is down is an error at once, with its reason") {
  GaugeRows rows = two();
  REQUIRE(rows.say(kSecond, {{"power", 1.0}, {"voltage", 2.0}}));
  const auto down = rows.tick(kSecond + 1, "the program ended: exit code 3");
  REQUIRE(down);
  CHECK(down->states == std::vector<State>{State::error, State::error});
  CHECK(down->reasons[1] == "the program ended: exit code 3");
  CHECK_FALSE(rows.tick(kSecond + 2, "the program ended: exit code 3"));
  CHECK(rows.tick(2 * kSecond + 1, "the program ended: exit code 3"));
  CHECK(rows.say(3 * kSecond, {{"power", 1.0}, {"voltage", 2.0}})->states[0] == State::good);
}

TEST_CASE("a flood is thinned and counted") {
  GaugeRows rows = two();
  int made = 0;
  for (int i = 0; i < 10'000; ++i) {
    made += rows.say(i * kMillisecond, {{"power", 1.0}, {"voltage", 2.0}}).has_value() ? 1 : 0;
  }
  CHECK(made == 100);
  CHECK(rows.dropped() == 9'900);
}
