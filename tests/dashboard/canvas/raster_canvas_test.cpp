// SPDX-License-Identifier: Apache-2.0
#include "dashboard/canvas/raster_canvas.hpp"

#include <array>
#include <limits>

#include "tests/support/catch.hpp"

using namespace soakrig::dashboard;

namespace {

constexpr Colour kWhite{255, 255, 255, 255}, kBlack{0, 0, 0, 255};

struct Drawing {
  FontSet fonts{{1, true, ""}};
  RasterCanvas canvas{40, 30, kWhite, fonts};
  [[nodiscard]] int at(int x, int y) const {
    const Image& image = canvas.image();
    return image.rgba[4 * static_cast<std::size_t>(y * image.width + x)];
  }
  [[nodiscard]] int ink() const {
    int sum = 0;
    for (std::size_t i = 0; i < canvas.image().rgba.size(); i += 4)
      sum += 255 - canvas.image().rgba[i];
    return sum;
  }
};

}  // namespace

TEST_CASE("A rectangle fills its pixels, and part of a pixel in part") {
  Drawing d;
  d.canvas.fill({10, 5, 4, 2}, kBlack);
  CHECK(d.at(10, 5) == 0);
  CHECK(d.at(13, 6) == 0);
  CHECK(d.at(14, 6) == 255);
  CHECK(d.at(9, 5) == 255);
  CHECK(d.ink() == 8 * 255);
  d.canvas.fill({20.25f, 10, 0.5f, 1}, kBlack);
  CHECK(d.at(20, 10) == Approx(128).margin(1));
  d.canvas.fill({0, 20, 1, 1}, kBlack.faded(0.5f));
  CHECK(d.at(0, 20) == Approx(128).margin(1));
}

TEST_CASE("What lies outside, is empty or not finite does nothing") {
  Drawing d;
  constexpr float kInf = std::numeric_limits<float>::infinity();
  d.canvas.fill({-10, -10, 5, 5}, kBlack);
  d.canvas.fill({100, 100, 5, 5}, kBlack);
  d.canvas.fill({5, 5, 0, 5}, kBlack);
  d.canvas.polyline(std::array{Point{5, 5}, Point{kInf, 5}}, kBlack, 1);
  d.canvas.polygon(std::array{Point{5, 5}, Point{6, 6}}, kBlack);
  CHECK(d.ink() == 0);
  d.canvas.fill({-1e6f, -1e6f, 2e6f, 2e6f}, kBlack);
  CHECK(d.at(0, 0) == 0);
  CHECK(d.at(39, 29) == 0);
}

TEST_CASE("Lines go where they are told, as thick as they are told") {
  Drawing d;
  d.canvas.polyline(std::array{Point{5, 10.5f}, Point{25, 10.5f}}, kBlack, 1);
  CHECK(d.at(15, 10) == 0);
  CHECK(d.at(15, 9) == 255);
  Drawing e;
  e.canvas.polyline(std::array{Point{0, 0}, Point{30, 30}}, kBlack, 2);
  CHECK(e.at(15, 15) < 30);
  CHECK(e.at(15, 19) == 255);
  // Its ink is its area: 2 pixels thick, as long as its part in the picture, round ends aside.
  CHECK(e.ink() / 255.0 == Approx(2 * 30 * 1.414).epsilon(0.08));
}

TEST_CASE("A polygon is filled by its area") {
  Drawing d;
  d.canvas.polygon(std::array{Point{5, 5}, Point{25, 5}, Point{5, 25}}, kBlack);
  CHECK(d.at(7, 7) == 0);
  CHECK(d.at(24, 24) == 255);
  CHECK(d.ink() / 255.0 == Approx(200).epsilon(0.02));
}

TEST_CASE("Clips nest, and cut everything") {
  Drawing d;
  d.canvas.push_clip({10, 10, 10, 10});
  d.canvas.push_clip({15, 0, 20, 40});
  d.canvas.fill({0, 0, 40, 30}, kBlack);
  d.canvas.text({0, 12}, "mmmmmmmm", TextStyle::normal, kBlack);
  d.canvas.pop_clip();
  d.canvas.pop_clip();
  d.canvas.pop_clip();  // one too many is ignored
  CHECK(d.ink() == 5 * 10 * 255);
  d.canvas.fill({0, 0, 1, 1}, kBlack);
  CHECK(d.at(0, 0) == 0);
}
