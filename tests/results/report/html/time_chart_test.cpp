// SPDX-License-Identifier: Apache-2.0
// Also tests: chart_scale.cpp xy_chart.cpp
#include "results/report/html/time_chart.hpp"

#include <limits>

#include "results/report/html/chart_scale.hpp"
#include "results/report/html/xy_chart.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/well_formed.hpp"

using namespace soakrig::report;
using soakrig::test::ill_formed;

namespace {

std::size_t count(const std::string& text, const std::string& what) {
  std::size_t n = 0;
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++n;
  return n;
}

TimeChart spike() {
  Curve curve{"soc.temperature", {}};
  for (int i = 0; i < 100; ++i) {
    const double high = i == 50 ? 99.5 : 61;  // one bin that is far above its mean
    curve.bins.push_back({i * 1.0, i + 1.0, 60, high, 60.5, i < 20 || i >= 30});
  }
  TimeChart chart{0, 100, {{"Cel", {curve}, {{85, "trip"}}, false, 90}}, {}, {}, "board", ""};
  chart.lanes.push_back({"phase", {{0, 100, "dwell", "hot", "hot phase"}}});
  return chart;
}

}  // namespace

TEST_CASE("scales begin and end at round numbers and hold what they must") {
  const Scale s = round_scale(61.2, 98.7, 4, false);
  CHECK(s.low == 60);
  CHECK(s.high == 100);
  CHECK(s.ticks == std::vector<double>{60, 70, 80, 90, 100});
  CHECK(round_scale(3, 17, 4, true).low == 0);
  const Scale flat = round_scale(5, 5, 4, false);
  CHECK(flat.low < 5);
  CHECK(flat.high > 5);
  const Scale zero = round_scale(0, 0, 4, true);
  CHECK(zero.low == 0);
  CHECK(zero.high > 0);
  const Scale none = round_scale(std::numeric_limits<double>::quiet_NaN(), 1, 4, false);
  CHECK(none.low < none.high);
  CHECK(round_scale(-1e-12, 1e300, 5, false).ticks.size() < 25);
}

TEST_CASE("time has ticks that a clock has") {
  const Scale night = time_scale(0, 12 * 3600, 8);
  CHECK(night.low == 0);
  CHECK(night.high == 12 * 3600);
  CHECK(night.ticks[1] == 7200);
  CHECK(time_tick(5400, 1800) == "1:30");
  CHECK(time_tick(90, 30) == "90 s");
  CHECK(time_tick(172800, 86400) == "2 d");
  CHECK(time_scale(0, 60 * 86400, 8).ticks[1] == 10 * 86400);
}

TEST_CASE("units are read by people") {
  CHECK(shown_unit("{token}/s", 30).text == "token/s");
  CHECK(shown_unit("Cel", 85).text == "°C");
  CHECK(shown_unit("Hz", 2.4e9).text == "GHz");
  CHECK(shown_unit("Hz", 2.4e9).divisor == 1e9);
  CHECK(shown_unit("By", 4e6).text == "MB");
  CHECK(shown_unit("W", 4e6).text == "W");
}

TEST_CASE("a spike of one bin reaches its exact height, and what is not known breaks the line") {
  const std::string svg = draw(spike()).str();
  REQUIRE(ill_formed(svg).empty());
  // The axis goes from 60 to 100; the panel's top is y = 18 and it is 90 high.
  const double top = 18 + 90 * (1 - (99.5 - 60) / 40);
  CHECK(svg.find(" " + std::to_string(top).substr(0, 4)) != std::string::npos);
  CHECK(count(svg, "class=\"mean c0\"") == 2);  // before and after the hole
  CHECK(svg.find("trip") != std::string::npos);
  CHECK(svg.find(">hot<") != std::string::npos);
  CHECK(svg.find("banner") == std::string::npos);
}

TEST_CASE("a simulated picture says so across itself") {
  TimeChart chart = spike();
  chart.banner = "SIMULATED";
  CHECK(draw(chart).str().find(">SIMULATED</text>") != std::string::npos);
}

TEST_CASE("nothing to draw is nothing, and labels cannot break out") {
  CHECK(draw(TimeChart{}).empty());
  TimeChart chart = spike();
  chart.to = chart.from;
  CHECK(draw(chart).empty());
  chart = spike();
  chart.lanes[0].items[0].label = "</text><script>";
  chart.panels[0].curves[0].label = "\"/><x>";
  const std::string svg = draw(chart).str();
  CHECK(ill_formed(svg).empty());
  CHECK(svg.find("<script") == std::string::npos);
}

TEST_CASE("ten thousand episodes make a picture of bounded size") {
  TimeChart chart = spike();
  Lane lane{"episodes", {}};
  for (int i = 0; i < 10000; ++i) {
    lane.items.push_back({i * 0.01, i * 0.01 + 0.005, "cause-thermal", "thermal", "thermal"});
  }
  chart.lanes.push_back(lane);
  CHECK(draw(chart).str().size() < 400'000);
}

TEST_CASE("points have intervals; a predicted one is hollow and its line dashed") {
  XyChart chart;
  chart.x_unit = "Cel";
  chart.y_unit = "{token}/s";
  chart.x_label = "ambient";
  chart.series.push_back(
      {"chat", {{25, 12, 11.8, 12.2, true, "cold"}, {40, 10, {}, {}, false, "between"}}});
  const std::string svg = draw(chart).str();
  CHECK(ill_formed(svg).empty());
  CHECK(count(svg, "class=\"whisker c0\"") == 3);
  CHECK(count(svg, "class=\"hollow c0\"") == 1);
  CHECK(count(svg, "class=\"mean predicted c0\"") == 1);
  CHECK(svg.find("ambient, °C") != std::string::npos);
  CHECK(draw(XyChart{}).empty());
}
