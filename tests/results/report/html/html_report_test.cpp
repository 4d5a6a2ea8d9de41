// SPDX-License-Identifier: Apache-2.0
// Also tests: section_summary.cpp section_claims.cpp section_closing.cpp page_input.cpp
#include "results/report/html/html_report.hpp"

#include "tests/results/report/html/report_run.hpp"

using namespace soakrig;
using namespace soakrig::test;

TEST_CASE("a report is one page: verdict, claims and pictures, without script or network") {
  const std::string page = ReportRun(throttling_run()).page();
  CHECK(ill_formed(page).empty());
  CHECK(has(page, "<span class=\"verdict fail\">FAIL</span>"));
  CHECK(has(page, "tokens_per_s"));
  CHECK(has(page, "<svg "));
  CHECK(has(page, "speed chat"));
  CHECK(has(page, "soc.temperature"));
  CHECK(has(page, "cause-thermal"));
  CHECK(has(page, "20260301-120000-0a1b2c3d"));
  CHECK(has(page, "speed = work ÷ busy time"));
  CHECK_FALSE(has(page, "<script"));
  CHECK_FALSE(has(page, "src="));
  CHECK_FALSE(has(page, "href="));
  CHECK_FALSE(has(page, "SIMULATED"));
  CHECK(page.size() < 1'000'000);
}

TEST_CASE("the same report in Chinese keeps what the file says as it is") {
  const std::string page = ReportRun(throttling_run()).page(report::Language::zh);
  CHECK(ill_formed(page).empty());
  CHECK(has(page, "<html lang=\"zh\">"));
  CHECK(has(page, "不通过"));
  CHECK(has(page, "降频区间"));
  CHECK(has(page, "soc.temperature"));
  CHECK_FALSE(has(page, "held against"));
}

TEST_CASE("what a board is called cannot break out of the page") {
  const std::string name = "</td><script>alert(1)</script>\"'&\xC3(\x1b[2J";
  const std::string page = ReportRun(throttling_run(name)).page();
  CHECK(ill_formed(page).empty());
  CHECK_FALSE(has(page, "<script"));
  CHECK_FALSE(has(page, "\x1b"));
  CHECK(has(page, "&lt;script&gt;alert(1)"));
}

TEST_CASE("a simulated run says so on top, on the edge and in every picture") {
  analysis::RunView run = throttling_run();
  for (auto& channel : run.boards[0].channels) channel.info.provenance = Provenance::simulated;
  const std::string page = ReportRun(run).page();
  CHECK(has(page, "SIMULATED: no measurement of a real board"));
  CHECK(has(page, "class=\"edge marked\""));
  std::size_t pictures = 0, banners = 0;
  for (auto at = page.find("<svg "); at != std::string::npos; at = page.find("<svg ", at + 1)) {
    ++pictures;
    const std::string svg = page.substr(at, page.find("</svg>", at) - at);
    banners += has(svg, ">SIMULATED</text>") ? 1U : 0U;
  }
  CHECK(pictures > 0);
  CHECK(banners == pictures);
}

TEST_CASE("a run that goes on has its figures and no verdict") {
  const std::string page = ReportRun(throttling_run(), false).page();
  CHECK(has(page, "<span class=\"verdict none\">RUNNING</span>"));
  CHECK(has(page, "without a verdict"));
  CHECK_FALSE(has(page, "verdict fail\">FAIL</span><div>"));
}

TEST_CASE("one board of several, and a board that is not there") {
  analysis::RunView run = throttling_run();
  const ReportRun stored(run);
  const auto one = report::load_page_input(stored.reader(), "pi");
  REQUIRE(one);
  CHECK(one->judgement.boards.size() == 1);
  const auto none = report::load_page_input(stored.reader(), "po");
  REQUIRE_FALSE(none);
  CHECK(none.error().code == Errc::not_found);
  CHECK(has(none.error().message(), "it has pi"));
}

TEST_CASE("a run without a sample, and one without a claim, still have a page") {
  Plant empty;
  empty.unreadable("soc.temperature", "Cel", "no such zone");
  analysis::RunView run = make_run({empty.board()}, {{"soak", 60}});
  const std::string page = ReportRun(run).page();
  CHECK(ill_formed(page).empty());
  CHECK(has(page, "INCONCLUSIVE"));
  CHECK(has(page, "The profile states no claim"));
  CHECK(has(page, "no such zone"));
}

TEST_CASE("ten thousand episodes and notes stay a page that can be sent") {
  analysis::RunView run = throttling_run();
  const ReportRun stored(run);
  report::PageInput input = stored.input();
  auto& episodes = input.judgement.boards[0].episodes;
  REQUIRE_FALSE(episodes.empty());
  analysis::Episode one = episodes.front();
  one.evidence.assign(50, std::string(5000, 'x'));
  episodes.assign(10'000, one);
  analysis::Incident incident;
  incident.evidence.assign(50, std::string(5000, 'y'));
  input.judgement.boards[0].incidents.assign(10'000, incident);
  input.notes.notes.assign(1'000, store::Note{0, "me", {}, {}, std::string(4096, 'z')});
  const std::string page = report::html_report(input, report::Language::en);
  CHECK(page.size() < 5'000'000);
  CHECK(ill_formed(page).empty());
  CHECK(has(page, "and 9900 more"));
  CHECK(has(page, "and 9960 more"));
}

TEST_CASE("notes stand apart from the evidence, with their author") {
  const ReportRun stored(throttling_run());
  REQUIRE(
      store::append_note(stored.path(), {kStoredStart, "Mei <m>", 5 * kSecond, {}, "fan rattles"}));
  const std::string page = stored.page();
  CHECK(has(page, "not part of the evidence"));
  CHECK(has(page, "Mei &lt;m&gt;"));
  CHECK(has(page, "fan rattles"));
}
