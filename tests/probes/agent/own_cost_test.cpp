// SPDX-License-Identifier: Apache-2.0
#include "probes/agent/own_cost.hpp"

#include "tests/support/catch.hpp"

using namespace soakrig;
using namespace soakrig::agent;

TEST_CASE("resident pages are the second number of statm") {
  CHECK(parse_resident_pages("1234 567 89 1 0 2 0\n") == 567);
  CHECK(parse_resident_pages("1234") == -1);
  CHECK(parse_resident_pages("") == -1);
  CHECK(parse_resident_pages("1 x") == -1);
}

TEST_CASE("a row has the channels of its source, and no rate without time") {
  OwnCost cost(1000);
  const auto source = OwnCost::source();
  CHECK(source.name == "agent");
  CHECK(source.channels[0].name == "agent.cpu");
  CHECK(source.channels[1].name == "agent.memory");
  CHECK(source.channels[2].name == "agent.overruns");
  CHECK(cost.sample(1000, 0).states[0] == State::no_data);
  const auto& row = cost.sample(1000 + kSecond, 3);
  CHECK(row.values.size() == source.channels.size());
  CHECK(row.states == std::vector<State>(3, State::good));
  CHECK(row.values[0] >= 0);
  CHECK(row.values[1] > 0);
  CHECK(row.values[2] == 3);
}
