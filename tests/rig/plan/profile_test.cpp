// SPDX-License-Identifier: Apache-2.0
#include "rig/plan/profile.hpp"

#include "tests/rig/plan/support.hpp"
#include "tests/support/catch.hpp"

using namespace soakrig;
using namespace soakrig::plan;
using soakrig::plan::testing::kGood;
using soakrig::plan::testing::messages;
using soakrig::plan::testing::read;
using soakrig::plan::testing::read_with;

TEST_CASE("a small profile becomes a run with every default of the design") {
  const Profile profile = read(kGood);
  INFO(messages(profile));
  REQUIRE(profile.ok());
  const RunSpec& spec = profile.spec;
  CHECK(spec.name == "night");
  CHECK(spec.seed == 1);
  CHECK(spec.sample == 100 * kMillisecond);
  CHECK(spec.orphan_limit == 24 * kHour);
  CHECK(spec.rules.window == 60 * kSecond);
  CHECK(spec.rules.short_window == 5 * kSecond);
  CHECK(spec.rules.stability_min == 0.97);
  CHECK(spec.rules.claim_min == 0.95);
  CHECK(spec.rules.coverage_min == 0.99);
  CHECK(spec.rules.max_incidents == 0);
  CHECK(spec.rules.steal_max == 0.02);
  CHECK(!spec.chamber);
  CHECK(spec.notify.run.empty());
  REQUIRE(spec.boards.size() == 1);
  CHECK(spec.boards[0].name == "local");
  CHECK(spec.boards[0].connect == "local");
  CHECK(spec.boards[0].sysroot.empty());
  REQUIRE(spec.phases.size() == 1);
  CHECK(spec.phases[0].name == "hot");
  CHECK(spec.phases[0].soak == 20 * kSecond);
  CHECK(spec.phases[0].tolerance == 1.0);
  CHECK(!spec.phases[0].ambient);
  CHECK(!spec.phases[0].reference);
  CHECK(spec.phases[0].work == std::vector<std::string>{"chat"});
}

TEST_CASE("all faults are reported at once, in the order of their lines") {
  const Profile profile = read(
      "[workload.chat]\nkind = \"llm\"\nshape = \"tiny\"\nthreds = 2\n"
      "[[phase]]\nsoak = 20\nwork = [\"chatt\"]\n[verdict]\nwindw = \"5s\"\n");
  REQUIRE(profile.faults.size() == 4);
  CHECK(profile.faults[0].message() ==
        "dir/night.toml:4: unknown key 'threds' in [workload.chat]; did you mean 'threads'?");
  CHECK(profile.faults[1].line == 6);
  CHECK(profile.faults[2].line == 7);
  CHECK(profile.faults[3].message() ==
        "dir/night.toml:9: unknown key 'windw' in [verdict]; did you mean 'window'?");
}

TEST_CASE("the short form gives the first fault") {
  const auto bad = parse_profile("[soak]\nsample = 100\n", "p.toml");
  REQUIRE(!bad);
  CHECK(bad.error().file == "p.toml");
  CHECK(parse_profile(kGood, "p.toml").has_value());
}

TEST_CASE("the name of the run is the stem of the file, made fit for a file name") {
  CHECK(read_profile(kGood, "a/b c!.toml").spec.name == "b_c_");
  CHECK(read_profile(kGood, "-x.toml").spec.name == "soak");
  CHECK(read_with("[soak]\nname = \"other\"\n").spec.name == "other");
  CHECK(!read_with("[soak]\nname = \"../x\"\n").ok());
}

TEST_CASE("what is too large or too deep is one fault") {
  const auto one_fault = [](const std::string& text) {
    const Profile p = read(text);
    INFO(messages(p).substr(0, 2000));
    CHECK(p.faults.size() == 1);
    return p.faults.front().what;
  };
  CHECK(one_fault(std::string(kMaxProfileBytes + 1, '#')) == "larger than 1024 KiB");
  CHECK(one_fault(std::string(10 << 20, 'x')) == "larger than 1024 KiB");
  CHECK(one_fault("a = " + std::string(1000, '[')) == "brackets nested too deeply");
  std::string dots = "a";
  for (int i = 0; i < 100'000; ++i) dots += ".a";
  CHECK(one_fault("[" + dots + "]") == "a dotted name with too many parts");
  CHECK(one_fault(dots + " = 1") == "a dotted name with too many parts");
}

TEST_CASE("an empty profile says what it lacks") {
  const Profile p = read("");
  CHECK(
      messages(p) ==
      "dir/night.toml: the profile has no 'workload'; add it: a table of its own for each, such as "
      "[workload.chat]\n"
      "dir/night.toml: the profile has no 'phase'; add it: [[phase]] with two brackets: there may "
      "be several\n");
}
