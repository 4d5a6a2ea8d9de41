// SPDX-License-Identifier: Apache-2.0
// Also tests: speed_rules.cpp
#include "results/analysis/findings.hpp"

#include "results/analysis/speed_rules.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/plant.hpp"

using namespace soakrig;
using namespace soakrig::analysis;
using namespace soakrig::test;

namespace {

const Finding kPass{Verdict::pass, "all well", false};
const Finding kFail{Verdict::fail, "too slow", false};
const Finding kUnseen{Verdict::inconclusive, "unseen", true};
const Finding kStolen{Verdict::inconclusive, "stolen", false};
const std::vector<Finding> kFault{{Verdict::error, "rig fault: chamber gone", false}};

}  // namespace

TEST_CASE("fail before error before inconclusive before pass") {
  CHECK(rule({}, {}).verdict == Verdict::pass);
  CHECK(rule(std::vector{kPass}, {}).verdict == Verdict::pass);
  CHECK(rule(std::vector{kPass, kUnseen}, {}).verdict == Verdict::inconclusive);
  CHECK(rule(std::vector{kPass, kUnseen}, kFault).verdict == Verdict::error);
  CHECK(rule(std::vector{kUnseen, kFail}, kFault).verdict == Verdict::fail);
}

TEST_CASE("a rig fault is an error only where data are wanting") {
  CHECK(rule(std::vector{kPass}, kFault).verdict == Verdict::pass);
  CHECK(rule(std::vector{kStolen}, kFault).verdict == Verdict::inconclusive);
}

TEST_CASE("the deciding reasons come first, and passes only speak where nothing else does") {
  CHECK(rule(std::vector{kPass, kUnseen, kFail}, {}).reasons ==
        std::vector<std::string>{"too slow", "unseen"});
  CHECK(rule(std::vector{kUnseen}, kFault).reasons ==
        std::vector<std::string>{"rig fault: chamber gone", "unseen"});
  CHECK(rule(std::vector{kPass}, {}).reasons == std::vector<std::string>{"all well"});
}

TEST_CASE("stability is judged for each workload of each phase") {
  Plant plant;
  plant.sensors(1200).work("chat", {}, 0, 600);
  plant.work("chat", {}, 600, 1200, pulse(900, 1e9, 0.9, 1));
  const RunView run = make_run({plant.board()}, {{"a", 600}, {"b", 600}});
  const auto phases = analyse_phases(run, run.boards[0]);
  const auto found = judge_stability(run, run.boards[0], phases, {});
  REQUIRE(found.size() == 2);
  CHECK(found[0].verdict == Verdict::pass);
  CHECK(found[1].verdict == Verdict::fail);
  CHECK(found[1].reason ==
        "stability 0.900 < 0.97 (chat in phase b, worst / best window of 1m 00s)");
}
