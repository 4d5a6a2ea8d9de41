// SPDX-License-Identifier: Apache-2.0
#include "results/report/compare/compare_html.hpp"

#include "tests/results/report/html/report_run.hpp"

using namespace soakrig;
using namespace soakrig::test;

TEST_CASE("a comparison is one page with both boards' curves over each other") {
  const ReportRun a(throttling_run()), b(throttling_run("</td><script>x"));
  const report::PageInput first = a.input(), second = b.input();
  std::vector<report::Candidate> candidates;
  for (const auto* input : {&first, &second}) {
    candidates.push_back({"plant:" + input->judgement.boards[0].name, &input->judgement,
                          &input->judgement.boards[0], &input->view.spec, "0.1.0"});
  }
  const std::vector<const report::PageInput*> inputs{&first, &second};
  const std::vector<report::Requirement> wanted{{"tokens_per_s", 100, {}, ""}};
  const auto comparison = report::compare(candidates);
  CHECK(comparison.comparable);
  const std::string page = report::compare_html(
      candidates, inputs, comparison, report::tick(wanted, candidates), report::Language::en);
  CHECK(ill_formed(page).empty());
  CHECK_FALSE(has(page, "<script"));
  CHECK(has(page, "plant:pi"));
  CHECK(has(page, "✗"));
  CHECK(has(page, "class=\"mean c0\""));
  CHECK(has(page, "class=\"mean c1\""));
  CHECK(has(page, "delta = value"));
  CHECK_FALSE(has(page, "SIMULATED"));
  const std::string chinese =
      report::compare_html(candidates, inputs, comparison, {}, report::Language::zh);
  CHECK(ill_formed(chinese).empty());
  CHECK(has(chinese, "对比"));
}
