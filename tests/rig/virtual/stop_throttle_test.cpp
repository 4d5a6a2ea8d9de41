// SPDX-License-Identifier: Apache-2.0
#include "rig/virtual/throttle.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/child.hpp"

using namespace soakrig;
using namespace soakrig::virtual_bench;
using test::Child;
using test::eventually;

TEST_CASE("the processes run for their share of each period and stop for the rest") {
  const Child child(&test::wait_for_ever);
  const auto throttle = make_stop_throttle();
  CHECK(throttle->kind() == "stop");
  throttle->govern({child.id()});
  Nanos now = kSecond;
  CHECK(throttle->tick(now) == 0);  // not slowed: nothing to do
  throttle->set(0.75, 2.0);
  // Stopped for a quarter of 40 ms, then running for three.
  CHECK(throttle->tick(now) == now + 10 * kMillisecond);
  CHECK(eventually([&] { return child.state() == 'T'; }));
  CHECK(throttle->tick(now + 5 * kMillisecond) == now + 10 * kMillisecond);
  now += 10 * kMillisecond;
  CHECK(throttle->tick(now) == now + 30 * kMillisecond);
  CHECK(eventually([&] { return child.state() != 'T'; }));
}

TEST_CASE("no longer slowed, let go, lifted or destroyed: it runs") {
  const Child child(&test::wait_for_ever);
  const auto stopped = [&] { return eventually([&] { return child.state() == 'T'; }); };
  const auto runs = [&] { return eventually([&] { return child.state() != 'T'; }); };
  auto throttle = make_stop_throttle();
  const auto stop = [&] {
    throttle->govern({child.id()});
    throttle->set(0.1, 1.0);
    Nanos now = kSecond;
    while (child.state() != 'T') now = throttle->tick(now);
    return stopped();
  };
  REQUIRE(stop());
  throttle->set(1.0, 1.0);
  CHECK(runs());
  REQUIRE(stop());
  throttle->govern({});
  CHECK(runs());
  REQUIRE(stop());
  throttle->lift();
  CHECK(runs());
  REQUIRE(stop());
  throttle.reset();
  CHECK(runs());
}

TEST_CASE("a pid that belongs to another process by now is left alone") {
  const Child child(&test::wait_for_ever);
  ProcessId stranger = child.id();
  stranger.start_time += 1;
  const auto throttle = make_stop_throttle();
  throttle->govern({stranger});
  throttle->set(0.1, 1.0);
  Nanos now = kSecond;
  for (int i = 0; i < 10; ++i) now = throttle->tick(now);
  CHECK(child.state() != 'T');
}
