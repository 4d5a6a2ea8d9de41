// SPDX-License-Identifier: Apache-2.0
#include "results/report/export/junit.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/text.hpp"
#include "tests/support/well_formed.hpp"

using namespace soakrig;
using namespace soakrig::analysis;
using soakrig::test::ill_formed;

namespace {

using soakrig::test::has;

Judgement judged() {
  Judgement j;
  j.run.name = "night";
  j.run.id = "20260301-120000-0a1b2c3d";
  j.run.state = RunState::sealed;
  j.run.started_utc = 1'772'366'400 * kSecond;
  j.run.ended_utc = *j.run.started_utc + 90 * kSecond;
  j.verdict = Verdict::fail;
  BoardJudgement b;
  b.name = "pi";
  b.verdict = Verdict::fail;
  b.reasons = {"it slowed down"};
  Finding bad;
  bad.verdict = Verdict::fail;
  bad.rule = "stability";
  bad.phase = "hot";
  bad.workload = "chat";
  bad.reason = "stability 0.61 < 0.97";
  bad.value = 0.61;
  bad.bar = 0.97;
  Finding unseen;
  unseen.verdict = Verdict::inconclusive;
  unseen.rule = "coverage";
  unseen.reason = "soc.temperature was not readable";
  Finding good;
  good.rule = "limit";
  good.name = "soc.temperature";
  good.value = 84;
  good.unit = "Cel";
  b.rules = {bad, unseen, good};
  j.boards = {b};
  return j;
}

}  // namespace

TEST_CASE("failure is the board's, error is what could not be judged, and nothing is skipped") {
  const std::string xml = report::junit_xml(judged());
  CHECK(ill_formed(xml).empty());
  CHECK(has(xml,
            "<testsuite name=\"night pi\" tests=\"4\" failures=\"2\" errors=\"1\" time=\"90.000\" "
            "timestamp=\"2026-03-01T12:00:00\" hostname=\"pi\">"));
  CHECK(has(xml, "<testcase name=\"stability chat\" classname=\"night.pi.hot\""));
  CHECK(has(xml, "<failure message=\"stability 0.61 &lt; 0.97\" type=\"fail\">"));
  CHECK(has(xml, "value 0.61, held against 0.97</failure>"));
  CHECK(has(xml, "<error message=\"soc.temperature was not readable\" type=\"inconclusive\">"));
  CHECK(has(xml, "<system-out>value 84 Cel</system-out>"));
  CHECK_FALSE(has(xml, "skipped"));
}

TEST_CASE("a board that passed everything has no trouble, and still a case") {
  Judgement j = judged();
  j.verdict = j.boards[0].verdict = Verdict::pass;
  j.boards[0].rules.clear();
  const std::string xml = report::junit_xml(j);
  CHECK(has(xml, "tests=\"1\" failures=\"0\" errors=\"0\""));
  CHECK_FALSE(has(xml, "<failure"));
  CHECK_FALSE(has(xml, "<error"));
}

TEST_CASE("a run that did not end is an error, whatever its board looks like") {
  Judgement j = judged();
  j.run.state = RunState::interrupted;
  j.boards[0].verdict = Verdict::pass;
  j.boards[0].rules.clear();
  const std::string xml = report::junit_xml(j);
  CHECK(has(xml, "errors=\"1\""));
  CHECK(has(xml, "the run is interrupted: there is no verdict"));
}

TEST_CASE("a rig error is an error; hostile names stay text") {
  Judgement j = judged();
  j.boards[0].verdict = Verdict::error;
  j.boards[0].name = "\"><testcase name=\"forged\"/>";
  j.boards[0].rules.resize(1);
  j.boards[0].rules[0].verdict = Verdict::error;
  const std::string xml = report::junit_xml(j);
  CHECK(ill_formed(xml).empty());
  CHECK_FALSE(has(xml, "<testcase name=\"forged\""));
  CHECK(has(xml, "failures=\"0\" errors=\"2\""));
}
