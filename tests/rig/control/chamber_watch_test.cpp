// SPDX-License-Identifier: Apache-2.0
#include "rig/control/chamber_watch.hpp"

#include "tests/support/catch.hpp"

using namespace soakrig;
using control::ChamberWatch;

TEST_CASE("A chamber that is seen and within its limits is left alone") {
  ChamberWatch watch(-45.0, 95.0, 30 * kSecond);
  for (int i = 0; i < 1000; ++i) {
    CHECK_FALSE(watch.look(i * kSecond, i % 20 == 0 ? std::nullopt : std::optional(94.9)));
  }
}

TEST_CASE("A chamber that cannot be seen for too long trips, from the first look on") {
  ChamberWatch never(std::nullopt, std::nullopt, 30 * kSecond);
  CHECK_FALSE(never.look(100 * kSecond, std::nullopt));
  CHECK_FALSE(never.look(130 * kSecond, std::nullopt));
  CHECK(never.look(131 * kSecond, std::nullopt));
  ChamberWatch once(std::nullopt, std::nullopt, 30 * kSecond);
  CHECK_FALSE(once.look(0, 20.0));
  CHECK_FALSE(once.look(30 * kSecond, std::nullopt));
  CHECK_FALSE(once.look(31 * kSecond, 500.0));  // no limit: seen is enough
  CHECK_FALSE(once.look(60 * kSecond, std::nullopt));
  CHECK(once.look(62 * kSecond, std::nullopt)->find("not been readable") != std::string::npos);
}

TEST_CASE("Air beyond its limit trips once it stays there") {
  for (const double air : {96.0, -46.0}) {
    ChamberWatch watch(-45.0, 95.0, 30 * kSecond);
    for (int i = 1; i < ChamberWatch::kDebounce; ++i) CHECK_FALSE(watch.look(i, air));
    CHECK_FALSE(watch.look(10, 20.0));  // one good reading begins the count anew
    for (int i = 1; i < ChamberWatch::kDebounce; ++i) CHECK_FALSE(watch.look(10 + i, air));
    CHECK(watch.look(20, air)->find("beyond") != std::string::npos);
  }
}
