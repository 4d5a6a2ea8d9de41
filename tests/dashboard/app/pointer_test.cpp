// SPDX-License-Identifier: Apache-2.0
#include "dashboard/app/pointer.hpp"

#include "tests/support/dashboard_screen.hpp"

using namespace soakrig;
using namespace soakrig::dashboard;
using soakrig::test::PlainMetrics;
using soakrig::test::WatchedScreen;

namespace {

struct Mouse {
  WatchedScreen w;
  Theme theme = *find_theme("light");
  PlainMetrics metrics;
  Rect area{0, 0, 1600, 900};
  PointerState state;
  Pointer now;

  bool move(Point at) {
    now.at = at;
    return look();
  }
  bool look() {
    const bool changed = state.handle(w.screen, theme, metrics, area, now);
    now.wheel = 0;
    now.twice = false;
    return changed;
  }
  [[nodiscard]] TimelineLayout layout() const {
    return lay_out(timeline_of(w.screen), theme, lay_out_screen(theme, area).view);
  }
  [[nodiscard]] Point in_stack(float share) const {
    const Rect s = layout().stack;
    return {s.x + s.w * share, s.y + s.h / 2};
  }
};

}  // namespace

TEST_CASE("The wheel zooms where the pointer is") {
  Mouse m;
  CHECK(m.move(m.in_stack(0.25f)));
  const TimeRange before = m.w.screen.shown();
  const Nanos under = *m.w.screen.marks.hover;
  m.now.wheel = 1;
  CHECK(m.look());
  CHECK(m.w.screen.shown().length() < before.length());
  CHECK(m.layout().scale(m.w.screen.shown()).x(under) == Approx(m.now.at.x).margin(1));
}

TEST_CASE("A drag moves, a drag with Shift selects, both also backwards") {
  Mouse m;
  m.move(m.in_stack(0.5f));
  m.now.down = true;
  m.look();
  const TimeRange before = m.w.screen.shown();
  m.move(m.in_stack(0.75f));
  CHECK(m.w.screen.shown().from < before.from);
  CHECK(m.w.screen.shown().length() == Approx(static_cast<double>(before.length())).epsilon(1e-6));
  m.now.down = false;
  m.look();
  m.now.shift = true;
  m.move(m.in_stack(0.6f));
  m.now.down = true;
  m.look();
  m.move(m.in_stack(0.4f));
  REQUIRE(m.w.screen.marks.selection);
  CHECK(m.w.screen.marks.selection->length() ==
        Approx(static_cast<double>(m.w.screen.shown().length()) * 0.2).epsilon(0.01));
}

TEST_CASE("The minimap takes the range along; a double click fits") {
  Mouse m;
  press(m.w.screen, "Shift+W");
  const Rect map = m.layout().minimap;
  m.move({map.x + map.w * 0.9f, map.y + 5});
  m.now.down = true;
  m.look();
  CHECK(m.w.screen.shown().from > m.w.screen.run()->last / 2);
  m.now.down = false;
  m.look();
  m.move(m.in_stack(0.5f));
  m.now.down = m.now.twice = true;
  m.look();
  CHECK_FALSE(m.w.screen.range);
}

TEST_CASE("Tabs, rows and tiles are chosen by a click, opened by two") {
  Mouse m;
  m.move({m.theme.em(1.2f), 5});
  m.now.down = true;
  m.look();
  CHECK(m.w.screen.view == ViewKind::fleet);
  m.w.refresh();
  m.now.down = false;
  m.look();
  m.move({100, 200});
  m.now.down = m.now.twice = true;
  m.look();
  CHECK(m.w.screen.view == ViewKind::timeline);
  m.now.down = false;
  m.look();
  press(m.w.screen, "5");
  m.w.refresh();
  m.w.screen.row = 7;
  m.move({300, 100});
  m.now.down = true;
  m.look();
  CHECK(m.w.screen.row == 0);
}

TEST_CASE("An open box keeps the pointer from the view, and a still pointer changes nothing") {
  Mouse m;
  m.move(m.in_stack(0.5f));
  CHECK_FALSE(m.look());
  press(m.w.screen, "?");
  m.now.wheel = 3;
  const TimeRange before = m.w.screen.shown();
  CHECK_FALSE(m.look());
  CHECK(m.w.screen.shown() == before);
}

TEST_CASE("The pointer does nothing where no run is shown") {
  Screen empty;
  PointerState state;
  Pointer now;
  now.at = {700, 400};
  now.down = true;
  now.wheel = 1;
  const PlainMetrics metrics;
  state.handle(empty, *find_theme("light"), metrics, {0, 0, 1600, 900}, now);
  CHECK_FALSE(empty.range);
}

TEST_CASE("What lies under the pointer is told beside it, and no more once it leaves") {
  Mouse m;
  const Rect lane = m.layout().phases;
  CHECK(m.move({lane.x + lane.w * 0.2f, lane.y + lane.h / 2}));
  CHECK(m.w.draw().says("dwell of cold"));
  const Rect events = m.layout().events;
  const TimeScale time = m.layout().scale(m.w.screen.shown());
  CHECK(m.move({time.x(from_seconds(600)), events.y + events.h / 2}));
  CHECK(m.w.draw().says("incident workload-crash"));
  // Up and down in a lane: the hover's time is the same, what lies there is not.
  CHECK(m.move({m.now.at.x, lane.y + lane.h / 2}));
  CHECK_FALSE(m.w.draw().says("incident workload-crash"));
  CHECK(m.move({5, 400}));
  CHECK_FALSE(m.w.screen.pointer);
  CHECK_FALSE(m.w.draw().says("dwell of"));
}

TEST_CASE("In the incident view the pointer finds what is drawn there, above the log") {
  Mouse m;
  press(m.w.screen, "3");
  m.w.refresh();
  const auto layout =
      timeline_layout(m.w.screen, m.theme, lay_out_screen(m.theme, m.area).view);
  CHECK(layout.axis.bottom() < m.area.h * 0.75f);
  m.move({layout.phases.x + layout.phases.w / 2, layout.phases.y + layout.phases.h / 2});
  REQUIRE(m.w.screen.pointer);
  CHECK(tooltip_at(timeline_of(m.w.screen), layout, m.theme, *m.w.screen.pointer)
            .starts_with("dwell of cold"));
  m.move({layout.phases.x + layout.phases.w / 2, m.area.h * 0.85f});  // in the log
  CHECK_FALSE(m.w.screen.pointer);
}
