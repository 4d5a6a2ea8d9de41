// SPDX-License-Identifier: Apache-2.0
#include "rig/app/top_screen.hpp"

#include <algorithm>

#include "rig/app/text_width.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/text.hpp"

using namespace soakrig;
using namespace soakrig::app;

namespace {

LiveView sample() {
  LiveView view;
  view.id = "20260301-120000-1a2b3c4d";
  view.name = "night";
  view.provenance = Provenance::simulated;
  view.phase = "hot";
  view.stage = "dwell";
  view.now = kMinute;
  view.planned = 2 * kMinute;
  view.chamber = 55.0;
  LiveBoard board;
  board.name = "dut";
  board.temperature = 71.5;
  board.temperatures = {60, 65, 71.5};
  board.limiters = {"limiter.thermal.cpufreq_state"};
  board.incidents = 2;
  board.work = {{"chat", "{token}", 42.0, {50, 46, 42}}};
  view.boards = {board};
  for (int i = 0; i < 8; ++i) view.events.push_back("1m 00s  something happened");
  return view;
}

using soakrig::test::has;

}  // namespace

TEST_CASE("The screen says what matters") {
  const auto lines = top_screen(sample(), 100, 50);
  CHECK(has(lines, "SIMULATED"));
  CHECK(has(lines, "phase hot · dwell"));
  CHECK(has(lines, "71.5 °C"));
  CHECK(has(lines, "42.0 tokens/s"));
  CHECK(has(lines, "throttled by limiter.thermal.cpufreq_state"));
  CHECK(has(lines, "2 incidents"));
  CHECK(has(lines, "something happened"));
}

TEST_CASE("A figure that is not known is no number") {
  LiveView view = sample();
  view.boards[0].temperature.reset();
  view.boards[0].work[0].speed.reset();
  const auto lines = top_screen(view, 100, 50);
  CHECK(has(lines, "– °C"));
  CHECK(has(lines, "– tokens/s"));
}

TEST_CASE("No line is wider and no screen higher than asked") {
  for (const std::size_t width : {1u, 20u, 40u, 80u}) {
    for (const std::size_t height : {1u, 5u, 24u}) {
      const auto lines = top_screen(sample(), width, height);
      CHECK(lines.size() <= std::max<std::size_t>(height, 2));
      for (const auto& line : lines) CHECK(columns(line) <= width);
    }
  }
}

TEST_CASE("Spark lines scale from least to greatest, flat ones stand in the middle") {
  CHECK(spark_line({}).empty());
  CHECK(spark_line({0, 1}) == "▁█");
  CHECK(spark_line({5, 5, 5}) == "▅▅▅");
  CHECK(bar(0.5, 4) == "██░░");
  CHECK(bar(7, 3) == "███");
  CHECK(bar(-1, 3) == "░░░");
}
