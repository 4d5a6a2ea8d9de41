// SPDX-License-Identifier: Apache-2.0
#include "dashboard/app/actions.hpp"

#include <set>

#include "tests/support/dashboard_screen.hpp"

using namespace soakrig;
using namespace soakrig::dashboard;
using soakrig::test::WatchedScreen;

TEST_CASE("Every action has a name and a key of its own") {
  std::set<std::string_view> keys, titles;
  for (const Action& action : actions()) {
    CHECK_FALSE(action.title.empty());
    CHECK(titles.insert(action.title).second);
    if (!action.key.empty()) CHECK(keys.insert(action.key).second);
  }
  CHECK(actions().size() > 35);
}

TEST_CASE("No action fails on an empty screen, or on one that shows a run in any view") {
  for (const Action& action : actions()) {
    INFO(action.title);
    Screen empty;
    action.act(empty);
    CHECK(query_of(empty, 100).runs.empty());
  }
  WatchedScreen w;
  for (const char* view : {"1", "2", "3", "4", "5", "6"}) {
    for (const Action& action : actions()) {
      INFO(view << " " << action.title);
      w.keys({view});
      w.refresh(200);
      action.act(w.screen);
      w.screen.box = Box::none;
      w.screen.wishes = {};
      CHECK(w.draw({0, 0, 900, 600}).clips == 0);
    }
  }
}

TEST_CASE("Zoom, move, fit: the keyboard does what the wheel does") {
  WatchedScreen w;
  const TimeRange whole = w.screen.shown();
  w.keys({"W"});
  CHECK(w.screen.shown().length() ==
        Approx(static_cast<double>(whole.length()) / 1.5).epsilon(1e-6));
  w.keys({"D"});
  CHECK(w.screen.shown().from > whole.from);
  w.keys({"Home"});
  CHECK(w.screen.shown().from == 0);
  w.keys({"End"});
  CHECK(w.screen.shown().to == w.screen.run()->last);
  w.keys({"F"});
  CHECK(w.screen.shown() == whole);
  CHECK_FALSE(press(w.screen, "no such key"));
}

TEST_CASE("Next and previous walk through incidents and throttling") {
  WatchedScreen w;
  w.keys({"]"});
  CHECK(w.screen.incident == from_seconds(test::kSpikeAt));
  w.keys({"]", "]"});
  CHECK(w.screen.incident > from_seconds(500));
  w.keys({"[", "[", "[", "["});
  CHECK(w.screen.said == "no earlier incident");
  CHECK(w.screen.incident == from_seconds(test::kSpikeAt));
  w.keys({"3"});
  CHECK(w.screen.view == ViewKind::incident);
  CHECK(w.screen.shown().from == from_seconds(test::kSpikeAt - 60));
}

TEST_CASE("Cursors give differences, a selection statistics") {
  WatchedScreen w;
  w.screen.marks.hover = 100 * kSecond;
  w.keys({"Shift+A"});
  w.screen.marks.hover = 600 * kSecond;
  w.keys({"Shift+B"});
  std::string said;
  for (const auto& [name, value] : readout_of(w.screen)) said += name + " " + value + "\n";
  CHECK(said.find("B − A 8m 20s") != std::string::npos);
  CHECK(said.find("difference -720.0 MHz") != std::string::npos);
  w.keys({"R"});
  w.refresh();
  said.clear();
  for (const auto& [name, value] : readout_of(w.screen)) said += name + " " + value + "\n";
  CHECK(said.find("max 97.50 °C") != std::string::npos);
  CHECK(said.find("energy") != std::string::npos);
  w.keys({"Escape"});
  CHECK(readout_of(w.screen).empty());
}

TEST_CASE("A copied range is CSV with a line a bin, and no reading is an empty field") {
  WatchedScreen w;
  w.keys({"Ctrl+C"});
  REQUIRE(w.screen.wishes.copy);
  const std::string& csv = *w.screen.wishes.copy;
  CHECK(csv.starts_with("board,channel,unit,from_s,to_s,n,min,mean,max,flags\n"));
  CHECK(csv.find("pi,soc.temperature,Cel,") != std::string::npos);
  CHECK(csv.find("97.5") != std::string::npos);
  CHECK(csv.find(",0,,,,gap") != std::string::npos);
  CHECK(csv_of(Screen{}).find('\n') == csv_of(Screen{}).size() - 1);
}

TEST_CASE("Space pauses the view of a live run, never the run; the width stays") {
  WatchedScreen w(false);
  w.keys({"Space"});
  REQUIRE(w.screen.follow);
  CHECK(w.screen.shown().to == w.screen.run()->whole().to);
  CHECK(w.draw().says("LIVE"));
  w.keys({"A"});
  CHECK_FALSE(w.screen.follow);
  const Nanos width = w.screen.shown().length();
  CHECK(w.draw().says("PAUSED"));
  w.keys({"Space"});
  CHECK(*w.screen.follow == width);
  WatchedScreen ended;
  ended.keys({"Space"});
  CHECK(ended.screen.said.find("has ended") != std::string::npos);
}

TEST_CASE("The history opens runs and chooses them for comparison") {
  WatchedScreen w;
  w.keys({"5"});
  w.refresh();
  CHECK(w.draw().says("1 run in"));
  w.keys({"Down", "Down", "C"});
  CHECK(w.screen.compared == std::vector<std::string>{w.stored.path});
  w.keys({"C"});
  CHECK(w.screen.compared.empty());
  w.screen.runs.clear();
  w.keys({"Enter"});
  CHECK(w.screen.path() == w.stored.path);
  CHECK(w.screen.view == ViewKind::timeline);
}

TEST_CASE("Size, theme and time format go round and stay in bounds") {
  Screen s;
  for (int i = 0; i < 40; ++i) press(s, "Ctrl++");
  CHECK(s.settings.scale == 2.5f);
  for (int i = 0; i < 40; ++i) press(s, "Ctrl+-");
  CHECK(s.settings.scale == 0.75f);
  press(s, "L");
  CHECK(s.settings.theme == 1);
  press(s, "T"), press(s, "T"), press(s, "T");
  CHECK(s.settings.format == TimeFormat::elapsed);
}
