// SPDX-License-Identifier: Apache-2.0
//
// settle = { … } (rig/plan/section_settle.cpp).
#include "tests/rig/plan/support.hpp"
#include "tests/support/catch.hpp"

using namespace soakrig;
using namespace soakrig::plan;
using soakrig::plan::testing::messages;
using soakrig::plan::testing::read_with;

namespace {

std::string chamber(const std::string& more = "") {
  return "[chamber]\nconnect = \"virtual\"\n" + more + "\n";
}
std::string phase(const std::string& soak, const std::string& more = "ambient = 50") {
  return "[[phase]]\nname = \"p\"\nwork = [\"chat\"]\nsoak = \"" + soak + "\"\n" + more + "\n";
}
SettleRules rules(const std::string& text) {
  const auto p = read_with(text);
  INFO(messages(p));
  REQUIRE(p.ok());
  return p.spec.phases.back().settle;
}

}  // namespace

TEST_CASE("boards are waited for in long phases that set the air") {
  CHECK(rules(chamber() + phase("1h")).board_over == 15 * kMinute);
  CHECK(rules(chamber() + phase("1h")).board_within == 3.0);
  CHECK(rules(chamber() + phase("59min")).board_over == 0);
  CHECK(rules(chamber() + phase("8h", "")).board_over == 0);  // whatever the room is
  CHECK(rules(phase("8h", "")).board_over == 0);
}

TEST_CASE("a phase's rules stand over the chamber's, key by key") {
  const std::string all =
      "settle = { air_for = \"1min\", board_within = 1.0, board_over = \"10min\", "
      "ramp_max = \"2h\", out_of_band_max = \"5min\", board_max = \"1h\" }";
  const SettleRules of_chamber = rules(chamber(all) + phase("10min"));
  CHECK(of_chamber.air_for == kMinute);
  CHECK(of_chamber.board_within == 1.0);
  CHECK(of_chamber.board_over == 10 * kMinute);
  CHECK(of_chamber.ramp_max == 2 * kHour);
  CHECK(of_chamber.out_of_band_max == 5 * kMinute);
  CHECK(of_chamber.board_max == kHour);
  const SettleRules own =
      rules(chamber(all) + phase("10min", "ambient = 50\nsettle = { board_over = \"0s\" }"));
  CHECK(own.board_over == 0);
  CHECK(own.air_for == kMinute);
  // Also where there is no chamber: the room's air, the same board.
  CHECK(rules(phase("10min", "settle = { board_over = \"5min\" }")).board_over == 5 * kMinute);
}

TEST_CASE("a board that has less time than it is watched for can never settle") {
  const auto p = read_with(chamber("settle = { board_over = \"10min\", board_max = \"10min\" }") +
                           phase("1h"));
  CHECK(messages(p).find("board_max is not longer than board_over") != std::string::npos);
}
