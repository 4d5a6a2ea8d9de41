// SPDX-License-Identifier: Apache-2.0
#include "results/report/compare/comparison.hpp"

#include "tests/results/report/compare/candidates.hpp"
#include "tests/support/text.hpp"

using namespace soakrig;
using namespace soakrig::test;
using report::compare;
using report::Comparison;

namespace {

const report::ComparedRow& row(const Comparison& c, const std::string& quantity) {
  const auto found = std::ranges::find(c.rows, quantity, &report::ComparedRow::quantity);
  REQUIRE(found != c.rows.end());
  return *found;
}

}  // namespace

TEST_CASE("a delta has the interval of both figures, and only all of it worse is a regression") {
  Two two;
  two.b.work().sustained = 17;
  two.b.work().lower = 16.5;
  two.b.work().upper = 17.5;
  const Comparison worse = compare(two.candidates());
  CHECK(worse.comparable);
  const auto& cell = row(worse, "sustained").cells[1];
  CHECK(*cell.delta == Approx(17.0 / 20 - 1));
  CHECK(*cell.delta_lower == Approx(16.5 / 20.5 - 1));
  CHECK(*cell.delta_upper == Approx(17.5 / 19.5 - 1));
  CHECK(cell.regressed);
  CHECK(has(worse.regressions, "sustained of chat in hot is -15.0 %"));

  two.b.work().upper = 20;  // the intervals overlap: not sure
  CHECK_FALSE(row(compare(two.candidates()), "sustained").cells[1].regressed);
  two.b.work().upper.reset();  // no interval: not sure either
  CHECK_FALSE(row(compare(two.candidates()), "sustained").cells[1].delta_lower);
  CHECK_FALSE(row(compare(two.candidates()), "sustained").cells[1].regressed);
}

TEST_CASE("a change below 2 % is no regression, however sure; better is never one") {
  Two two;
  two.a.work().lower = two.a.work().upper = two.a.work().sustained = 20;
  two.b.work().lower = two.b.work().upper = two.b.work().sustained = 19.7;
  CHECK(compare(two.candidates()).regressions.empty());
  two.b.work().lower = two.b.work().upper = two.b.work().sustained = 40;
  CHECK(compare(two.candidates()).regressions.empty());
}

TEST_CASE("for what must be small, more is worse") {
  Two two;
  two.a.power(10, 9.9, 10.1);
  two.b.power(12, 11.9, 12.1);
  const Comparison c = compare(two.candidates());
  CHECK_FALSE(row(c, "power").more_is_better);
  CHECK(row(c, "power").cells[1].regressed);
  two.b.power(8, 7.9, 8.1);
  CHECK_FALSE(row(compare(two.candidates()), "power").cells[1].regressed);
}

TEST_CASE("power taken at another point is shown and not compared") {
  Two two;
  two.a.power(10, 9.9, 10.1);
  two.b.power(12, 11.9, 12.1);
  two.b.phase().power->measuring_point = "rail";
  const Comparison c = compare(two.candidates());
  CHECK(row(c, "power").refused.find("another point (wall against rail)") != std::string::npos);
  CHECK_FALSE(row(c, "power").cells[1].delta);
  CHECK(*row(c, "power").cells[1].value == 12);
  CHECK(row(c, "sustained").refused.empty());
}

TEST_CASE("another load of the same name is refused, whatever the difference is") {
  Two two;
  two.b.spec.workloads[0].precision = "int4";
  CHECK(row(compare(two.candidates()), "sustained").refused.find("precision int8 against int4") !=
        std::string::npos);
  two.b.spec.workloads[0].precision = "int8";
  two.b.spec.workloads[0].argv.push_back("--threads=1");
  CHECK(row(compare(two.candidates()), "sustained").refused.find("other arguments") !=
        std::string::npos);
  CHECK(compare(two.candidates()).regressions.empty());
}

TEST_CASE("runs without a phase and workload in common are not comparable") {
  Two two;
  two.b.phase().name = "cold";
  const Comparison c = compare(two.candidates());
  CHECK_FALSE(c.comparable);
  CHECK(c.rows.empty());
  CHECK(has(c.warnings, "night:b has no phase hot"));
}

TEST_CASE("what makes a difference doubtful is said") {
  Two two;
  CHECK(compare(two.candidates()).warnings.empty());
  two.b.phase().ambient = 60;
  two.b.phase().dwell = analysis::Interval{0, 60 * kSecond};
  two.b.judgement.run.provenance = Provenance::simulated;
  two.b.judgement.run.state = RunState::interrupted;
  two.b.judgement.run.sequence.aborted = 3;
  two.b.board().coverage = 0.5;
  two.b.spec.rules.window = 5 * kSecond;
  const Comparison c = compare(two.candidates());
  for (const char* what :
       {"ambient 55.0 Cel for night:a, 60.0 Cel for night:b", "soaked", "simulated", "interrupted",
        "3 earlier runs", "saw 50 %", "windows of"}) {
    INFO(what);
    CHECK(has(c.warnings, what));
  }
}

TEST_CASE("facts that differ are told, but not that a board booted again; specimens are counted") {
  Two two;
  two.a.board().facts = {{"kernel", "6.1"}, {"serial", "A"}, {"boot_id", "x"}, {"model", "pi"}};
  two.b.board().facts = {{"kernel", "6.6"}, {"serial", "A"}, {"boot_id", "y"}, {"model", "pi"}};
  Comparison c = compare(two.candidates());
  REQUIRE(c.environment.size() == 1);
  CHECK(c.environment[0].key == "kernel");
  CHECK(c.environment[0].values == std::vector<std::string>{"6.1", "6.6"});
  CHECK(c.specimens.starts_with("2 candidates, 1 known specimens:"));
  two.b.board().facts.erase("serial");
  c = compare(two.candidates());
  CHECK(c.specimens.starts_with("2 candidates, 1 known specimens, 1 without a serial"));
  CHECK(c.environment.size() == 2);  // a serial that is unknown differs from a known one
}

TEST_CASE("a verdict that got worse is a regression") {
  Two two;
  two.b.board().verdict = Verdict::fail;
  CHECK(has(compare(two.candidates()).regressions, "verdict fail against pass"));
  two.a.board().verdict = Verdict::fail;
  two.b.board().verdict = Verdict::pass;
  CHECK(compare(two.candidates()).regressions.empty());
}
