// SPDX-License-Identifier: Apache-2.0
#include "results/analysis/search_course.hpp"

#include "results/analysis/coverage.hpp"
#include "results/analysis/rules.hpp"
#include "rig/base/rig_events.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/plant.hpp"

using namespace soakrig;
using namespace soakrig::analysis;
using namespace soakrig::test;
using Indexes = std::set<std::size_t>;

namespace {

// Phase 0; rungs 1 to 4; their way back, rung 3 to 1, as phases 5 to 7; phase 8.
RunView planned() {
  RunView run;
  run.spec.phases.resize(9);
  for (std::size_t i = 0; i < 9; ++i) run.spec.phases[i].name = "p" + std::to_string(i);
  for (int rung = 1; rung <= 4; ++rung) {
    run.spec.phases[static_cast<std::size_t>(rung)].search = SearchRung{rung, 4, false, 0.95};
  }
  for (int rung = 3; rung >= 1; --rung) {
    run.spec.phases[static_cast<std::size_t>(8 - rung)].search = SearchRung{rung, 4, true, 0.95};
  }
  return run;
}

void ended(RunView& run, std::size_t phase, bool gave_way) {
  run.events.push_back({0, "", std::string(event_kind::kSearch), Severity::info,
                        R"({"phase":"p)" + std::to_string(phase) + R"(","gave_way":)" +
                            (gave_way ? "true}" : "false}")});
}

}  // namespace

TEST_CASE("what a search did without is passed over, and where it turned back is cut short") {
  RunView run = planned();
  CHECK(search_course(run).passed_over.empty());  // it has not begun
  ended(run, 1, false);
  ended(run, 2, false);
  CHECK(search_course(run).passed_over.empty());  // nor come to an end
  ended(run, 3, true);
  CHECK(search_course(run).passed_over == Indexes{4, 5, 7});
  CHECK(search_course(run).cut_short == Indexes{3});
  ended(run, 6, true);  // it gave way again
  CHECK(search_course(run).cut_short == Indexes{3, 6});
}

TEST_CASE("a search that gave way at once, or never, has no way back") {
  RunView at_once = planned();
  ended(at_once, 1, true);
  CHECK(search_course(at_once).passed_over == Indexes{2, 3, 4, 5, 6, 7});
  RunView never = planned();
  for (std::size_t i = 1; i <= 4; ++i) ended(never, i, false);
  CHECK(search_course(never).passed_over == Indexes{5, 6, 7});
  CHECK(search_course(never).cut_short.empty());
}

TEST_CASE("a plan that makes no sense is bounded by itself") {
  RunView run = planned();
  run.spec.phases[1].search->of = 2'000'000'000;
  ended(run, 1, true);
  CHECK(search_course(run).passed_over.size() == 7);
  run.spec.phases[1].search->of = -5;
  CHECK(search_course(run).passed_over.empty());
}

TEST_CASE("coverage and the course miss nothing that was passed over") {
  Plant plant;
  plant.sensors(1000).work("chat", {}, 0, 1000);
  RunView run = make_run({plant.board()}, {{"p1", 1000}});
  run.spec.phases[0].search = SearchRung{1, 2, false, 0.95};
  run.spec.phases[0].soak = 3000 * kSecond;  // it gave way long before that
  for (const bool back : {false, true}) {
    run.spec.phases.push_back(run.spec.phases[0]);
    run.spec.phases.back().name += back ? "back" : "next";
    run.spec.phases.back().search = SearchRung{back ? 1 : 2, 2, back, 0.95};
  }
  CHECK(*coverage_of(run, run.boards[0], {}).ratio < 0.5);
  CHECK(judge_course(run).size() == 2);
  ended(run, 1, true);
  CHECK(*coverage_of(run, run.boards[0], {}).ratio == Approx(1.0));
  CHECK(judge_course(run).empty());
}
