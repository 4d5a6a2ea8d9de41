// SPDX-License-Identifier: Apache-2.0
#include "dashboard/views/fleet_scene.hpp"

#include "tests/support/dashboard_screen.hpp"

using namespace soakrig;
using namespace soakrig::dashboard;

TEST_CASE("The wall shows a tile a run, what needs a look first") {
  test::WatchedScreen w;
  const test::WatchedRun live(
      test::make_run({std::move(test::Plant("pi").sensors(100).work("chat", {}, 0, 100)).board()},
                     {{"cold", 100}}),
      false);
  w.screen.view = ViewKind::fleet;
  w.screen.runs = {live.path, w.stored.path, w.stored.directory.file("none.soak")};
  w.refresh();
  const auto tiles = tiles_of(*w.screen.answer);
  REQUIRE(tiles.size() == 3);
  CHECK(tiles[0].run == 2);  // unreadable
  CHECK(tiles[1].state == "fail");
  CHECK(tiles[1].trouble == "1 × throttled, 1 incidents");
  CHECK(tiles[2].state == "running");
  REQUIRE(tiles[2].figures.size() == 2);
  CHECK(tiles[2].figures[0] == "20.00 tokens/s");  // of the newest whole window
  CHECK(tiles[2].figures[1] == "60.00 °C");
  CHECK(w.draw().says("60.00 °C"));
  CHECK(w.draw({0, 0, 300, 200}).clips == 0);
}

TEST_CASE("A run of several boards has a tile for each, with its link and console") {
  auto view = test::make_run({std::move(test::Plant("orin").sensors(100)).board(),
                              std::move(test::Plant("rk").sensors(100)).board()},
                             {{"cold", 100}});
  for (BoardSpec& board : view.spec.boards) {
    board.connect = "ssh://rig@" + board.name;
    board.console = "/dev/ttyUSB0";
  }
  REQUIRE(view.spec.boards.size() == 2);
  const auto say = [&](double t, const char* board, const char* kind, const char* body) {
    view.events.push_back(test::make_event(t, board, kind, body));
  };
  say(1, "orin", "board.link", R"({"up":true})");
  say(1, "rk", "board.link", R"({"up":true})");
  say(2, "rk", "console.link", R"({"up":true})");
  say(70, "rk", "board.link", R"({"up":false,"reason":"no route"})");
  const test::WatchedRun live(view, false);
  test::WatchedScreen w;
  w.screen.view = ViewKind::fleet;
  w.screen.runs = {live.path};
  w.refresh();
  const auto tiles = tiles_of(*w.screen.answer);
  REQUIRE(tiles.size() == 2);
  CHECK(tiles[0].title == "rk");  // needs a look first
  CHECK(tiles[0].state == "recovering");
  CHECK(tiles[0].contact.starts_with("no link for "));
  CHECK(tiles[0].contact.ends_with("reconnecting · console heard"));
  CHECK(tiles[1].contact.starts_with("link up for 1m"));
  CHECK(tiles[1].contact.ends_with("console not opened yet"));
  for (const Tile& tile : tiles) {
    REQUIRE_FALSE(tile.plots.empty());
    CHECK(w.screen.answer->plots[0][tile.plots[0]].spec.board == tile.title);
  }
  CHECK(w.draw().says("reconnecting"));
  // What is opened is the board of the tile, not the run's first.
  w.keys({"Enter"});
  CHECK(w.screen.board == 1);
  CHECK(w.screen.view == ViewKind::timeline);
  w.refresh();
  w.refresh();  // by now it knows the board's name
  CHECK(w.screen.board_name() == "rk");
  CHECK(w.draw().says("recovering: no link to rk"));
}

TEST_CASE("A wall of more tiles than it has room for is scrolled to the chosen one") {
  const Theme theme = *find_theme("light");
  const Rect area{0, 0, 700, 500};
  CHECK(tile_at(40, 0, theme, area, {30, 30}) == 0u);
  const auto scrolled = tile_at(40, 39, theme, area, {30, 30});
  REQUIRE(scrolled);
  CHECK(*scrolled > 20);
}

TEST_CASE("A tile is found under the pointer") {
  const Theme theme = *find_theme("light");
  const Rect area{0, 0, 1600, 900};
  CHECK(tile_at(6, 0, theme, area, {30, 30}) == 0u);
  CHECK(tile_at(6, 0, theme, area, {1500, 30}) == 3u);
  CHECK_FALSE(tile_at(6, 0, theme, area, {2, 2}));
  CHECK_FALSE(tile_at(0, 0, theme, area, {30, 30}));
}
