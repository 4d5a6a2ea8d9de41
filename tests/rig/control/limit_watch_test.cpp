// SPDX-License-Identifier: Apache-2.0
#include "rig/control/limit_watch.hpp"

#include "tests/support/catch.hpp"

using namespace soakrig;
using namespace soakrig::control;

namespace {

const SourceInfo kSource{"thermal_zone", 100, {{"soc.temperature", "Cel", "", {}, ""}}};

Batch readings(std::initializer_list<double> values, State state = State::good) {
  Batch batch;
  batch.columns = 1;
  Nanos t = 0;
  for (const double v : values) batch.add_row(t += 100, &v, &state);
  return batch;
}

}  // namespace

TEST_CASE("A breach is told once when it begins and once when it ends") {
  LimitWatch watch({{"soc.temperature", std::nullopt, 90.0, LimitAction::stop}});
  CHECK(watch.feed(kSource, readings({80, 91, 92})).empty());  // two are not yet three
  const auto begun = watch.feed(kSource, readings({93, 94, 95}));
  REQUIRE(begun.size() == 1);
  CHECK(begun[0].broken);
  CHECK(begun[0].value == 93);
  CHECK(begun[0].t == 100);
  const auto ended = watch.feed(kSource, readings({96, 89, 89}));
  REQUIRE(ended.size() == 1);
  CHECK_FALSE(ended[0].broken);
}

TEST_CASE("One wild reading, and readings that are not good, break nothing") {
  LimitWatch watch({{"soc.temperature", 0.0, 90.0, LimitAction::trip}});
  CHECK(watch.feed(kSource, readings({80, 200, 80, 200, 80})).empty());
  CHECK(watch.feed(kSource, readings({200, 200, 200, 200}, State::error)).empty());
  CHECK(watch.feed(kSource, readings({-5, -5, -5})).size() == 1);
}

TEST_CASE("Another channel is another matter") {
  LimitWatch watch({{"board.power", std::nullopt, 1.0, LimitAction::warn}});
  CHECK(watch.feed(kSource, readings({80, 80, 80, 80})).empty());
}
