// SPDX-License-Identifier: Apache-2.0
#include "rig/base/run_state.hpp"

#include "tests/support/catch.hpp"

using namespace soakrig;

TEST_CASE("every state of a run has one spelling, both ways") {
  for (const RunState state :
       {RunState::running, RunState::interrupted, RunState::ended_unsealed, RunState::sealed}) {
    CHECK(parse_run_state(to_string(state)) == state);
  }
  CHECK(to_string(RunState::ended_unsealed) == "ended-unsealed");
  CHECK_FALSE(parse_run_state("Sealed"));
  CHECK_FALSE(parse_run_state(""));
}

TEST_CASE("over is what ended in order, sealed or not") {
  CHECK(is_over(RunState::sealed));
  CHECK(is_over(RunState::ended_unsealed));
  CHECK_FALSE(is_over(RunState::running));
  CHECK_FALSE(is_over(RunState::interrupted));
}
