// SPDX-License-Identifier: Apache-2.0
#include "dashboard/run/align.hpp"

#include "tests/support/catch.hpp"

using namespace soakrig;
using namespace soakrig::dashboard;

TEST_CASE("Runs are laid over one another by start, last dwell or first trouble") {
  RunModel run;
  run.phases.push_back({0, "cold", 0, 10, 100, 110, 90});
  run.phases.push_back({1, "hot", 110, 200, std::nullopt, std::nullopt, 0});
  run.marks.push_back({150, Marker::triangle, Severity::alarm, "", "incident", "x", true});
  CHECK(anchor_of(run, AlignBy::start) == 0);
  CHECK(anchor_of(run, AlignBy::dwell) == 200);
  CHECK(anchor_of(run, AlignBy::event) == 150);
  CHECK(anchor_of(RunModel{}, AlignBy::dwell) == 0);
  CHECK(anchor_of(RunModel{}, AlignBy::event) == 0);
  for (const auto by : {AlignBy::start, AlignBy::dwell, AlignBy::event})
    CHECK(parse_align(to_string(by)) == by);
  CHECK_FALSE(parse_align("moon"));
}

TEST_CASE("Only what is not the same everywhere is a difference; what one lacks is a dash") {
  RunModel a, b;
  for (RunModel* run : {&a, &b}) {
    run->judgement.emplace();
    run->judgement->boards.emplace_back().facts = {{"kernel", "6.1"}, {"model", "pi"}};
  }
  CHECK(differences({&a, &b}).empty());
  b.judgement->boards[0].facts["kernel"] = "6.6";
  b.judgement->boards[0].facts["fan"] = "yes";
  const auto found = differences({&a, &b});
  REQUIRE(found.size() == 2);
  CHECK(found.at("kernel") == std::vector<std::string>{"6.1", "6.6"});
  CHECK(found.at("fan") == std::vector<std::string>{"–", "yes"});
  CHECK(differences({}).empty());
}
