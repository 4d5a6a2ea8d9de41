// SPDX-License-Identifier: Apache-2.0
// Also tests: plot_scene.cpp run_panel.cpp
#include "dashboard/views/timeline_scene.hpp"

#include <algorithm>

#include "dashboard/views/run_panel.hpp"
#include "tests/support/dashboard_run.hpp"
#include "tests/support/paint_log.hpp"

using namespace soakrig;
using namespace soakrig::dashboard;
using soakrig::test::PaintLog;

namespace {

struct Shown {
  test::WatchedRun stored;
  RunModel run;
  std::vector<PlotData> plots, minimap;
  Timeline timeline;

  Shown() {
    auto session = RunSession::open(stored.path);
    REQUIRE(session);
    run = *session->model();
    const auto specs = default_plots(run, "pi");
    plots = session->plots(specs, run.whole(), 800, [] { return false; });
    minimap = session->plots({specs[0]}, run.whole(), 800, [] { return false; });
    timeline.run = &run;
    timeline.board = "pi";
    timeline.range = run.whole();
    timeline.plots = &plots;
    timeline.minimap = &minimap;
  }
  PaintLog draw(const Theme& theme, const Rect& area) const {
    PaintLog log;
    draw_timeline(log, theme, timeline, lay_out(timeline, theme, area));
    return log;
  }
};

}  // namespace

TEST_CASE("A timeline shows phases, cause, claim, peak, sustained, limit and verdict") {
  const Shown shown;
  const PaintLog log = shown.draw(*find_theme("light"), {0, 0, 1600, 900});
  for (const char* word : {"watched", "cold 25", "hot 55", "thermal", "claimed 22", "peak 20",
                           "sustained", "max 95", "fail", "coverage", "°C", "tokens/s"}) {
    INFO(word);
    CHECK(log.says(word));
  }
  CHECK_FALSE(log.says("SIMULATED"));
  CHECK(log.clips == 0);
}

TEST_CASE("Simulated data is labelled in the header and in each plot of it") {
  Shown shown;
  shown.run.provenance = Provenance::simulated;
  shown.plots[1].spec.curves[0].provenance = Provenance::simulated;
  const PaintLog log = shown.draw(*find_theme("dark"), {0, 0, 1600, 900});
  CHECK(std::ranges::count(log.texts, "SIMULATED", &PaintLog::Text::text) == 2);
}

TEST_CASE("Nothing is drawn outside the picture, at any size and scale") {
  const Shown shown;
  for (const float scale : {0.75f, 1.0f, 2.5f}) {
    for (const Rect area : {Rect{0, 0, 1920, 1080}, Rect{0, 0, 640, 360}, Rect{0, 0, 160, 160}}) {
      const PaintLog log = shown.draw(*find_theme("light", scale), area);
      CHECK(log.texts.size() > 3);
      if (area.w < 200) continue;  // a stamp: it only must not fail
      for (const auto& text : log.texts) CHECK(text.place.y <= area.bottom());
    }
  }
}

TEST_CASE("Plots of a stack have equal gutters and do not overlap") {
  const Shown shown;
  const auto layout = lay_out(shown.timeline, *find_theme("light"), {0, 0, 1600, 900});
  REQUIRE(layout.plots.size() == 4);
  for (std::size_t i = 0; i < layout.plots.size(); ++i) {
    const PlotFrame frame =
        frame_of(shown.plots[i], *find_theme("light"), layout.plots[i], layout.gutter);
    CHECK(frame.area.x == layout.stack.x);
    CHECK(frame.area.right() == Approx(layout.stack.right()));
    if (i > 0) CHECK(layout.plots[i].y >= layout.plots[i - 1].bottom());
  }
  CHECK(layout.axis.y >= layout.plots.back().bottom());
}

TEST_CASE("Cursors show values, and the pointer finds what is under it") {
  Shown shown;
  const Theme theme = *find_theme("light");
  shown.timeline.marks.hover = from_seconds(test::kSpikeAt) + kSecond / 2;
  shown.timeline.readout = {{"n", "12"}};
  const PaintLog log = shown.draw(theme, {0, 0, 1600, 900});
  CHECK(log.says("97.5"));
  const auto layout = lay_out(shown.timeline, theme, {0, 0, 1600, 900});
  const TimeScale time = layout.scale(shown.timeline.range);
  const auto at = [&](const Rect& lane, double s) {
    return tooltip_at(shown.timeline, layout, theme,
                      {time.x(from_seconds(s)), lane.y + lane.h / 2});
  };
  CHECK(at(layout.phases, 100).starts_with("dwell of cold"));
  CHECK(at(layout.episodes, 600).starts_with("thermal"));
  CHECK(at(layout.events, 600).find("workload-crash") != std::string::npos);
  CHECK(at(layout.health, 207).starts_with("gap"));
  CHECK(at(layout.stack, 100).empty());
}

TEST_CASE("States without data are told in words") {
  Shown shown;
  const Theme theme = *find_theme("light");
  shown.timeline.plots = nullptr;
  CHECK(shown.draw(theme, {0, 0, 900, 600}).says("reading…"));
  shown.plots.clear();
  shown.timeline.plots = &shown.plots;
  CHECK(shown.draw(theme, {0, 0, 900, 600}).says("no channels yet"));
  shown.timeline.banner = "stale: nothing new";
  shown.run.problems = {"events: damaged"};
  const PaintLog log = shown.draw(theme, {0, 0, 1600, 900});
  CHECK(log.says("stale: nothing new"));
  CHECK(log.says("events: damaged"));
}

TEST_CASE("Every state of a file has a word and a shape") {
  const Theme theme = *find_theme("light");
  CHECK(look_of(theme, RunState::interrupted).text.find("gone") != std::string_view::npos);
  CHECK(look_of(theme, RunState::running).marker != look_of(theme, RunState::sealed).marker);
}
