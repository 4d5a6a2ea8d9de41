// SPDX-License-Identifier: Apache-2.0
#include "rig/instruments/guard/files.hpp"

#include <sys/stat.h>

#include <filesystem>

#include "rig/instruments/map_library.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/temp_dir.hpp"

using namespace soakrig;
using namespace soakrig::guard;

namespace {

GuardPlan plan_of(const std::string& run) {
  GuardPlan plan;
  plan.run = run;
  plan.controller = this_process();
  plan.lost = {make_step(instruments::load_register_map("watlow-f4t").value(), "set_point",
                         "tcp://127.0.0.1:1?unit=1", 23.0, "safe", 0.05)
                   .value()};
  return plan;
}

}  // namespace

TEST_CASE("Plans and states are kept by run, and removed whole") {
  const test::TempDir dir;
  const auto files = Files::open(dir.file("guard")).value();
  CHECK(files.runs().empty());
  REQUIRE(files.save(plan_of("b-2")));
  REQUIRE(files.save(plan_of("a-1")));
  CHECK(files.runs() == std::vector<std::string>{"a-1", "b-2"});
  CHECK(files.plan("a-1").value().run == "a-1");
  CHECK(files.state("a-1").value().stage == Stage::armed);  // none was written yet
  GuardState state;
  state.stage = Stage::tripped;
  REQUIRE(files.save("a-1", state));
  CHECK(files.state("a-1").value().stage == Stage::tripped);
  files.remove("a-1");
  CHECK(files.runs() == std::vector<std::string>{"b-2"});
  CHECK_FALSE(std::filesystem::exists(files.state_path("a-1")));
}

TEST_CASE("A lock is held by one at a time and goes with its holder") {
  const test::TempDir dir;
  const auto files = Files::open(dir.file("guard")).value();
  auto held = files.lock_bus("tcp://a:502");
  REQUIRE(held);
  CHECK(files.lock_bus("tcp://a:502").error().code == Errc::busy);
  CHECK(files.lock_bus("tcp://b:502"));
  held->reset();
  auto again = files.lock_bus("tcp://a:502");
  CHECK(again);
  // A lock whose file its holder removed is not the lock any more.
  files.forget_bus("tcp://a:502");
  CHECK(files.lock_bus("tcp://a:502"));
}

TEST_CASE("What others could have written is not believed") {
  const test::TempDir dir;
  const auto files = Files::open(dir.file("guard")).value();
  REQUIRE(files.save(plan_of("a")));
  REQUIRE(::chmod(files.plan_path("a").c_str(), 0666) == 0);
  CHECK(files.plan("a").error().code == Errc::unsupported);
  // A link to somewhere else, and a plan under another run's name.
  REQUIRE(::chmod(files.plan_path("a").c_str(), 0600) == 0);
  std::filesystem::create_symlink(files.plan_path("a"), files.plan_path("b"));
  CHECK(files.plan("b").error().code == Errc::unsupported);
  std::filesystem::remove(files.plan_path("b"));
  std::filesystem::copy(files.plan_path("a"), files.plan_path("b"));
  CHECK(files.plan("b").error().code == Errc::invalid);
  REQUIRE(::chmod(files.folder().c_str(), 0777) == 0);
  CHECK(Files::open(files.folder()).error().code == Errc::unsupported);
}

TEST_CASE("A run's name cannot lead anywhere else") {
  for (const char* name : {"", "../x", "a/b", "a.b", "a b"}) CHECK_FALSE(is_run_name(name));
  CHECK(is_run_name("20260301-120000-0000abcd"));
}
