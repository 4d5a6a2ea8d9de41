// SPDX-License-Identifier: Apache-2.0
#include "dashboard/run/console_text.hpp"

#include "results/store/console_text.hpp"
#include "rig/base/json_guard.hpp"
#include "rig/base/rig_events.hpp"
#include "tests/support/dashboard_run.hpp"

using namespace soakrig;
using namespace soakrig::dashboard;

TEST_CASE("A line of a console is shown without what a terminal would take for a command") {
  CHECK(plain_line("\x1b[1;31mred\x1b[0m and \x1b[2Kplain\r") == "red and plain");
  CHECK(plain_line("tab\there\x07") == "tab here");
  CHECK(plain_line("温度 ok") == "温度 ok");
  CHECK(plain_line("bad \xff\xfe end") == "bad \xEF\xBF\xBD\xEF\xBF\xBD end");
  CHECK(plain_line("\x1b") == "");
  CHECK(plain_line("\x1b[12;") == "");
  CHECK(plain_line(std::string(100'000, 'a')).size() == 400);
}

TEST_CASE("Of a flood the lines nearest to the instant are kept, and the rest is counted") {
  auto view = test::watched_run();
  for (int piece = 0; piece < 10; ++piece) {
    std::string lines;
    for (int i = 0; i < 1000; ++i)
      lines += std::to_string(from_seconds(500 + piece) + i * kMillisecond) + " x\n";
    view.events.push_back(test::make_event(
        500 + piece, "pi", event_kind::kConsoleLog,
        dump_json({{"lines", 1000}, {"zstd", store::pack_console(lines)}})));
  }
  const test::WatchedRun stored(view);
  const auto reader = store::Reader::open(stored.path);
  REQUIRE(reader);
  const TimeRange range{from_seconds(440), from_seconds(620)};
  const auto text = console_text(*reader, "pi", range, from_seconds(505));
  CHECK(text.lines.size() == kMostConsoleLines);
  CHECK(text.left_out == 10'000 - kMostConsoleLines);
  CHECK(text.lines.front().t == from_seconds(503));
  CHECK(text.lines.back().t < from_seconds(507.1));
  CHECK(console_text(*reader, "other", range, 0).lines.empty());
  // A piece that begins before the range still has lines inside it.
  const auto late = console_text(*reader, "pi", {from_seconds(500.5), from_seconds(500.6)}, 0);
  CHECK(late.lines.size() == 101);
}
