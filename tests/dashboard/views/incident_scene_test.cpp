// SPDX-License-Identifier: Apache-2.0
#include "dashboard/views/incident_scene.hpp"

#include "tests/support/dashboard_screen.hpp"

using namespace soakrig;
using namespace soakrig::dashboard;

TEST_CASE(
    "An incident shows what was said around it, its own line marked, the nearest ones if many") {
  test::WatchedScreen w;
  w.keys({"3"});
  w.refresh();
  CHECK(w.draw().says("broke its limit"));
  CHECK(w.draw().says("▶     +0.0 s"));
  Timeline t = timeline_of(w.screen);
  RunModel noisy = *t.run;
  noisy.marks.clear();
  for (int i = 0; i < 300; ++i) {
    noisy.marks.push_back({i * kSecond, Marker::circle, Severity::info, "pi", "kernel.log",
                           "line " + std::to_string(i), false});
  }
  t.run = &noisy;
  t.range = {0, 300 * kSecond};
  const auto lines = incident_lines(t, 150 * kSecond, 11);
  REQUIRE(lines.size() == 11);
  CHECK(lines.front().text == "line 145");
  CHECK(lines.back().text == "line 155");
  CHECK(lines[5].own);
  noisy.marks.clear();
  noisy.judgement.reset();
  noisy.notes.notes.clear();
  CHECK(incident_lines(t, 0, 5).empty());
}
