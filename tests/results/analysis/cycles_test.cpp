// SPDX-License-Identifier: Apache-2.0
#include "results/analysis/cycles.hpp"

#include <cmath>

#include "tests/support/catch.hpp"
#include "tests/support/plant.hpp"

using namespace soakrig;
using namespace soakrig::analysis;
using namespace soakrig::test;

namespace {
Event cycle(const std::string& board, const std::string& kind, bool lost = false) {
  return make_event(1, board, "work.note",
                    R"({"workload":"ota","event":{"cycle":{"class":")" + kind + R"(","lost":)" +
                        (lost ? "true" : "false") + "}}}");
}
}  // namespace

TEST_CASE("cycles are counted by class, of one board or of all") {
  const std::vector<Event> events{
      cycle("pi", "updated"),
      cycle("pi", "rolled-back"),
      cycle("pi", "bricked", true),
      cycle("pi", "stuck"),
      cycle("jet", "updated"),
      cycle("pi", "melted"),
      make_event(1, "pi", "work.note", R"({"workload":"ota","event":{"golden":{}}})"),
      make_event(1, "pi", "work.note", R"({"event":{"cycle":7}})"),
      make_event(1, "pi", "work.note", "no json"),
      make_event(1, "pi", "incident", R"({"event":{"cycle":{"class":"bricked"}}})")};
  const CycleCounts pi = count_cycles(events, "pi");
  CHECK(pi.updated == 1);
  CHECK(pi.rolled_back == 1);
  CHECK(pi.stuck == 1);
  CHECK(pi.bricked == 1);
  CHECK(pi.lost == 1);
  CHECK(count_cycles(events, "").all() == 5);
}

TEST_CASE("the bound on bricks is Clopper-Pearson's, and says what it does not prove") {
  CHECK(cycle_bounds({}).empty());
  CycleCounts none;
  none.updated = 60;
  const auto bounds = cycle_bounds(none);
  REQUIRE(bounds.size() == 2);
  CHECK(bounds[0].name == "bricked_share");
  CHECK(*bounds[0].lower == 0);
  CHECK(*bounds[0].upper == Approx(1 - std::pow(0.025, 1.0 / 60)));
  CHECK(bounds[0].not_proven.find("2995 cycles") != std::string::npos);
  CycleCounts some = none;
  some.bricked = 3;
  CHECK(*cycle_bounds(some)[0].lower > 0);
}

TEST_CASE("a run's judgement carries the bounds") {
  Plant plant;
  plant.sensors(600).work("chat", {}, 0, 600);
  RunView run = make_run({plant.board()}, {{"soak", 600}});
  run.events.push_back(cycle("pi", "updated"));
  const Judgement judged = judge(run);
  const auto has = [](const std::optional<Reliability>& r) {
    for (const ReliabilityBound& b : r->bounds) {
      if (b.name == "bricked_share") return true;
    }
    return false;
  };
  CHECK(has(judged.reliability));
  CHECK(has(judged.boards[0].reliability));
}
