// SPDX-License-Identifier: Apache-2.0
#include "dashboard/canvas/shapes.hpp"

#include "dashboard/canvas/utf8.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/paint_log.hpp"

using namespace soakrig::dashboard;
using soakrig::test::PaintLog;
using soakrig::test::PlainMetrics;

TEST_CASE("Text is cut with an ellipsis at a character's edge, or not at all") {
  const PlainMetrics metrics;
  CHECK(fit_text(metrics, "abc", TextStyle::normal, 18) == "abc");
  CHECK(fit_text(metrics, "abcdefgh", TextStyle::normal, 36) == "abc…");  // the sign is three bytes
  CHECK(fit_text(metrics, "温度温度", TextStyle::normal, 60) == "温度…");
  CHECK(fit_text(metrics, "abcdefgh", TextStyle::normal, 5).empty());
  CHECK(fit_text(metrics, "", TextStyle::normal, 5).empty());
  CHECK(fit_text(metrics, std::string(100'000, 'x'), TextStyle::normal, 60).size() == 10);
}

TEST_CASE("Dashes leave as much space as they take, and end where the line does") {
  PaintLog log;
  draw_dashes(log, {0, 5}, {25, 5}, {}, 1, 5);
  REQUIRE(log.lines.size() == 3);
  CHECK(log.lines[0][1].x == 5);
  CHECK(log.lines[2][0].x == 20);
  CHECK(log.lines[2][1].x == 25);
  draw_dashes(log, {0, 0}, {0, 0}, {}, 1, 5);
  draw_dashes(log, {0, 0}, {5, 0}, {}, 1, 0);
  CHECK(log.lines.size() == 3);
}

TEST_CASE("A hatch covers its rectangle and is cut to it") {
  PaintLog log;
  draw_hatch(log, {10, 10, 20, 10}, {}, 5);
  CHECK(log.lines.size() >= 6);
  CHECK(log.clips == 0);  // taken back
  draw_hatch(log, {0, 0, 0, 10}, {}, 5);
  draw_hatch(log, {0, 0, 10, 10}, {}, 0);
}

TEST_CASE("Every marker draws something, and text is aligned") {
  for (const auto marker : {Marker::triangle, Marker::circle, Marker::diamond, Marker::square,
                            Marker::cross, Marker::flag}) {
    PaintLog log;
    draw_marker(log, marker, {10, 10}, 8, {});
    CHECK((log.polygons > 0 || !log.lines.empty() || !log.filled.empty()));
  }
  PaintLog log;
  draw_text(log, {100, 0}, "ab", TextStyle::normal, {}, Align::right);
  draw_text(log, {100, 0}, "ab", TextStyle::normal, {}, Align::centre);
  CHECK(log.texts[0].place.x == 88);
  CHECK(log.texts[1].place.x == 94);
}

TEST_CASE("Hostile UTF-8 is walked to its end, what is no character is replaced") {
  const auto walk = [](std::string_view text) {
    std::vector<unsigned> out;
    for_each_character(text, [&](unsigned c) { out.push_back(c); });
    return out;
  };
  CHECK(walk("a°温\xF0\x9F\x94\xA5") == std::vector<unsigned>{'a', 0xB0, 0x6E29, 0x1F525});
  CHECK(walk("\x1B[2J") == std::vector<unsigned>{' ', '[', '2', 'J'});
  CHECK(walk("\xC3") == std::vector<unsigned>{0xFFFD});
  CHECK(walk("\xC0\x80x") == std::vector<unsigned>{0xFFFD, 0xFFFD, 'x'});  // overlong
  CHECK(walk("\xED\xA0\x80").front() == 0xFFFD);                           // a surrogate
  CHECK(walk("\xF8\x88\x80\x80\x80").size() == 5);
}
