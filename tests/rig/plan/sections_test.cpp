// SPDX-License-Identifier: Apache-2.0
#include "rig/plan/sections.hpp"

#include "tests/rig/plan/support.hpp"
#include "tests/support/catch.hpp"

using namespace soakrig;
using namespace soakrig::plan;
using soakrig::plan::testing::messages;
using soakrig::plan::testing::read_with;

TEST_CASE("paths count from the profile's folder and never look like a bare name") {
  CHECK(resolve_path("/a/b", "c") == "/a/b/c");
  CHECK(resolve_path("/a/b", "../c") == "/a/c");
  CHECK(resolve_path("/a/b", "/c/d") == "/c/d");
  CHECK(resolve_path("", "./c") == "./c");
  CHECK(resolve_path("", "x/../c") == "./c");
}

TEST_CASE("[soak] and [verdict] are read") {
  const auto p = read_with(
      "[soak]\nname = \"n\"\nseed = 7\nsample = \"1s\"\nnotes = \"hi\"\norphan_limit = \"1h\"\n"
      "[verdict]\nwindow = \"10s\"\nshort_window = \"2s\"\nstability_min = 0.9\nclaim_min = 0.8\n"
      "coverage_min = 0.7\nmax_incidents = 3\nsteal_max = \"5%\"\n");
  INFO(messages(p));
  REQUIRE(p.ok());
  CHECK(p.spec.name == "n");
  CHECK(p.spec.seed == 7);
  CHECK(p.spec.sample == kSecond);
  CHECK(p.spec.notes == "hi");
  CHECK(p.spec.orphan_limit == kHour);
  CHECK(p.spec.rules.window == 10 * kSecond);
  CHECK(p.spec.rules.short_window == 2 * kSecond);
  CHECK(p.spec.rules.stability_min == 0.9);
  CHECK(p.spec.rules.claim_min == 0.8);
  CHECK(p.spec.rules.coverage_min == 0.7);
  CHECK(p.spec.rules.max_incidents == 3);
  CHECK(p.spec.rules.steal_max == 0.05);
}

TEST_CASE("windows must fit into each other") {
  CHECK(read_with("[verdict]\nwindow = \"5s\"\nshort_window = \"5s\"\n").ok());
  CHECK(
      messages(read_with("[verdict]\nwindow = \"2s\"\n")) ==
      "dir/night.toml:10: [verdict] short_window (5.0 s) is longer than window (2.0 s); make it at "
      "most as long\n");
  CHECK(!read_with("[soak]\nsample = \"10s\"\n").ok());
}

TEST_CASE("[notify] runs a program by argv, for all occasions unless told which") {
  const auto p = read_with("[notify]\nrun = [\"./tell\", \"-x\"]\n");
  REQUIRE(p.ok());
  CHECK(p.spec.notify.run == std::vector<std::string>{"dir/tell", "-x"});
  CHECK(p.spec.notify.on == std::vector<std::string>{"incident", "trip", "end"});
  const auto named = read_with("[notify]\non = [\"end\"]\nrun = [\"notify-send\"]\n");
  REQUIRE(named.ok());
  CHECK(named.spec.notify.run[0] == "notify-send");
  CHECK(named.spec.notify.on == std::vector<std::string>{"end"});
  CHECK(!read_with("[notify]\non = [\"end\"]\n").ok());
  CHECK(!read_with("[notify]\non = [\"start\"]\nrun = [\"x\"]\n").ok());
  CHECK(!read_with("[notify]\nrun = \"notify-send hi\"\n").ok());
}

TEST_CASE("a table written with the wrong brackets is a fault") {
  CHECK(!read_with("[[soak]]\nname = \"x\"\n").ok());
  CHECK(messages(read_with("[board]\nname = \"x\"\n")) ==
        "dir/night.toml:9: the profile board is a table; write [[board]] with two brackets: there "
        "may "
        "be several\n");
  CHECK(!soakrig::plan::testing::read("soak = 3\nboard = 4\nworkload = 5\nphase = \"x\"\n").ok());
}
