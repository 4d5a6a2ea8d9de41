// SPDX-License-Identifier: Apache-2.0
#include "rig/app/guard_text.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/text.hpp"

using namespace soakrig;
using namespace soakrig::app;
using guard::Stage;

namespace {

GuardedRun found(Stage stage, bool safe = false) {
  guard::GuardPlan plan;
  plan.run = "run-1";
  plan.name = "night";
  plan.lost.resize(1);
  plan.lost[0].connect = "tcp://chamber:502?unit=1";
  guard::GuardState state;
  state.stage = stage;
  state.safe = safe;
  state.reason = "why it was";
  state.since = "2026-03-01T12:00:00.000Z";
  if (stage != Stage::armed) state.steps = {{"safe set-point", safe, safe ? "" : "no answer"}};
  return {"run-1", plan, state};
}

using soakrig::test::has;

}  // namespace

TEST_CASE("Nothing guarded is said in words, not by silence") {
  CHECK(has(guard_status_text({}), "no chamber is guarded"));
  CHECK(guard_status_json({}) == "{\"guards\":[]}\n");
}

TEST_CASE("A guard that acted says what, why, and what it could not do") {
  GuardedRun run = found(Stage::tripped);
  run.guard_alive = true;
  const std::string text = guard_status_text({run});
  for (const char* part : {"night", "tripped", "tcp://chamber:502", "why it was",
                           "NOT DONE safe set-point: no answer", "NOT KNOWN SAFE", "at work"}) {
    INFO(text);
    CHECK(has(text, part));
  }
  const std::string safe = guard_status_text({found(Stage::lost, true)});
  CHECK(has(safe, "done safe set-point\n"));
  CHECK(has(safe, "chamber safe"));
  CHECK_FALSE(has(safe, "NOT DONE"));
}

TEST_CASE("An armed plan without a guard is not called armed") {
  GuardedRun run = found(Stage::armed);
  CHECK(guard_standing(run) == "unguarded");
  run.guard_alive = true;
  CHECK(guard_standing(run) == "armed");
}

TEST_CASE("A plan that cannot be read is shown as such") {
  GuardedRun run = found(Stage::armed);
  run.plan = Error{Errc::invalid, "broken", "", "f"};
  run.state = Error{Errc::invalid, "broken", "", "f"};
  CHECK(has(guard_status_text({run}), "unreadable: f: broken"));
  CHECK(has(guard_status_json({run}), "\"standing\":\"unreadable\""));
  CHECK_FALSE(may_clear(run));
}

TEST_CASE("Only what is known to be safe may be cleared") {
  GuardedRun armed = found(Stage::armed);
  CHECK(may_clear(armed).error().code == Errc::unsupported);  // nobody acted yet
  armed.controller_alive = true;
  CHECK(may_clear(armed).error().code == Errc::busy);
  CHECK(may_clear(found(Stage::tripped)).error().code == Errc::unsupported);
  CHECK(may_clear(found(Stage::tripped, true)));
  CHECK(may_clear(found(Stage::lost, true)));
}
