// SPDX-License-Identifier: Apache-2.0
#include "rig/instruments/guard/state.hpp"

#include "tests/support/catch.hpp"

using namespace soakrig;
using namespace soakrig::guard;

TEST_CASE("A state comes back from its file as it went") {
  for (const Stage stage : {Stage::armed, Stage::lost, Stage::tripped}) {
    GuardState state;
    state.stage = stage;
    state.reason = "a \"reason\"";
    state.since = "2026-03-01T12:00:00.000Z";
    state.safe = stage == Stage::lost;
    state.load_stopped = true;
    state.guard = {4, 5, "boot"};
    state.steps = {{"set", true, ""}, {"off", false, "no answer"}};
    const auto back = parse_state(encode_state(state), "s").value();
    CHECK(encode_state(back) == encode_state(state));
    CHECK(back.steps == state.steps);
  }
}

TEST_CASE("What is not a state is refused with the file's name") {
  for (const char* text : {"", "{}", "[]", R"({"stage":"armed"})",
                           R"({"stage":"hot","reason":"","since":"","safe":true,
                               "load_stopped":false,"steps":[],
                               "guard":{"pid":4,"start_time":5,"boot_id":"b"}})",
                           R"({"stage":"lost","reason":"","since":"","safe":1,
                               "load_stopped":false,"steps":[],
                               "guard":{"pid":4,"start_time":5,"boot_id":"b"}})"}) {
    INFO(text);
    const auto parsed = parse_state(text, "the-file");
    REQUIRE_FALSE(parsed);
    CHECK(parsed.error().file == "the-file");
  }
}
