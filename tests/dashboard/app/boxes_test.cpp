// SPDX-License-Identifier: Apache-2.0
// Also tests: views.cpp
#include "dashboard/app/boxes.hpp"

#include "tests/support/dashboard_screen.hpp"

using namespace soakrig;
using namespace soakrig::dashboard;
using soakrig::test::WatchedScreen;

TEST_CASE("The palette finds an action by its words, shows its key, and does it") {
  WatchedScreen w;
  w.keys({"Ctrl+P"});
  type(w.screen, "theme");
  const auto found = choices_of(w.screen);
  REQUIRE(found.size() == 1);
  CHECK(found[0].key == "L");
  CHECK(w.draw().says(found[0].title));
  CHECK(press_in_box(w.screen, "Enter"));
  CHECK(w.screen.box == Box::none);
  CHECK(w.screen.settings.theme == 1);
  CHECK_FALSE(press_in_box(w.screen, "Enter"));
}

TEST_CASE("A channel is found and pinned on top") {
  WatchedScreen w;
  w.keys({"Ctrl+F"});
  type(w.screen, "limiter");
  CHECK(press_in_box(w.screen, "Enter"));
  REQUIRE(w.screen.pinned.size() == 1);
  w.refresh();
  CHECK((*w.screen.plots())[0].spec.title == "limiter.thermal.cpu_state");
  w.keys({"P"});
  CHECK(w.screen.pinned.empty());
  w.keys({"Ctrl+F"});
  type(w.screen, "no such thing");
  CHECK(w.draw().says("nothing of that name"));
  CHECK(press_in_box(w.screen, "Down"));
  CHECK(press_in_box(w.screen, "Enter"));
  CHECK(w.screen.pinned.empty());
}

TEST_CASE("A note takes the selected range, or the cursor, and is wished for once") {
  WatchedScreen w;
  w.screen.marks.selection = TimeRange{10 * kSecond, 20 * kSecond};
  w.keys({"M"});
  CHECK(press_in_box(w.screen, "Enter"));  // empty: stays open
  CHECK(w.screen.box == Box::note);
  type(w.screen, "fan 温");
  CHECK(press_in_box(w.screen, "Backspace"));
  CHECK(w.screen.typed == "fan ");
  CHECK(press_in_box(w.screen, "Enter"));
  REQUIRE(w.screen.wishes.note);
  CHECK(w.screen.wishes.note->text == "fan ");
  CHECK(w.screen.wishes.note->from == 10 * kSecond);
  CHECK(w.screen.wishes.note->to == 20 * kSecond);
}

TEST_CASE("The help page shows every key; Escape leaves; what is typed is bounded") {
  WatchedScreen w;
  w.keys({"?"});
  CHECK(choices_of(w.screen).size() == actions().size());
  CHECK(w.draw({0, 0, 1600, 1200}).says("Ctrl+P"));
  for (int i = 0; i < 100; ++i) CHECK(press_in_box(w.screen, "Down"));
  CHECK(w.screen.choice == actions().size() - 1);
  CHECK(w.draw({0, 0, 500, 300}).clips == 0);
  for (int i = 0; i < 3000; ++i) type(w.screen, "x");
  CHECK(w.screen.typed.size() <= 2000);
  CHECK(press_in_box(w.screen, "Escape"));
  CHECK(w.screen.box == Box::none);
}

TEST_CASE("The filter narrows the history") {
  WatchedScreen w;
  w.keys({"5", "/"});
  w.refresh();
  type(w.screen, "nothing like it");
  CHECK(press_in_box(w.screen, "Enter"));
  CHECK(w.draw().says("0 runs in"));
}

TEST_CASE("Each view draws its own words") {
  WatchedScreen w;
  w.screen.compared = {w.stored.path};
  const std::pair<const char*, const char*> views[] = {{"1", "watched"},
                                                       {"2", "whole run"},
                                                       {"3", "What was said meanwhile"},
                                                       {"4", "laid over one another"},
                                                       {"5", "sustained speed of these runs"},
                                                       {"6", "Instruments"}};
  for (const auto& [key, word] : views) {
    w.keys({key});
    w.refresh();
    INFO(word);
    CHECK(w.draw().says(word));
  }
}
