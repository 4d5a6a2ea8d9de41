// SPDX-License-Identifier: Apache-2.0
#include "rig/control/liveness.hpp"

#include "tests/support/catch.hpp"

using namespace soakrig::control;

namespace {
Liveness judge(Sign ssh, Sign console, Sign ping, Sign supply) {
  return judge_liveness({{"heartbeat", Sign::silent, ""},
                         {"ssh", ssh, ""},
                         {"console", console, ""},
                         {"ping", ping, ""},
                         {"supply", supply, ""}});
}
}  // namespace

TEST_CASE("a board is as alive as its highest rung") {
  using enum Sign;
  CHECK(judge(alive, silent, silent, unknown) == Liveness::well);
  CHECK(judge(refuses, silent, unknown, unknown) == Liveness::no_service);
  CHECK(judge(silent, silent, alive, unknown) == Liveness::no_service);
  CHECK(judge(silent, alive, silent, alive) == Liveness::talking);
  CHECK(judge(silent, silent, silent, silent) == Liveness::off);
  CHECK(judge(silent, silent, silent, alive) == Liveness::wedged);
  CHECK(judge(silent, silent, unknown, alive) == Liveness::wedged);
}

TEST_CASE("what cannot be looked at proves nothing") {
  using enum Sign;
  CHECK(judge(silent, silent, silent, unknown) == Liveness::unreachable);  // perhaps it has no power
  CHECK(judge(silent, unknown, unknown, alive) == Liveness::unreachable);  // perhaps the cable
  CHECK(judge(unknown, unknown, unknown, unknown) == Liveness::unreachable);
  CHECK(judge_liveness({}) == Liveness::unreachable);
  CHECK(to_string(Liveness::no_service) == "no-service");
  CHECK(to_string(Sign::refuses) == "refuses");
}
