// SPDX-License-Identifier: Apache-2.0
#include "dashboard/views/history_scene.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/paint_log.hpp"

using namespace soakrig;
using namespace soakrig::dashboard;
using soakrig::test::PaintLog;

namespace {

History many(std::size_t count) {
  History out;
  for (std::size_t i = 0; i < count; ++i) {
    HistoryRow row;
    row.path = row.name = "run" + std::to_string(i);
    row.verdict = i % 2 == 0 ? Verdict::pass : Verdict::fail;
    row.sustained = 10.0 + static_cast<double>(i);
    row.unit = "{token}/s";
    out.rows.push_back(row);
  }
  return out;
}

}  // namespace

TEST_CASE("The chosen row is in sight in a table of any length, and found under the pointer") {
  const Theme theme = *find_theme("light");
  const Rect area{0, 0, 1600, 800};
  History h = many(500);
  h.chosen = 321;
  h.compared = {"run321"};
  PaintLog log;
  draw_history(log, theme, h, area);
  CHECK(log.says("run321"));
  CHECK(log.says("compare"));
  CHECK_FALSE(log.says("run499"));
  const auto at = history_row_at(h, theme, log.metrics(), area, {100, 300});
  REQUIRE(at);
  CHECK(*at <= 321);
  CHECK(*at > 280);
  CHECK_FALSE(history_row_at(h, theme, log.metrics(), area, {100, 5}));
  CHECK(log.clips == 0);
}

TEST_CASE("No runs, runs without figures and unreadable files are drawn") {
  const Theme theme = *find_theme("dark");
  PaintLog log;
  draw_history(log, theme, {}, {0, 0, 1600, 800});
  History h = many(2);
  h.rows[0].sustained.reset();
  h.rows[1].error = "b.soak: not a .soak file";
  h.rows[1].sustained.reset();
  draw_history(log, theme, h, {0, 0, 1600, 800});
  CHECK(log.says("not a .soak file"));
  CHECK(log.says("–"));
  draw_history(log, theme, h, {0, 0, 200, 160});
}

TEST_CASE("Where there is no room for all columns the weightiest are whole") {
  History h;
  h.rows.emplace_back();
  h.rows[0].name = "night";
  h.rows[0].sustained = 20;
  h.rows[0].provenance = Provenance::simulated;
  test::PaintLog wide, narrow;
  draw_history(wide, *find_theme("light"), h, {0, 0, 1920, 1080});
  draw_history(narrow, *find_theme("light", 2.5f), h, {0, 0, 1920, 1080});
  for (const char* word : {"verdict", "night", "SIMULATED", "sustained"}) {
    INFO(word);
    CHECK(wide.says(word));
    CHECK(narrow.says(word));
  }
  CHECK(wide.says("episodes"));
  CHECK_FALSE(narrow.says("episodes"));
}
