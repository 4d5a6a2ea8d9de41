// SPDX-License-Identifier: Apache-2.0
#include "dashboard/canvas/svg_canvas.hpp"

#include <array>
#include <limits>

#include "tests/support/catch.hpp"
#include "tests/support/paint_log.hpp"
#include "tests/support/text.hpp"

using namespace soakrig::dashboard;

namespace {
using soakrig::test::has;
}  // namespace

TEST_CASE("A drawing becomes one document, with hostile text made harmless") {
  const soakrig::test::PlainMetrics metrics;
  SvgCanvas canvas(300, 200, {255, 255, 255, 255}, metrics);
  canvas.fill({1, 2, 3.25f, 4}, {255, 0, 0, 128});
  canvas.polyline(std::array{Point{0, 0}, Point{10, 5}}, {0, 0, 0, 255}, 1.5f);
  canvas.polygon(std::array{Point{0, 0}, Point{10, 5}, Point{0, 5}}, {1, 2, 3, 255});
  canvas.text({5, 20}, "</text><script>\x01&\xFF", TextStyle::bold, {0, 0, 0, 255});
  const std::string out = canvas.document();
  CHECK(out.starts_with("<svg xmlns="));
  CHECK(out.ends_with("</svg>\n"));
  CHECK(has(out, "M1 2h3.3v4h-3.3z"));
  CHECK(has(out, "fill=\"#ff0000\" fill-opacity=\"0.50\""));
  CHECK(has(out, "points=\"0,0 10,5\" fill=\"none\""));
  CHECK(has(out, "&lt;/text&gt;&lt;script&gt; &amp;\xEF\xBF\xBD"));
  CHECK_FALSE(has(out, "<script>"));
}

TEST_CASE("Clips that are open at the end are closed in the document") {
  const soakrig::test::PlainMetrics metrics;
  SvgCanvas canvas(300, 200, {255, 255, 255, 255}, metrics);
  canvas.push_clip({0, 0, 10, 10});
  canvas.push_clip({0, 0, 5, 5});
  canvas.pop_clip();
  const std::string open = canvas.document();
  canvas.pop_clip();
  canvas.pop_clip();  // one too many is ignored
  CHECK(open == canvas.document());
}

TEST_CASE("What is not finite or empty does not spoil the document") {
  const soakrig::test::PlainMetrics metrics;
  SvgCanvas canvas(300, 200, {255, 255, 255, 255}, metrics);
  const std::string before = canvas.document();
  canvas.fill({0, 0, 0, 5}, {});
  canvas.polyline(std::array{Point{0, 0}}, {}, 1);
  canvas.text({0, 0}, "", TextStyle::normal, {});
  CHECK(canvas.document() == before);
  constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
  canvas.polyline(std::array{Point{kNan, 0}, Point{1, 1}}, {}, 1);
  CHECK_FALSE(has(canvas.document(), "nan"));
}
