// SPDX-License-Identifier: Apache-2.0
#include "results/report/html/quality_table.hpp"

#include "tests/results/report/html/report_run.hpp"

using namespace soakrig;
using namespace soakrig::test;

namespace {

analysis::RunView sensed() {
  Plant plant("pi");
  plant.sensors(kReportSeconds).work("chat", {}, 0, kReportSeconds);
  plant.channel("work.sense.top1", "1", pulse(0, 300, 0.9, 0.5), 0, kReportSeconds, 10);
  plant.channel("work.sense.solved", "1", constant(1), 0, kReportSeconds, 10);
  plant.channel("work.sense.answered", "1", constant(1), 0, kReportSeconds, 10);
  analysis::RunView run = make_run({plant.board()}, {{"cold", 300}, {"hot", 300}});
  WorkloadSpec sense;
  sense.name = "sense";
  sense.kind = "quality";
  sense.work = "questions";
  sense.argv = {"soakrig", "quality", "--top1-min", "0.75"};
  run.spec.workloads.push_back(sense);
  for (PhaseSpec& phase : run.spec.phases) phase.work.push_back("sense");
  run.events.push_back(
      make_event(20, "pi", event_kind::kWorkNote,
                 R"({"workload":"sense","event":{"quality":{"no_meaning":"flat"}}})"));
  return run;
}

}  // namespace

TEST_CASE("quality by phase, with what its bars found, in the page's language") {
  const ReportRun stored(sensed());
  const std::string page = stored.page();
  CHECK(ill_formed(page).empty());
  CHECK(has(page, "quality while it was soaked"));
  CHECK(has(page, "work.sense.top1"));  // a curve of the run's picture
  CHECK(has(page, "0.9 [0.9 … 0.9]<small>top1_min 0.75 <span class=\"verdict pass\">PASS</span>"));
  CHECK(has(page, "0.5 [0.5 … 0.5]<small>top1_min 0.75 <span class=\"verdict fail\">FAIL</span>"));
  CHECK(has(page, "means nothing: the reference finds"));  // of KL, which nobody told
  const std::string chinese = stored.page(report::Language::zh);
  CHECK(ill_formed(chinese).empty());
  CHECK(has(chinese, "老化期间的质量"));
  CHECK(has(chinese, "top1_min 0.75 <span class=\"verdict fail\">不通过</span>"));
  CHECK(has(chinese, "没有意义：参考模型认为"));
  CHECK_FALSE(has(chinese, "quality while it was soaked"));
  CHECK_FALSE(has(ReportRun(throttling_run()).page(), "quality while it was soaked"));
}
