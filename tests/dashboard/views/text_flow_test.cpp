// SPDX-License-Identifier: Apache-2.0
#include "dashboard/views/text_flow.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/paint_log.hpp"

using namespace soakrig::dashboard;
using soakrig::test::PaintLog;

TEST_CASE("Text flows down, wraps at words, and ends with the panel") {
  PaintLog log;
  const Theme theme = *find_theme("light");
  TextFlow flow(log, theme, {10, 10, 120, 90});
  flow.wrapped("one two three four five six", 2);  // 20 characters a line
  REQUIRE(log.texts.size() == 2);
  CHECK(log.texts[0].text == "one two three four");
  CHECK(log.texts[1].text == "five six");
  CHECK(log.texts[1].place.y > log.texts[0].place.y);
  flow.wrapped("one two three four five six seven eight nine ten", 2);
  CHECK(log.texts.back().text.ends_with("…"));
  for (int i = 0; i < 20; ++i) flow.line("more");
  CHECK(flow.full());
  for (const auto& text : log.texts) {
    CHECK(text.place.bottom() <= 100);
    CHECK(text.place.right() <= 130);
  }
}

TEST_CASE("A word longer than the panel is cut, not lost in an endless loop") {
  PaintLog log;
  const Theme theme = *find_theme("light");
  TextFlow flow(log, theme, {0, 0, 60, 400});
  flow.wrapped(std::string(500, 'x') + " y", 5);
  CHECK(log.texts.size() == 2);
  flow.pair("label", "a value that is much too long for it");
  flow.table({{"phase", "peak"}, {"cold", "12.5"}});
  flow.table({{}});
  for (const auto& text : log.texts) CHECK(text.place.right() <= 60.5f);
}
