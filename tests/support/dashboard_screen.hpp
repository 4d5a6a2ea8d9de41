// SPDX-License-Identifier: Apache-2.0
//
// A screen that shows the watched run, answered at once: what the window would show.
#pragma once

#include "dashboard/app/actions.hpp"
#include "dashboard/app/answerer.hpp"
#include "dashboard/app/screen.hpp"
#include "tests/support/dashboard_run.hpp"
#include "tests/support/paint_log.hpp"

namespace soakrig::test {

struct WatchedScreen {
  WatchedRun stored;
  FakeClock time;
  dashboard::Answerer answerer{time};
  dashboard::Screen screen;

  explicit WatchedScreen(bool finish = true) : WatchedScreen(watched_run(), finish) {}
  explicit WatchedScreen(const analysis::RunView& run, bool finish = true) : stored(run, finish) {
    screen.runs = {stored.path};
    screen.archive = stored.directory.path().string();
    refresh();
  }
  void refresh(std::size_t columns = 800) {
    const auto never = [] { return false; };
    const dashboard::Query query = dashboard::query_of(screen, columns);
    dashboard::Answer answer = answerer.answer(query, never);
    while (answerer.improve(query)) answer = answerer.answer(query, never);
    screen.answer = std::make_shared<const dashboard::Answer>(std::move(answer));
  }
  void keys(std::initializer_list<const char*> names) {
    for (const char* key : names) REQUIRE(dashboard::press(screen, key));
  }
  [[nodiscard]] PaintLog draw(const dashboard::Rect& area = {0, 0, 1600, 900}) const {
    PaintLog log;
    dashboard::draw_screen(log, *dashboard::find_theme("light"), screen, area);
    return log;
  }
};

}  // namespace soakrig::test
