// SPDX-License-Identifier: Apache-2.0
#include "dashboard/views/incident_scene.hpp"

#include "results/store/console_text.hpp"
#include "rig/base/json_guard.hpp"
#include "rig/base/rig_events.hpp"
#include "tests/support/dashboard_screen.hpp"

using namespace soakrig;
using namespace soakrig::dashboard;

namespace {

// The watched run, whose board also spoke on a console around its crash at 600 s.
analysis::RunView speaking_run() {
  auto view = test::watched_run();
  std::string lines;
  for (int i = 0; i < 200; ++i) {
    lines += std::to_string(from_seconds(560 + i)) + " [  " + std::to_string(i) + "] \x1b[31mline " +
             std::to_string(i) + "\x1b[0m\n";
  }
  view.events.push_back(test::make_event(
      559, "pi", event_kind::kConsoleLog,
      dump_json({{"to_s", 760}, {"lines", 200}, {"lost", 3}, {"zstd", store::pack_console(lines)}})));
  view.events.push_back(test::make_event(559.5, "pi", event_kind::kConsoleLog, R"({"zstd":"AAAA"})"));
  view.events.push_back(test::make_event(
      599, "pi", event_kind::kKernelLog, R"({"class":"oops","text":"Oops: 0000","from":"console"})"));
  return view;
}

void go_to_crash(test::WatchedScreen& w) {
  w.keys({"3"});
  for (int i = 0; i < 10 && w.screen.incident != from_seconds(600); ++i) w.keys({"]"});
  REQUIRE(w.screen.incident == from_seconds(600));
  w.refresh();
}

}  // namespace

TEST_CASE("An incident shows what kernel, console, workloads and rig said around it") {
  test::WatchedScreen w(speaking_run());
  go_to_crash(w);
  REQUIRE(w.screen.answer->console.lines.size() == 161);  // 560 to 720 s
  CHECK(w.screen.answer->console.lost == 3);
  CHECK(w.screen.answer->console.problems.size() == 1);
  const Timeline t = timeline_of(w.screen);
  const auto lines = incident_lines(t, 600 * kSecond);
  const auto own = own_line(lines, 600 * kSecond);
  CHECK(lines[own].own);
  CHECK(lines[own].text.find("workload-crash") != std::string::npos);
  const auto log = w.draw();
  for (const char* word : {"Oops: 0000", "kernel", "console", "line 40", "+0.0 s", "too fast for 3",
                           "no such piece", "▶"}) {
    INFO(word);
    CHECK(log.says(word));
  }
  CHECK_FALSE(log.says("\x1b"));
  CHECK_FALSE(log.says("line 199"));  // 159 s later: outside
  CHECK(log.clips == 0);
}

TEST_CASE("The log is read by keys to its ends, and the chosen line is seen in the plots") {
  test::WatchedScreen w(speaking_run());
  go_to_crash(w);
  CHECK_FALSE(w.draw().says("[  0] line 0"));
  for (int i = 0; i < 30; ++i) w.keys({"PageUp"});
  CHECK(w.draw().says("[  0] line 0"));
  const int top = w.screen.line;
  w.keys({"Up"});
  CHECK(w.screen.line == top);
  w.keys({"Down"});
  CHECK(w.screen.line == top + 1);
  for (int i = 0; i < 30; ++i) w.keys({"PageDown"});
  CHECK(w.draw().says("line 160"));
  w.keys({"["});
  CHECK(w.screen.line == 0);
}

TEST_CASE("An incident around which nothing was said says so") {
  test::WatchedScreen w;
  w.keys({"3"});
  w.refresh();
  CHECK(w.draw().says("broke its limit"));
  Timeline t = timeline_of(w.screen);
  RunModel quiet = *t.run;
  quiet.marks.clear();
  quiet.judgement.reset();
  quiet.notes.notes.clear();
  t.run = &quiet;
  CHECK(incident_lines(t, 0).empty());
  CHECK(own_line({}, 0) == 0);
  test::PaintLog log;
  draw_incident(log, *find_theme("dark"), t, 0, {0, 0, 1200, 700});
  CHECK(log.says("nothing was recorded"));
}

TEST_CASE("Without a line of its own an incident begins at what was said before it") {
  std::vector<IncidentLine> lines(3);
  lines[0].t = 1, lines[1].t = 5, lines[2].t = 9;
  CHECK(own_line(lines, 6) == 1);
  CHECK(own_line(lines, 0) == 0);
  CHECK(own_line(lines, 100) == 2);
}
