// SPDX-License-Identifier: Apache-2.0
// Also tests: text_layout.cpp text_sections.cpp strip_chart.cpp run_strips.cpp
#include "results/report/text_report.hpp"

#include <sstream>

#include "results/report/run_strips.hpp"
#include "results/report/strip_chart.hpp"
#include "results/report/text_layout.hpp"
#include "results/report/text_sections.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/plant.hpp"
#include "tests/support/text.hpp"

using namespace soakrig;
using namespace soakrig::report;
using namespace soakrig::test;

namespace {

// A board that is held back by heat in its second phase, with a claim.
analysis::RunView throttled() {
  Plant plant;
  plant.sensors(1200).work("chat", {}, 0, 600);
  plant.work("chat", {}, 600, 1200, pulse(800, 1e9, 0.6, 1));
  plant.cut("limiter.thermal.cpu_state", 0, 1200)
      .channel("limiter.thermal.cpu_state", "{state}", pulse(800, 1e9, 2), 0, 1200);
  analysis::RunView run = make_run({plant.board()}, {{"cold", 600}, {"hot", 600}});
  Claim claim;
  claim.name = "tokens_per_s";
  claim.value = 20;
  run.spec.boards[0].claims = {claim};
  run.facts.file = "soaks/plant.soak";
  run.events.push_back(make_event(700, "pi", event_kind::kIncident,
                                  R"({"class":"workload-crash","blame":"rig","workload":"chat",
                                      "evidence":["signal 11"]})"));
  return run;
}

std::string text_of(const analysis::RunView& run, const TextOptions& options = {}) {
  return text_report(analysis::judge(run), run, options);
}

}  // namespace

TEST_CASE("the report says verdict and why, then figures, pictures, the timeline and the file") {
  const analysis::RunView run = throttled();
  TextOptions options;
  options.next = {"soakrig list"};
  const std::string text = text_of(run, options);
  INFO(text);
  CHECK(text.starts_with("FAIL  plant"));
  const std::vector<std::string> in_order{"stability 0.600 < 0.97",
                                          "board pi   FAIL",
                                          "claimed",
                                          "tokens_per_s",
                                          "phase  Cel",
                                          "speed = work ÷ busy time",
                                          "│cold",
                                          "phase hot begins",
                                          "INCIDENT workload-crash (blame rig)",
                                          "THERMAL for 6m",
                                          "chat at 0.60 of its baseline",
                                          "limiter.thermal.cpu_state: 0 -> 2",
                                          "file: soaks/plant.soak",
                                          "next: soakrig list"};
  std::size_t at = 0;
  for (const std::string& part : in_order) {
    CAPTURE(part);
    const std::size_t found = text.find(part, at);
    CHECK(found != std::string::npos);
    if (found != std::string::npos) at = found;
  }
  CHECK_FALSE(has(text, "\x1b"));
  CHECK_FALSE(has(text, "SIMULATED"));
}

TEST_CASE("no line that can be wrapped is wider than the terminal") {
  std::istringstream lines(text_of(throttled()));
  for (std::string line; std::getline(lines, line);) {
    CAPTURE(line);
    CHECK(text_width(line) <= 80);
  }
}

TEST_CASE("colour only when asked, and provenance shouts") {
  analysis::RunView run = throttled();
  run.facts.provenance = Provenance::simulated;
  TextOptions colour;
  colour.colour = true;
  CHECK(has(text_of(run, colour), "\x1b[1;31mFAIL\x1b[0m"));
  CHECK(has(text_of(run).substr(0, 200), " SIMULATED: no measurement of a real board "));
  run.facts.provenance = Provenance::replayed;
  CHECK(has(text_of(run), " REPLAYED: "));
}

TEST_CASE("an interrupted run says so before anything else") {
  analysis::RunView run = throttled();
  run.ended = false;
  run.facts.state = RunState::interrupted;
  const std::string text = text_of(run);
  CHECK(text.starts_with("INTERRUPTED  plant"));
  CHECK(has(text, "no verdict"));
  CHECK(has(text, "board pi   NO VERDICT"));
  run.facts.state = RunState::running;
  CHECK(text_of(run).starts_with("RUNNING  plant"));
}

TEST_CASE("stored text cannot drive the terminal") {
  analysis::RunView run = throttled();
  run.facts.name = "evil\x1b[2Jname\xC2\x9B";
  run.spec.phases[0].name = "a\nb";
  const std::string text = text_of(run);
  CHECK_FALSE(has(text, "\x1b"));
  CHECK_FALSE(has(text, "\xC2\x9B"));
  CHECK(has(text, "phase a b begins"));
}

TEST_CASE("a run without data is still a report") {
  const std::string text = text_of(make_run({Plant().board()}, {{"soak", 600}}));
  CHECK(has(text, "INCONCLUSIVE"));
  CHECK(has(text, "soc.temperature"));
  analysis::RunView nothing;
  CHECK(has(text_of(nothing), "RUNNING"));
}

TEST_CASE("strips: eight levels a row, absent columns blank") {
  CHECK_FALSE(draw_strip({}, 3, true));
  const std::vector<std::optional<double>> values{0, 4, std::nullopt, 8, 16};
  const auto one = draw_strip(values, 1, true);
  REQUIRE(one->rows.size() == 1);
  CHECK(one->rows[0] == "▁▂ ▄█");
  const auto two = draw_strip(values, 2, true);
  CHECK(two->rows[0] == "    █");
  CHECK(two->rows[1] == "▁▄ ██");
  CHECK(two->high == 16);
  const std::vector<std::optional<double>> flat{5, 5};
  CHECK(draw_strip(flat, 1, false)->rows[0] == "▄▄");
  CHECK(draw_strip(flat, 1, true)->low == 0);
}

TEST_CASE("the run's columns hold speed, temperature and phase") {
  const analysis::RunView run = throttled();
  const RunStrips s = make_strips(run, run.boards[0], 12);
  CHECK(s.column == 100 * kSecond);
  CHECK(s.speed_unit == "{token}/s");
  CHECK(*s.speed[0] == Approx(20));
  CHECK(*s.speed[11] == Approx(12));
  CHECK(*s.temperature[5] == 60);
  CHECK(s.phase[5] == 0);
  CHECK(s.phase[6] == 1);
  CHECK(make_strips(run, run.boards[0], 0).speed.empty());
}

TEST_CASE("layout: width counts characters, text is cut, wrapped and aligned") {
  CHECK(text_width("÷▁a") == 3);
  CHECK(pad("ab", 4) == "ab  ");
  CHECK(pad("ab", 4, true) == "  ab");
  CHECK(pad("▁▂▃▄", 3) == "▁▂…");
  CHECK(wrap("one two three", 9, "* ", "  ") == "* one two\n  three\n");
  CHECK(table({{"a", "n"}, {"long", "1"}, {"b", "22"}}, 1, " ") ==
        " a      n\n long   1\n b     22\n");
  CHECK(table({{"a"}}, 1, "").empty());
  CHECK(figure(20) == "20");
  CHECK(figure(0.61234) == "0.6123");
  CHECK(figure(12345.6) == "12,346");
  CHECK(figure(-1234567) == "-1,234,567");
  CHECK(figure_or_dash(std::nullopt) == "-");
  CHECK(Paint(false).verdict(Verdict::error) == "ERROR");
  CHECK(Paint(false).verdict(std::nullopt) == "NO VERDICT");
}
