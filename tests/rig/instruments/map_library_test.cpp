// SPDX-License-Identifier: Apache-2.0
#include "rig/instruments/map_library.hpp"

#include <algorithm>

#include "rig/base/fd.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/paths.hpp"
#include "tests/support/temp_dir.hpp"

using namespace soakrig;
using namespace soakrig::instruments;

TEST_CASE("every map that comes with soakrig is valid and says where its points are from") {
  const auto names = map_names();
  CHECK(std::ranges::find(names, "watlow-f4t") != names.end());
  CHECK(std::ranges::find(names, "eastron-sdm120") != names.end());
  for (const std::string& name : names) {
    const auto map = load_register_map(name);
    REQUIRE(map);
    CHECK(map->name == name);
    for (const Point& point : map->points) CHECK_FALSE(point.source.empty());
    // Without it the virtual bench could not say that it is virtual.
    if (!map->identify.point.empty()) CHECK_FALSE(map->identify.virtual_part.empty());
  }
}

TEST_CASE("the F4T's loop is one block, so set point and reading are of one moment") {
  const auto map = load_register_map("watlow-f4t");
  REQUIRE(map);
  const Block* block = map->block_of(*map->find("temperature"));
  REQUIRE(block != nullptr);
  CHECK(block == map->block_of(*map->find("set_point")));
  CHECK(map->find("set_point")->address == 2782);
  CHECK(map->find("temperature")->address == 2820);
  CHECK(map->find("temperature")->order == WordOrder::cdab);
}

TEST_CASE("a map is found by path, and an unknown name is answered with the nearest") {
  const test::TempDir folder;
  folder.write(
      "mine.toml",
      "[map]\nname = \"mine\"\ntitle = \"T\"\nkind = \"meter\"\nsource = \"s\"\n"
      "[[point]]\nname = \"power\"\naddress = 0\ntype = \"u16\"\nunit = \"W\"\nsource = \"s\"\n");
  const auto mine = load_register_map(folder.file("mine.toml"));
  REQUIRE(mine);
  CHECK(mine->name == "mine");
  const auto near = load_register_map("watlow-f4tx");
  REQUIRE_FALSE(near);
  CHECK(near.error().code == Errc::not_found);
  CHECK(near.error().remedy == "did you mean 'watlow-f4t'?");
  CHECK_FALSE(load_register_map(""));
  CHECK_FALSE(load_register_map(folder.file("none.toml")));
}

TEST_CASE("the example of the how-to is a map as it stands") {
  const auto page = read_file(test::source_dir() + "/docs/howto/add_an_instrument.md");
  REQUIRE(page);
  const auto begin = page->find("```toml\n") + 8;
  const auto end = page->find("```", begin);
  REQUIRE(end != std::string::npos);
  const auto map = parse_register_map(page->substr(begin, end - begin), "add_an_instrument.md");
  REQUIRE(map);
  CHECK(map->name == "my-meter");
  CHECK(map->block_of(*map->find("power")) == map->block_of(*map->find("voltage")));
}
