// SPDX-License-Identifier: Apache-2.0
#include "dashboard/views/tooltip.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/paint_log.hpp"

using namespace soakrig;
using namespace soakrig::dashboard;

TEST_CASE("A tooltip stays inside the picture wherever the pointer is, and long lines are cut") {
  const Theme theme = *find_theme("light");
  const Rect area{10, 20, 600, 300};
  const std::string text = "one\n" + std::string(500, 'x') + "\nthree";
  for (const Point at : {Point{10, 20}, Point{609, 20}, Point{10, 319}, Point{609, 319}}) {
    test::PaintLog log;
    draw_tooltip(log, theme, text, at, area);
    REQUIRE(log.texts.size() == 3);
    for (const auto& shown : log.texts) {
      CHECK(shown.place.x >= area.x);
      CHECK(shown.place.right() <= area.right());
      CHECK(shown.place.y >= area.y);
      CHECK(shown.place.bottom() <= area.bottom());
    }
  }
  test::PaintLog none;
  draw_tooltip(none, theme, "", {50, 50}, area);
  CHECK(none.filled.empty());
}
