// SPDX-License-Identifier: Apache-2.0
#include "dashboard/canvas/fonts.hpp"

#include "tests/support/catch.hpp"

using namespace soakrig::dashboard;

TEST_CASE("Text has the width of its characters, and pictures for those that can be seen") {
  const FontSet fonts({1, true, ""});
  CHECK(fonts.width("", TextStyle::normal) == 0);
  const float one = fonts.width("m", TextStyle::normal);
  CHECK(one > 3);
  CHECK(fonts.width("mmmm", TextStyle::normal) == Approx(4 * one));
  int images = 0, ink = 0;
  fonts.images({10, 20}, "a b", TextStyle::normal, [&](const GlyphImage& image) {
    ++images;
    CHECK(image.x >= 9);
    CHECK(image.y >= 19);
    for (int y = 0; y < image.height; ++y) {
      for (int x = 0; x < image.width; ++x) ink += image.coverage[y * image.stride + x];
    }
  });
  CHECK(images == 2);
  CHECK(ink > 1000);
}

TEST_CASE("A larger scale makes larger text") {
  const FontSet small({0.75f, true, ""}), large({2.5f, true, ""});
  CHECK(large.height(TextStyle::normal) > 3 * small.height(TextStyle::normal));
  CHECK(large.ascent(TextStyle::title) > small.ascent(TextStyle::title));
}

TEST_CASE("Characters that no font was told of are not covered; drawing them does not fail") {
  const FontSet fonts({1, true, ""});
  CHECK(fonts.covers("plain text"));
  CHECK_FALSE(fonts.covers("温度"));
  int images = 0;
  fonts.images({0, 0}, "温\xF0\x9F\x94\xA5\xFF", TextStyle::normal,
               [&](const GlyphImage&) { ++images; });
  CHECK(images == 3);  // one question mark each
  CHECK(fonts.width("温", TextStyle::normal) > 0);
}

TEST_CASE("System fonts carry the signs that scenes use") {
  const FontSet fonts({1, false, "温度"});
  CHECK(fonts.width("0.0 °C × – … Δ σ µ ≤ ≥ ↑ ↓ → •", TextStyle::small) > 50);
  CHECK(fonts.width("mm", TextStyle::bold) >= fonts.width("mm", TextStyle::normal));
}
