// SPDX-License-Identifier: Apache-2.0
#include "probes/agent/strangers.hpp"

#include "tests/support/catch.hpp"

using namespace soakrig;
using namespace soakrig::agent;

namespace {

// 1000 ticks between the two readings, over two cores.
probes::CpuTicks later(std::uint64_t idle, std::uint64_t steal = 0) {
  return {11'000, 5'000 + idle, 100 + steal, true};
}
const probes::CpuTicks kBefore{10'000, 5'000, 100, true};

}  // namespace

TEST_CASE("A machine that only runs the load has no strangers") {
  const auto share = strangers_between(kBefore, later(0), 2, 2.0);
  REQUIRE(share);
  CHECK(share->share == 0);
  CHECK_FALSE(share->contended);
}

TEST_CASE("Strangers are what is busy and not ours") {
  const auto share = strangers_between(kBefore, later(0), 2, 1.2);
  REQUIRE(share);
  CHECK(share->share == Approx(0.4));
  CHECK(share->contended);
}

TEST_CASE("Strangers who leave room contend with nobody") {
  const auto share = strangers_between(kBefore, later(400), 2, 1.0);
  REQUIRE(share);
  CHECK(share->share == Approx(0.1));
  CHECK_FALSE(share->contended);
}

TEST_CASE("Time that the hypervisor took is not a stranger's") {
  const auto share = strangers_between(kBefore, later(0, 500), 2, 1.0);
  REQUIRE(share);
  CHECK(share->share == Approx(0));
}

TEST_CASE("A little is no contention, and rounding is nothing") {
  CHECK_FALSE(strangers_between(kBefore, later(0), 2, 1.92)->contended);
  CHECK(strangers_between(kBefore, later(0), 2, 2.1)->share == 0);
}

TEST_CASE("Without two readings there is no share") {
  CHECK_FALSE(strangers_between({}, later(0), 2, 1));
  CHECK_FALSE(strangers_between(kBefore, kBefore, 2, 1));
  CHECK_FALSE(strangers_between(kBefore, later(0), 0, 1));
  probes::CpuTicks back = later(0);
  back.idle = 0;
  CHECK_FALSE(strangers_between(kBefore, back, 2, 1));
}

TEST_CASE("This machine can be sampled") {
  Strangers strangers;
  const auto first = strangers.sample(0);
  CHECK(first.states[0] == State::no_data);
  CHECK(Strangers::source().channels.size() == first.values.size());
}
