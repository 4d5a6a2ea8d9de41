// SPDX-License-Identifier: Apache-2.0
//
// Ends of real agents, here and behind ssh: tests/system/ssh_board_test.py.
#include "rig/app/orphans.hpp"

#include "tests/support/catch.hpp"

using namespace soakrig;
using namespace soakrig::app;

namespace {

store::ArchivedRun run(const std::string& id, RunState state) {
  store::ArchivedRun out;
  out.header.id = id;
  out.state = state;
  return out;
}

}  // namespace

TEST_CASE("Only an agent that nobody drives and no run wants is an orphan") {
  const std::vector<store::ArchivedRun> runs = {run("a-1", RunState::running),
                                                run("a-2", RunState::interrupted),
                                                run("a-3", RunState::sealed)};
  const auto alone = [](const std::string& name, Nanos time) { return Resident{name, 7, time, 0}; };
  const auto dead = [](const std::string& name) { return Resident{name, 0, std::nullopt, 9}; };
  CHECK(standing_of({"x-9-0", 7, std::nullopt, 0}, runs) == Standing::driven);  // by another rig
  CHECK(standing_of(alone("x-9-0", kSecond), runs) == Standing::driven);        // between two links
  CHECK(standing_of(alone("x-9-0", kHour), runs) == Standing::orphaned);
  CHECK(standing_of(dead("x-9-0"), runs) == Standing::orphaned);
  CHECK(standing_of(alone("a-1-0.state", kHour), runs) == Standing::driven);
  CHECK(standing_of(alone("a-2-0.state", kHour), runs) == Standing::resumable);
  CHECK(standing_of(dead("a-2-1"), runs) == Standing::resumable);
  CHECK(standing_of(alone("a-3-0.state", kHour), runs) == Standing::orphaned);
  CHECK(standing_of(dead("a-3-0"), {}) == Standing::orphaned);
}

TEST_CASE("An orphan is told with its run, its process and what it still has") {
  const std::string text = describe({"a-2-0.state", 7, 90 * kSecond, 1'250'000});
  for (const char* part : {"run a-2 ", "pid 7", "1.2 MB"}) {
    CHECK(text.find(part) != std::string::npos);
  }
  CHECK(describe({"a-2-0.state", 0, std::nullopt, 0}).find("dead") != std::string::npos);
  CHECK_FALSE(AgentPlace::reach("ssh://"));
}
