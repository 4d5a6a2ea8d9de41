// SPDX-License-Identifier: Apache-2.0
#include "dashboard/canvas/png.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/temp_dir.hpp"

using namespace soakrig;
using namespace soakrig::dashboard;

TEST_CASE("A picture is read back as it was written") {
  const test::TempDir dir;
  Image image{3, 2, {}};
  for (std::uint8_t i = 0; i < 6; ++i)
    image.rgba.insert(image.rgba.end(), {i, std::uint8_t(40 * i), 7, 255});
  REQUIRE(write_png(image, dir.file("a.png")));
  const auto back = read_png(dir.file("a.png"));
  REQUIRE(back);
  CHECK(back->width == 3);
  CHECK(back->height == 2);
  CHECK(back->rgba == image.rgba);
}

TEST_CASE("A picture that cannot be written leaves the old one, and no part of it") {
  const test::TempDir dir;
  CHECK(write_whole_file(dir.file("no/such/folder.svg"), "x").error().code == Errc::not_found);
  REQUIRE(write_whole_file(dir.file("a.svg"), "old"));
  REQUIRE(write_whole_file(dir.file("a.svg"), "new"));
  std::size_t files = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(dir.path()))
    ++files;
  CHECK(files == 1);
}

TEST_CASE("What is no picture is told so") {
  const test::TempDir dir;
  dir.write("a.png", "\x89PNG\r\n\x1a\nbut not really");
  CHECK(read_png(dir.file("a.png")).error().code == Errc::corrupt);
  CHECK(read_png(dir.file("none.png")).has_error());
}
