// SPDX-License-Identifier: Apache-2.0
#include "rig/board/clock_sync.hpp"

#include "tests/support/catch.hpp"

using namespace soakrig;
using namespace soakrig::board;

TEST_CASE("On the same kernel the map is exact") {
  ClockSync sync;
  CHECK_FALSE(sync.anchor());
  sync.same_clock();
  sync.sample(0, 100, 999'999);  // says nothing about one clock
  CHECK(sync.map(12'345) == 12'345);
  CHECK(sync.anchor()->error_ns == 0);
}

TEST_CASE("The shortest round trip is believed") {
  ClockSync sync;
  const Nanos offset = 5'000 * kSecond;  // rig = board + offset
  sync.sample(offset, offset + 200 * kMillisecond, 150 * kMillisecond);  // slow and skewed
  CHECK(sync.anchor()->error_ns == 100 * kMillisecond);
  sync.sample(offset + kSecond, offset + kSecond + 2 * kMillisecond, kSecond + kMillisecond);
  for (Nanos t = 2 * kSecond; t < 300 * kSecond; t += kSecond) (void)sync.map(t);
  const Nanos wrong = sync.map(300 * kSecond) - (300 * kSecond + offset);
  CHECK(std::abs(wrong) <= kMillisecond);
}

TEST_CASE("Before it is used the best reading holds at once") {
  ClockSync sync;
  const Nanos offset = 5'000 * kSecond;
  sync.sample(offset - kSecond, offset, 0);  // as of a hello: half a second wrong
  sync.sample(offset, offset + kMillisecond, 500 * kMicrosecond);
  CHECK(std::abs(sync.map(kSecond) - (offset + kSecond)) <= kMillisecond);
  CHECK(sync.anchor()->error_ns <= kMillisecond);
}

TEST_CASE("A better reading never makes time run backwards") {
  ClockSync sync;
  sync.sample(10 * kSecond, 10 * kSecond + 800 * kMillisecond, 0);
  Nanos last = sync.map(0);
  for (int i = 1; i < 2000; ++i) {
    if (i == 500) sync.sample(15 * kSecond, 15 * kSecond + kMillisecond, 5 * kSecond);
    const Nanos mapped = sync.map(i * 10 * kMillisecond);
    REQUIRE(mapped > last);
    last = mapped;
  }
}
