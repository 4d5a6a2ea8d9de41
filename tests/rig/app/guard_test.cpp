// SPDX-License-Identifier: Apache-2.0
#include <cstdlib>

#include "rig/app/command.hpp"
#include "rig/instruments/guard/files.hpp"
#include "rig/instruments/map_library.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/temp_dir.hpp"

namespace soakrig::app {
int command_guard(std::span<const std::string> args);
}

using namespace soakrig;

namespace {

struct Fixture {
  test::TempDir dir;
  guard::Files files = guard::Files::open(dir.file("guard")).value();
  Fixture() { ::setenv("SOAKRIG_GUARD_DIR", dir.file("guard").c_str(), 1); }
  ~Fixture() { ::unsetenv("SOAKRIG_GUARD_DIR"); }
  Fixture(const Fixture&) = delete;
  Fixture& operator=(const Fixture&) = delete;

  static int guard(const std::vector<std::string>& words) { return app::command_guard(words); }
  void leave(const std::string& run, bool safe) {
    guard::GuardPlan plan;
    plan.run = run;
    plan.name = "night";
    plan.controller = {1 << 22, 1, "no-such-boot"};
    plan.lost = {guard::make_step(instruments::load_register_map("watlow-f4t").value(), "set_point",
                                  "tcp://127.0.0.1:1?unit=1", 23.0, "safe", 0.05)
                     .value()};
    guard::GuardState state;
    state.stage = guard::Stage::tripped;
    state.safe = safe;
    state.guard = plan.controller;
    REQUIRE(files.save(plan));
    REQUIRE(files.save(run, state));
  }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "A trip is cleared by name, once its chamber is safe") {
  CHECK(guard({"status"}) == 0);
  CHECK(guard({"clear"}) == 0);
  leave("run-1", false);
  CHECK(guard({"clear"}) == 2);
  leave("run-1", true);
  leave("run-2", true);
  CHECK(guard({"clear", "run"}) == 4);  // which?
  CHECK(guard({"clear", "other"}) == 4);
  CHECK(guard({"clear", "run-1"}) == 0);
  CHECK(files.runs() == std::vector<std::string>{"run-2"});
  CHECK(guard({"status", "--json"}) == 0);
  leave("run-2", false);
  CHECK(guard({"clear", "--force"}) == 0);
  CHECK(files.runs().empty());
}

TEST_CASE_METHOD(Fixture, "A run that goes on keeps its guard, whatever is said") {
  leave("run-1", false);
  auto plan = files.plan("run-1").value();
  plan.controller = this_process();
  REQUIRE(files.save(plan));
  REQUIRE(files.save("run-1", guard::GuardState{}));
  CHECK(guard({"clear", "--force"}) == 2);
  CHECK(files.runs().size() == 1);
}

TEST_CASE_METHOD(Fixture, "Usage errors are usage errors") {
  CHECK(guard({}) == 4);
  CHECK(guard({"arm"}) == 4);
  CHECK(guard({"--help"}) == 0);
}
