// SPDX-License-Identifier: Apache-2.0
// Also tests: section_behaviour.cpp section_happenings.cpp section_environment.cpp board_chart.cpp
#include "results/report/html/board_chart.hpp"
#include "results/report/html/sections.hpp"
#include "rig/base/rig_events.hpp"
#include "tests/results/report/html/report_run.hpp"

using namespace soakrig;
using namespace soakrig::test;
using report::words_of;

namespace {
const report::Words& kWords = words_of(report::Language::en);
}

TEST_CASE("figures, rules and energy are printed with their formulas") {
  const ReportRun stored(throttling_run());
  report::PageInput input = stored.input();
  analysis::Finding rule;
  rule.verdict = Verdict::fail;
  rule.rule = "stability";
  rule.reason = "it slowed <down>";
  rule.value = 0.6;
  rule.lo = 0.59;
  rule.hi = 0.61;
  rule.bar = 0.97;
  rule.over = {60 * kSecond, 90 * kSecond};
  input.judgement.boards[0].rules = {rule};
  const std::string text = report::figures_section(input, kWords).str();
  CHECK(ill_formed(text).empty());
  CHECK(has(text, "it slowed &lt;down&gt;<small>1m 00s – 1m 30s</small>"));
  CHECK(has(text, "0.59 … 0.61"));
  CHECK(has(text, "stability = worst ÷ best window"));
  CHECK(has(text, "Rules and what they found"));
  CHECK(has(text, "energy = ∫ P dt"));
  CHECK(has(text, "in windows of 1m 00s"));
}

TEST_CASE("a canary's bound is printed with its formula; one that is off says why") {
  analysis::RunView run = throttling_run();
  const auto figures = [](const analysis::RunView& of) {
    const ReportRun stored(of);
    return report::figures_section(stored.input(), kWords).str();
  };
  CHECK_FALSE(has(figures(run), "χ²(95 %; 2 k + 2)"));
  run.events.push_back(make_event(
      400, "pi", "work.note",
      R"({"workload":"chat","hist":{"window_s":1,"series":{},"canary":)"
      R"({"asked":10,"same":9,"near_ties":0,"suspected":1,"tokens":1000000}}})"));
  const std::string text = figures(run);
  CHECK(ill_formed(text).empty());
  CHECK(has(text, "9 of 10 answers as on the cold board, 0 near-ties, 1 suspected; at most 4.74"));
  CHECK(has(text, "χ²(95 %; 2 k + 2)"));
  run.events.back() = make_event(400, "pi", event_kind::kWorkReady,
                                 R"({"workload":"chat","facts":{"canary":"off: <no> logprobs"}})");
  CHECK(has(figures(run), "off: &lt;no&gt; logprobs"));
}

TEST_CASE("an episode has its cause, evidence and lost work; an incident the seconds around it") {
  analysis::RunView run = throttling_run();
  run.events.push_back(make_event(
      400, "pi", event_kind::kIncident,
      R"({"class":"workload-crash","blame":"board","workload":"chat","evidence":["signal 11"]})"));
  run.events.push_back(make_event(402, "pi", event_kind::kWorkReady, R"({"workload":"chat"})"));
  const ReportRun stored(run);
  const std::string text = report::happenings_section(stored.input(), kWords).str();
  CHECK(ill_formed(text).empty());
  CHECK(has(text, "class=\"cause cause-thermal\">thermal"));
  CHECK(has(text, "lost work = ∫ (baseline − speed) dt"));
  CHECK(has(text, "workload-crash"));
  CHECK(has(text, "signal 11"));
  CHECK(has(text, "+2.00 s"));
  CHECK(has(text, "30 s before and after"));
  CHECK(has(text, "<svg "));
}

TEST_CASE("nothing that happened is said, not left out") {
  Plant plant;
  plant.sensors(600).work("chat", {}, 0, 600);
  const ReportRun stored(make_run({plant.board()}, {{"soak", 600}}));
  const std::string text = report::happenings_section(stored.input(), kWords).str();
  CHECK(has(text, "No limiter asserted"));
}

TEST_CASE(
    "derating, thermal model, changes, drift and reliability show what was computed, and why not") {
  const ReportRun stored(throttling_run());
  report::PageInput input = stored.input();
  analysis::BoardJudgement& board = input.judgement.boards[0];
  board.changes.clear();
  board.drifts.clear();
  board.thermal.clear();
  board.derating.clear();
  input.judgement.reliability.reset();
  CHECK(report::behaviour_section(input, kWords).empty());

  analysis::Derating derating;
  derating.workload = "chat";
  derating.unit = "{token}/s";
  derating.points = {{25, 20, 19, 21, true, "cold"}, {40, 15, {}, {}, false, ""}};
  derating.error = 0.4;
  board.derating = {derating};
  analysis::ThermalFit fit;
  fit.phase = "hot";
  fit.refused = "the fan moved";
  board.thermal = {fit};
  analysis::ChangePoint change;
  change.workload = "chat";
  change.unit = "{token}/s";
  change.before = 20;
  change.after = 15;
  change.change = -0.25;
  board.changes = {change};
  analysis::Drift drift;
  drift.quantity = "memory";
  drift.channel = "work.chat.memory";
  drift.unit = "By";
  drift.direction = "rising";
  board.drifts = {drift};
  analysis::Reliability reliability;
  reliability.unit_hours = 12;
  reliability.bounds = {
      {"mtbf_h", 0.9, 5.2, {}, "2T / chi2(C; 2r+2)", "a constant rate is assumed"}};
  input.judgement.reliability = reliability;
  const std::string text = report::behaviour_section(input, kWords).str();
  CHECK(ill_formed(text).empty());
  for (const char* what :
       {"class=\"hollow c0\"", "± 0.4 token/s rms", "the fan moved", "-25.0 %", "Theil–Sen",
        "rising", "2T / chi2(C; 2r+2)", "a constant rate is assumed", "two-term Foster"}) {
    INFO(what);
    CHECK(has(text, what));
  }
}

