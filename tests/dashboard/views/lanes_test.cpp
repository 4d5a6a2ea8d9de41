// SPDX-License-Identifier: Apache-2.0
#include "dashboard/views/lanes.hpp"

#include "tests/support/catch.hpp"

using namespace soakrig;
using namespace soakrig::dashboard;

TEST_CASE("A phase is its ramp and its dwell, as far as it went") {
  RunModel run;
  run.last = 500;
  run.spec.phases.resize(3);
  run.spec.phases[1].ambient = 55;
  run.phases.push_back({0, "cold", 0, 0, 100, 110, 100});
  run.phases.push_back({1, "hot", 110, 200, std::nullopt, std::nullopt, 0});
  run.phases.push_back({2, "later", 450, std::nullopt, std::nullopt, std::nullopt, 0});
  const auto spans = phase_spans(run);
  REQUIRE(spans.size() == 4);
  CHECK(spans[0].when == TimeRange{0, 100});
  CHECK(spans[0].strong);
  CHECK(spans[1].label == "ramp");
  CHECK(spans[2].when == TimeRange{200, 500});  // goes on
  CHECK(spans[2].label == "hot 55 °C");
  CHECK(spans[3].label == "later, ramp");
  CHECK_FALSE(spans[3].strong);
}

TEST_CASE("Marks are those of the board and of the rig in the range, notes among them") {
  RunModel run;
  run.marks.push_back({10, Marker::circle, Severity::info, "pi", "board.boot", "a", true});
  run.marks.push_back({20, Marker::circle, Severity::info, "orin", "board.boot", "b", true});
  run.marks.push_back({30, Marker::circle, Severity::info, "", "chamber", "c", false});
  run.notes.notes.push_back({0, "qa", 25, std::nullopt, "look"});
  run.notes.notes.push_back({0, "qa", 99, std::nullopt, "outside"});
  const auto marks = marks_in(run, "pi", {0, 50});
  REQUIRE(marks.size() == 3);
  CHECK(marks[1].text == "note of qa: look");
  CHECK(marks[1].marker == Marker::flag);
}

TEST_CASE("Health is the worst of all stored curves, whatever their bins") {
  const auto bin = [](Nanos from, Nanos to, std::uint64_t rows, std::uint8_t flags) {
    store::ViewBin out;
    out.t0 = from, out.t1 = to, out.rows = rows, out.good = flags == 0 ? rows : 0,
    out.flags = flags;
    return out;
  };
  PlotData data;
  data.spec.curves.resize(3);
  data.spec.curves[2].busy = "a speed";  // not judged by its bins
  data.views.resize(3);
  data.views[0].bins = {bin(0, 50, 5, 0), bin(50, 100, 0, store::kBinGap), bin(100, 200, 5, 0)};
  data.views[1].bins = {bin(0, 30, 1, store::kBinStale), bin(30, 200, 9, 0)};
  data.views[2].bins = {bin(0, 200, 0, store::kBinGap)};
  const auto spans = health_spans(std::vector{data});
  REQUIRE(spans.size() == 4);
  CHECK(spans[0].health == Health::stale);
  CHECK(spans[0].when == TimeRange{0, 30});
  CHECK(spans[1].health == Health::good);
  CHECK(spans[2].health == Health::gap);
  CHECK(spans[2].when == TimeRange{50, 100});
  CHECK(spans[3].when == TimeRange{100, 200});
  CHECK(health_spans({}).empty());
}

TEST_CASE("Episodes are told with their cause") {
  RunModel run;
  CHECK(episode_spans(run, "pi").empty());
  run.judgement.emplace();
  run.judgement->boards.emplace_back().name = "pi";
  analysis::Episode episode;
  episode.when = {5, 9};
  episode.cause = Cause::thermal;
  episode.evidence = {"cooling state 0 -> 3"};
  run.judgement->boards[0].episodes.push_back(episode);
  const auto spans = episode_spans(run, "pi");
  REQUIRE(spans.size() == 1);
  CHECK(spans[0].label == "thermal");
  CHECK(spans[0].detail.ends_with("cooling state 0 -> 3"));
}
