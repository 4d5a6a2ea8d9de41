// SPDX-License-Identifier: Apache-2.0
#include "dashboard/canvas/theme.hpp"

#include <cmath>
#include <set>

#include "tests/support/catch.hpp"

using namespace soakrig;
using namespace soakrig::dashboard;

namespace {

// WCAG 2.1: relative luminance and contrast ratio.
double luminance(Colour c) {
  const auto part = [](std::uint8_t v) {
    const double s = v / 255.0;
    return s <= 0.03928 ? s / 12.92 : std::pow((s + 0.055) / 1.055, 2.4);
  };
  return 0.2126 * part(c.r) + 0.7152 * part(c.g) + 0.0722 * part(c.b);
}
double contrast(Colour a, Colour b) {
  const double x = luminance(a), y = luminance(b);
  return (std::max(x, y) + 0.05) / (std::min(x, y) + 0.05);
}

}  // namespace

TEST_CASE("Text can be read and lines be seen in every theme") {
  for (const auto name : kThemeNames) {
    const auto theme = find_theme(name);
    REQUIRE(theme);
    INFO(name);
    for (const Colour back : {theme->background, theme->panel, theme->lane}) {
      CHECK(contrast(theme->text, back) >= 7);
      CHECK(contrast(theme->dim, back) >= 4.5);
    }
    for (const Colour sign :
         {theme->good, theme->warn, theme->bad, theme->neutral, theme->accent}) {
      CHECK(contrast(sign, theme->panel) >= 3);
    }
    std::set<int> different;
    for (const Colour line : theme->series) {
      CHECK(contrast(line, theme->panel) >= 2);
      different.insert(line.r << 16 | line.g << 8 | line.b);
    }
    CHECK(different.size() == theme->series.size());
  }
  CHECK_FALSE(find_theme("pink"));
}

TEST_CASE("A verdict differs by shape and word, not only by colour") {
  std::set<Marker> shapes;
  std::set<std::string_view> words;
  for (const std::optional<Verdict> v :
       {std::optional(Verdict::pass), std::optional(Verdict::fail), std::optional(Verdict::error),
        std::optional(Verdict::inconclusive), std::optional<Verdict>()}) {
    shapes.insert(marker_of(v));
    words.insert(word_of(v));
  }
  CHECK(shapes.size() == 5);
  CHECK(words.size() == 5);
  CHECK(find_theme("dark", 2)->em() == 28);
}
