// SPDX-License-Identifier: Apache-2.0
#include "dashboard/app/screen.hpp"

#include "tests/support/dashboard_screen.hpp"

using namespace soakrig;
using namespace soakrig::dashboard;
using soakrig::test::PaintLog;
using soakrig::test::WatchedScreen;

namespace {
PaintLog drawn(const Screen& screen) {
  PaintLog log;
  draw_screen(log, *find_theme("dark"), screen, {0, 0, 1400, 900});
  return log;
}
}  // namespace

TEST_CASE("A screen without runs says how to start one") {
  Screen screen;
  CHECK(drawn(screen).says("No run is open"));
  screen.view = ViewKind::history;
  screen.answer = std::make_shared<const Answer>();
  CHECK(drawn(screen).says("soakrig init"));
}

TEST_CASE("Until the first answer a run is connecting; an unreadable one says why") {
  Screen screen;
  screen.runs = {"a.soak"};
  CHECK(drawn(screen).says("Connecting"));
  auto answer = std::make_shared<Answer>();
  answer->runs.push_back(
      {"a.soak", nullptr, Error{Errc::corrupt, "not a .soak file", "name another", "a.soak"}});
  screen.answer = answer;
  const PaintLog log = drawn(screen);
  CHECK(log.says("cannot be read"));
  CHECK(log.says("not a .soak file"));
  CHECK(log.says("name another"));
}

TEST_CASE("Every state of a run has its banner, with lengths") {
  RunModel run;
  run.clock = report::RunClock(0);
  run.last = 100 * kSecond;
  const auto banner = [&](Nanos now) { return banner_of(run, std::nullopt, now); };
  CHECK(banner(101 * kSecond).empty());
  CHECK(banner(130 * kSecond) == "stale: nothing new for " + length_text(30 * kSecond));
  CHECK(banner(400 * kSecond).starts_with("recovering or stuck: nothing new for 5m 00s"));
  run.state = RunState::interrupted;
  CHECK(banner(400 * kSecond).starts_with("controller lost"));
  run.state = RunState::sealed;
  CHECK(banner(400 * kSecond).empty());
  run.resumed = TimeRange{50 * kSecond, 80 * kSecond};
  CHECK(banner(0).find("resumed after " + length_text(30 * kSecond)) != std::string::npos);
  run.problems = {"events: damaged"};
  CHECK(banner(0).starts_with("damaged"));
  CHECK(banner_of(run, Error{Errc::io, "gone"}, 0).find("last good data") != std::string::npos);
}

TEST_CASE("What the screen asks for follows from what it shows") {
  WatchedScreen w;
  w.screen.compared = {"x", "y", w.stored.path};
  CHECK(query_of(w.screen, 1000).runs.size() == 1);
  w.screen.view = ViewKind::compare;
  CHECK(query_of(w.screen, 1000).runs == std::vector<std::string>{w.stored.path, "x", "y"});
  for (int i = 0; i < 20; ++i) w.screen.compared.push_back(std::to_string(i));
  CHECK(query_of(w.screen, 1000).runs.size() == kMostCompared);
  w.screen.view = ViewKind::history;
  CHECK_FALSE(query_of(w.screen, 1000).archive.empty());
  CHECK(query_of(w.screen, 1'000'000).columns <= 8192);
  w.screen.view = ViewKind::timeline;
  w.screen.range = TimeRange{1, 2};
  w.screen.follow = kMinute;
  CHECK(query_of(w.screen, 1000).follow == kMinute);
}

TEST_CASE("Characters of names and of what is typed are known to the fonts") {
  WatchedScreen w;
  w.screen.typed = "温";
  CHECK(characters_of(w.screen).find("温") != std::string::npos);
  CHECK(characters_of(w.screen).find("watched") != std::string::npos);
}
