// SPDX-License-Identifier: Apache-2.0
#include "rig/instruments/guard/watchdog.hpp"

#include "tests/support/catch.hpp"

using namespace soakrig;
using guard::Watchdog;
using Verdict = Watchdog::Verdict;

namespace {

constexpr Nanos kLook = 100 * kMillisecond;

// Looks every tenth of a second from `now` on, for `time`.
Verdict wait(Watchdog& dog, Nanos& now, Nanos time) {
  Verdict verdict = Verdict::well;
  for (const Nanos end = now + time; now < end && verdict == Verdict::well;) {
    now += kLook;
    verdict = dog.look(now);
  }
  return verdict;
}

}  // namespace

TEST_CASE("Beats keep the watchdog quiet, silence does not") {
  Nanos now = 0;
  Watchdog dog(3 * kSecond, 2 * kLook, now);
  for (int i = 0; i < 100; ++i) {
    dog.hear(R"({"beat":)" + std::to_string(i) + "}");
    REQUIRE(wait(dog, now, kSecond) == Verdict::well);
  }
  CHECK(wait(dog, now, 2 * kSecond) == Verdict::well);
  CHECK(wait(dog, now, 2 * kSecond) == Verdict::lost);
  CHECK(dog.reason().find("said nothing") != std::string::npos);
}

TEST_CASE("Time in which the guard itself did not run is not the controller's silence") {
  Nanos now = 0;
  Watchdog dog(3 * kSecond, 2 * kLook, now);
  now += kHour;  // a suspend
  CHECK(dog.look(now) == Verdict::well);
  CHECK(wait(dog, now, 2 * kSecond) == Verdict::well);
  CHECK(wait(dog, now, 2 * kSecond) == Verdict::lost);
}

TEST_CASE("A closed pipe is a lost controller at once, unless it said goodbye before") {
  Watchdog gone(3 * kSecond, 2 * kLook, 0);
  gone.closed();
  CHECK(gone.look(kLook) == Verdict::lost);
  CHECK(gone.reason() == "the controller is gone");
  Watchdog orderly(3 * kSecond, 2 * kLook, 0);
  orderly.hear(R"({"stand_down":true})");
  orderly.closed();
  CHECK(orderly.look(kLook) == Verdict::stand_down);
}

TEST_CASE("A trip is not taken back, and keeps its first reason") {
  Watchdog dog(3 * kSecond, 2 * kLook, 0);
  dog.hear(R"({"trip":"too hot"})");
  dog.hear(R"({"stand_down":true})");
  dog.hear(R"({"trip":"later"})");
  CHECK(dog.look(kLook) == Verdict::trip);
  CHECK(dog.reason() == "too hot");
}

TEST_CASE("Noise is no sign of life") {
  Nanos now = 0;
  Watchdog dog(3 * kSecond, 2 * kLook, now);
  for (const char* noise : {"", "hello", "[1]", R"({"beat":"x"})", R"({"beat":1.5})",
                            R"({"stand_down":false})", R"({"trip":7})", "{\"beat\":1"}) {
    dog.hear(noise);
    CHECK(wait(dog, now, 300 * kMillisecond) == Verdict::well);
  }
  CHECK(wait(dog, now, kSecond) == Verdict::lost);
}
