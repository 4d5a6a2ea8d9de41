// SPDX-License-Identifier: Apache-2.0
#include "rig/plan/override.hpp"

#include "tests/rig/plan/support.hpp"
#include "tests/support/catch.hpp"

using namespace soakrig;
using namespace soakrig::plan;
using soakrig::plan::testing::kGood;
using soakrig::plan::testing::messages;
using soakrig::plan::testing::read;
using soakrig::plan::testing::read_with;

TEST_CASE("an override replaces what the profile says, or adds it") {
  const auto p =
      read_with("[[board]]\nname = \"edge\"\n",
                {"phase.hot.soak=\"30s\"", "workload.chat.threads=4",
                 "board.edge.sysroot=\"virtual\"", "soak.name=\"x\"", "verdict.window=\"10s\"",
                 "soak.seed = 5", "board.edge.limits.\"soc.temperature\".max=90"});
  INFO(messages(p));
  REQUIRE(p.ok());
  CHECK(p.spec.phases[0].soak == 30 * kSecond);
  CHECK(p.spec.workloads[0].argv[7] == "4");
  CHECK(p.spec.boards[0].sysroot == "virtual");
  CHECK(p.spec.boards[0].limits[0].max == 90.0);
  CHECK(p.spec.name == "x");
  CHECK(p.spec.seed == 5);
  CHECK(p.spec.rules.window == 10 * kSecond);
}

TEST_CASE("quotes that the shell ate are forgiven") {
  const auto p =
      read(kGood, {"phase.hot.soak=30s", "board.local.sysroot=virtual", "phase.hot.name=warm"});
  INFO(messages(p));
  REQUIRE(p.ok());
  CHECK(p.spec.phases[0].soak == 30 * kSecond);
  CHECK(p.spec.phases[0].name == "warm");
  CHECK(p.spec.boards[0].sysroot == "virtual");
}

TEST_CASE("what has no name in the profile can still be set by the name it gets") {
  const auto p = read("[workload.chat]\nkind = \"llm\"\n[[phase]]\nsoak = \"1h\"\nwork = []\n",
                      {"phase.phase1.soak=\"2h\"", "board.local.group=\"g\""});
  INFO(messages(p));
  REQUIRE(p.ok());
  CHECK(p.spec.phases[0].soak == 2 * kHour);
  CHECK(p.spec.boards[0].group == "g");
}

TEST_CASE("claims are set by the name of their figure") {
  const auto p = read_with("[[board]]\n[[board.claim]]\nname = \"power_w\"\nvalue = 15\n",
                           {"board.local.claim.power_w.value=20"});
  INFO(messages(p));
  REQUIRE(p.ok());
  CHECK(p.spec.boards[0].claims[0].value == 20.0);
}

TEST_CASE("an override is held to the same rules, and names itself as the place") {
  const auto fault = [](const std::string& assignment) {
    const auto p = read(kGood, {assignment});
    return p.ok() ? "" : p.faults.front().message();
  };
  CHECK(fault("phase.hot.soak=20") ==
        "--set phase.hot.soak=20: phase hot soak is a bare number; write a duration with its unit, "
        "such as "
        "\"100ms\", \"60s\" or \"8h\"");
  CHECK(fault("verdict.windw=\"5s\"").ends_with("did you mean 'window'?"));
  CHECK(fault("phase.hott.soak=\"5s\"") ==
        "--set phase.hott.soak=\"5s\": there is no phase 'hott' to set; did you mean 'hot'?");
  CHECK(fault("workload.chatt.threads=2").ends_with("did you mean 'chat'?"));
  CHECK(fault("board.edge.sysroot=\"virtual\"").find("no board 'edge'") != std::string::npos);
  CHECK(fault("instrument.m.accuracy=\"1%\"").find("no instrument 'm'") != std::string::npos);
  CHECK(fault("phase.hot=3").find("no phase 'hot' to set") != std::string::npos);
  CHECK(!fault("nothing").empty());
  CHECK(!fault("=3").empty());
  CHECK(!fault("a=").empty());
  CHECK(!fault("a=[1").empty());
  CHECK(!fault("a.b=1\nc=2").empty());
  CHECK(!fault("a=" + std::string(5000, 'x')).empty());
  CHECK(!fault("a" + std::string(100, '.') + "b=1").empty());
}

TEST_CASE("several of one name cannot be told apart") {
  const auto p =
      read_with("[[board]]\nname = \"a\"\n[[board]]\nname = \"a\"\nsysroot = \"virtual\"\n",
                {"board.a.group=\"g\""});
  REQUIRE(!p.ok());
  CHECK(p.faults[0].what == "several are called 'a' in board");
}

TEST_CASE("names are filled in without touching those that are there") {
  auto root = parse_toml("[[phase]]\nname = \"x\"\n[[phase]]\n", "p.toml");
  REQUIRE(root.has_value());
  fill_names(*root);
  CHECK(root->find("phase")->items[0].find("name")->text == "x");
  CHECK(root->find("phase")->items[1].find("name")->text == "phase2");
  CHECK(root->find("board")->items[0].find("name")->text == "local");
}
