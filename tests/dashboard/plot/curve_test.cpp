// SPDX-License-Identifier: Apache-2.0
#include "dashboard/plot/curve.hpp"

#include "results/store/view_bins.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/paint_log.hpp"

using namespace soakrig;
using namespace soakrig::dashboard;

namespace {

// One row a second from 0, by its value; a hole where there is none.
store::View view_of(const std::vector<std::optional<double>>& values, std::size_t bins) {
  std::vector<store::ViewBin> rows;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const Nanos t = static_cast<Nanos>(i) * kSecond;
    if (values[i]) rows.push_back(store::stretch_of(t, *values[i], State::good));
  }
  store::View out;
  out.from = 0;
  out.to = static_cast<Nanos>(values.size()) * kSecond - 1;
  out.bins = store::fill_bins(out.from, out.to, bins, rows, store::longest_step(kSecond / 10));
  return out;
}

constexpr Rect kArea{0, 0, 100, 50};

CurveShape shape(const store::View& view, bool steps = false) {
  return shape_of(view, TimeScale({view.from, view.to + 1}, 0, 100), ValueScale({0, 100}, 50, 0),
                  kArea, steps);
}

}  // namespace

TEST_CASE("A spike of one sample reaches its height in its column, however many share it") {
  std::vector<std::optional<double>> values(10'000, 10.0);
  values[7'777] = 90;
  const CurveShape s = shape(view_of(values, 100));
  REQUIRE(s.band.size() == 1);
  CHECK(s.band[0].y == Approx(5));          // the value 90
  CHECK(s.band[0].bottom() == Approx(45));  // down to 10
  CHECK(s.band[0].x == Approx(77).margin(0.5));
  CHECK(s.band[0].w >= 1);
}

TEST_CASE("The line begins with the value from before the range, and breaks at a gap") {
  std::vector<std::optional<double>> values(100, 50.0);
  for (std::size_t i = 40; i < 60; ++i) values[i].reset();
  store::View view = view_of(values, 50);
  view.before = store::CarriedIn{-5, 80, State::good};
  const CurveShape s = shape(view);
  CHECK(s.lines.size() == 2);
  CHECK(s.lines[0][0].x == 0);
  CHECK(s.lines[0][0].y == Approx(10));
  CHECK(s.lines[0].back().x < 42);
  CHECK(s.lines[1].front().x > 57);
  REQUIRE(s.gaps.size() == 1);
  CHECK(s.gaps[0].x == Approx(38).margin(3));
  CHECK(s.gaps[0].w == Approx(22).margin(4));
}

TEST_CASE("A level is drawn in steps and held to its last row") {
  store::View view = view_of({0.0, std::nullopt, std::nullopt, 100.0, std::nullopt}, 5);
  for (auto& bin : view.bins) bin.flags = 0;  // an irregular source: silence is no gap
  const CurveShape s = shape(view, true);
  REQUIRE(s.lines.size() == 1);
  REQUIRE(s.lines[0].size() == 4);
  CHECK(s.lines[0][1].x == s.lines[0][2].x);  // upright
  CHECK(s.lines[0][1].y == 50);
  CHECK(s.lines[0][3].x == Approx(80));
}

TEST_CASE("Rows without a reading are shaded and break the line, never drawn as zero") {
  store::View view = view_of({50.0, 50.0, 50.0}, 3);
  view.bins[1].good = 0;
  view.bins[1].flags = store::kBinNoData;
  view.bins[1].min = view.bins[1].max = view.bins[1].sum = 0;
  const CurveShape s = shape(view);
  CHECK(s.lines.size() == 2);
  REQUIRE(s.unread.size() == 1);
  for (const auto& line : s.lines) {
    for (const Point p : line) CHECK(p.y == 25);
  }
}

TEST_CASE("Breaches are drawn over everything, two pixels wide at least") {
  std::vector<std::optional<double>> values(10'000, 10.0);
  values[5'000] = 90;
  test::PaintLog log;
  const auto theme = find_theme("light");
  const store::View view = view_of(values, 1000);
  draw_breaches(log, *theme, view, std::nullopt, 80.0, TimeScale({0, 10'000 * kSecond}, 0, 100),
                ValueScale({0, 100}, 50, 0));
  REQUIRE(log.filled.size() == 1);
  CHECK(log.filled[0].place.w >= 2);
  CHECK(log.filled[0].colour == theme->bad);
  draw_breaches(log, *theme, view, 5.0, 95.0, TimeScale({0, 10'000 * kSecond}, 0, 100),
                ValueScale({0, 100}, 50, 0));
  CHECK(log.filled.size() == 1);
}

TEST_CASE("A reading at a time is the one at or before it, and none in a gap") {
  std::vector<std::optional<double>> values(100, 50.0);
  values[10] = 70;
  for (std::size_t i = 40; i < 60; ++i) values[i].reset();
  store::View view = view_of(values, 100);
  CHECK(value_at(view, 10 * kSecond + 1)->mean == 70);
  CHECK(value_at(view, 9 * kSecond + 1)->mean == 50);
  CHECK_FALSE(value_at(view, 50 * kSecond));
  view.bins.clear();
  CHECK_FALSE(value_at(view, 50 * kSecond));
  view.before = store::CarriedIn{-5, 80, State::good};
  CHECK(value_at(view, 50 * kSecond)->mean == 80);
  CHECK(value_at(view, 50 * kSecond)->samples == 0);
  view.before->state = State::error;
  CHECK_FALSE(value_at(view, 50 * kSecond));
}

TEST_CASE("Extremes span all views; nothing read has none") {
  const std::vector<store::View> views{view_of({1.0, 2.0}, 2), view_of({-5.0}, 1)};
  CHECK(*extremes(views) == ValueRange{-5, 2});
  CHECK_FALSE(extremes(std::vector<store::View>{view_of({std::nullopt}, 1)}));
}