TEST_CASE("the environment says what is unknown") {
  const ReportRun stored(throttling_run());
  const std::string text = report::environment_section(stored.input(), kWords).str();
  CHECK(ill_formed(text).empty());
  CHECK(has(text, "<td>governor</td><td><i>unknown</i></td>"));
  CHECK(has(text, "<td>model</td><td>plant</td>"));
  CHECK(has(text, "cpu.frequency"));
}

TEST_CASE("the environment has what instruments and workloads said of themselves") {
  analysis::RunView run = throttling_run();
  InstrumentSpec meter, silent;
  meter.name = "meter";
  silent.name = "silent";
  run.spec.instruments = {meter, silent};
  run.events.push_back(make_event(
      1, "", event_kind::kInstrument,
      R"({"name":"meter","part_number":"SDM<120>","serial":"4711","connect":"tcp://h:502"})"));
  run.events.push_back(make_event(2, "", event_kind::kInstrument, "[]"));
  run.events.push_back(make_event(
      3, "pi", event_kind::kWorkReady,
      R"({"workload":"other","facts":{"format":"q8_0","threads":2},"after_s":1})"));
  const std::string text = report::environment_section(ReportRun(run).input(), kWords).str();
  CHECK(ill_formed(text).empty());
  CHECK(has(text, "<td>SDM&lt;120&gt;<small>serial 4711</small></td>"));
  CHECK(has(text, "<td>silent</td><td></td><td><i>unknown</i></td>"));
  CHECK(has(text, "<td>other</td><td>format q8_0, threads 2</td>"));
  CHECK(has(text, "<td>clock anchors</td><td><i>unknown</i></td>"));
}

TEST_CASE("an instrument shows its calibration; one that was overdue or is not recorded says so") {
  analysis::RunView run = throttling_run();
  InstrumentSpec due, overdue, unknown;
  due.name = "due";
  due.calibration = Calibration{"2025-06-01", "2026-06-01", "C-<1>"};
  overdue.name = "overdue";
  overdue.calibration = Calibration{"2024-01-01", "2025-01-01", ""};
  unknown.name = "unknown";
  const auto text_of = [&](const InstrumentSpec& i) {
    run.spec.instruments = {i};
    return report::environment_section(ReportRun(run).input(), kWords).str();
  };
  CHECK(has(text_of(due), "2025-06-01 (C-&lt;1&gt;)<small>due 2026-06-01</small>"));
  CHECK_FALSE(has(text_of(due), "overdue when"));
  CHECK(has(text_of(overdue), "overdue when the run began"));  // it began on 2026-03-01
  CHECK(has(text_of(unknown), "not recorded"));
}

TEST_CASE("a chamber shows the table that its temperatures were corrected by, and its source") {
  analysis::RunView run = throttling_run();
  run.spec.chamber = ChamberSpec{};
  const auto text_of = [&] {
    return report::environment_section(ReportRun(run).input(), kWords).str();
  };
  CHECK(has(text_of(), "not recorded"));
  run.spec.chamber->calibration = ChamberCalibration{
      "2025-06-01", "2026-06-01", "K-77", "works <lab>", {{-40, 0.3}, {85, -0.6}}};
  CHECK(has(text_of(), "2025-06-01 (K-77)<small>due 2026-06-01</small>"));
  CHECK(
      has(text_of(), "temperatures corrected by -40 °C +0.3 K, 85 °C -0.6 K (works &lt;lab&gt;)"));
  run.spec.chamber->calibration->corrections = {{0, 0.5}};
  CHECK(has(text_of(), "temperatures corrected by +0.5 K (works"));
}

TEST_CASE("speed breaks where nothing was done, and bins keep the extremes of their cycles") {
  Plant plant;
  plant.work("chat", {}, 0, 200).work("chat", {}, 400, 600, constant(0.5));
  const analysis::RunView run = make_run({plant.board()}, {{"soak", 600}});
  const report::Curve curve =
      report::speed_curve(run, run.boards[0], "chat", {0, 600 * kSecond}, 30);
  REQUIRE(curve.bins.size() > 5);
  double low = 1e9, high = 0;
  std::size_t holes = 0;
  for (const report::CurveBin& bin : curve.bins) {
    holes += bin.known ? 0U : 1U;
    if (!bin.known) continue;
    low = std::min(low, bin.min);
    high = std::max(high, bin.max);
    CHECK(bin.mean >= bin.min * (1 - 1e-9));
    CHECK(bin.mean <= bin.max * (1 + 1e-9));
  }
  CHECK(holes >= 1);
  CHECK(high > 1.9 * low);
  CHECK(report::speed_curve(run, run.boards[0], "other", {0, 600 * kSecond}, 30).bins.empty());
}

TEST_CASE("a curve has the exact extremes of its channel, also of a single sample") {
  analysis::RunView run = throttling_run();
  Plant plant("pi");
  plant.channel("soc.temperature", "Cel", pulse(200, 201, 99.5, 60), 0, kReportSeconds);
  run.boards[0] = plant.board();
  const ReportRun stored(run);
  const report::Curve curve =
      report::channel_curve(stored.reader(), "pi", "soc.temperature", {0, 600 * kSecond}, 10);
  REQUIRE_FALSE(curve.bins.empty());
  double high = 0;
  for (const report::CurveBin& bin : curve.bins) high = std::max(high, bin.max);
  CHECK(high == 99.5);
  CHECK(
      report::channel_curve(stored.reader(), "pi", "no.such", {0, 600 * kSecond}, 10).bins.empty());
}
