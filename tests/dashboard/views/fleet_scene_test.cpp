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
  CHECK(tiles[2].figures[1] == "60.00 °C");
  CHECK(w.draw().says("60.00 °C"));
  CHECK(w.draw({0, 0, 300, 200}).clips == 0);
}

TEST_CASE("A tile is found under the pointer") {
  const Theme theme = *find_theme("light");
  const Rect area{0, 0, 1600, 900};
  CHECK(tile_at(6, theme, area, {30, 30}) == 0u);
  CHECK(tile_at(6, theme, area, {1500, 30}) == 3u);
  CHECK_FALSE(tile_at(6, theme, area, {2, 2}));
  CHECK_FALSE(tile_at(0, theme, area, {30, 30}));
}
