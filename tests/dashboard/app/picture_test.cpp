// SPDX-License-Identifier: Apache-2.0
//
// Pictures of a known run against those that were looked at and found right. The comparison bears
// the differences between builds of the font rasteriser, not a missing or misplaced part.
#include "dashboard/app/picture.hpp"

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "dashboard/canvas/png.hpp"
#include "tests/support/dashboard_run.hpp"
#include "tests/support/paths.hpp"

using namespace soakrig;
using namespace soakrig::dashboard;

namespace {

// The share of 8x8 tiles whose mean colour differs by more than 12 of 255.
double unlike(const Image& a, const Image& b) {
  if (a.width != b.width || a.height != b.height) return 1;
  int tiles = 0, off = 0;
  for (int y = 0; y + 8 <= a.height; y += 8) {
    for (int x = 0; x + 8 <= a.width; x += 8) {
      int sum[3] = {0, 0, 0};
      for (int k = 0; k < 64; ++k) {
        const auto at = 4 * static_cast<std::size_t>((y + k / 8) * a.width + x + k % 8);
        for (std::size_t c = 0; c < 3; ++c) sum[c] += a.rgba[at + c] - b.rgba[at + c];
      }
      ++tiles;
      off += std::abs(sum[0]) > 12 * 64 || std::abs(sum[1]) > 12 * 64 || std::abs(sum[2]) > 12 * 64;
    }
  }
  return static_cast<double>(off) / tiles;
}

constexpr double kBorne = 0.004;

Image drawn(const test::WatchedRun& run, PictureRequest request) {
  request.runs = {run.path};
  request.size = {960, 600};
  request.embedded_font = true;
  const std::string out = run.directory.file("a.png");
  const auto written = write_picture(request, out);
  INFO((written ? std::string() : written.error().message()));
  REQUIRE(written);
  const auto image = read_png(out);
  REQUIRE(image);
  return *image;
}

void check_golden(const Image& now, const std::string& name) {
  const std::string path = test::source_dir() + "/tests/golden/dashboard/" + name;
  if (std::getenv("SOAKRIG_UPDATE_GOLDEN") != nullptr) REQUIRE(write_png(now, path));
  const auto golden = read_png(path);
  REQUIRE(golden);
  const double off = unlike(now, *golden);
  if (off > kBorne) static_cast<void>(write_png(now, "/tmp/soakrig-golden-" + name));
  INFO("what was drawn: /tmp/soakrig-golden-" + name + "; SOAKRIG_UPDATE_GOLDEN=1 accepts it");
  CHECK(off <= kBorne);
}

}  // namespace

TEST_CASE("A timeline looks as it was found right") {
  const test::WatchedRun run;
  PictureRequest request;
  const Image whole = drawn(run, request);
  check_golden(whole, "timeline_light.png");
  request.theme = "dark";
  request.range = "300s..400s";
  request.channels = {"soc.temperature"};
  const Image part = drawn(run, request);
  check_golden(part, "timeline_dark_zoom.png");

  // The comparison sees what it must see.
  CHECK(unlike(whole, part) > 0.5);
  Image without = whole;
  for (std::size_t i = 4 * 960 * 300; i < 4 * 960 * 320; ++i) without.rgba[i] = 255;
  CHECK(unlike(without, whole) > kBorne);
}

TEST_CASE("The same scene is one SVG document") {
  const test::WatchedRun run;
  PictureRequest request;
  request.runs = {run.path};
  REQUIRE(write_picture(request, run.directory.file("a.svg")));
  std::ifstream in(run.directory.file("a.svg"));
  std::stringstream text;
  text << in.rdbuf();
  CHECK(text.str().find(">watched</text>") != std::string::npos);
  CHECK(text.str().ends_with("</svg>\n"));
}

TEST_CASE("A request that makes no sense is refused with what to do") {
  const test::WatchedRun run;
  const auto refused = [&](const auto& change, const std::string& out = "a.png") {
    PictureRequest request;
    request.runs = {run.path};
    change(request);
    const auto written = write_picture(request, run.directory.file(out));
    return written.has_error() && !written.error().what.empty() && !written.error().remedy.empty();
  };
  CHECK(refused([](PictureRequest&) {}, "a.jpg"));
  CHECK(refused([](PictureRequest& r) { r.theme = "pink"; }));
  CHECK(refused([](PictureRequest& r) { r.view = "sideways"; }));
  CHECK(refused([](PictureRequest& r) { r.board = "mars"; }));
  CHECK(refused([](PictureRequest& r) { r.range = "2h..1h"; }));
  CHECK(refused([](PictureRequest& r) { r.channels = {"no.such"}; }));
  CHECK(refused([](PictureRequest& r) { r.runs.clear(); }));
  for (const char* bad :
       {"", "x", "10x10", "1920", "1920x", "99999x99999", "-5x400", "640x360x2"}) {
    INFO(bad);
    CHECK(parse_size(bad).has_error());
  }
  CHECK(parse_size("640x360")->height == 360);
}

TEST_CASE("Names in Chinese and of any length are drawn") {
  auto view = test::watched_run();
  view.facts.name = view.spec.name = "高温浸泡测试 " + std::string(500, 'x');
  const test::WatchedRun run(view);
  PictureRequest request;
  request.runs = {run.path};
  CHECK(write_picture(request, run.directory.file("a.png")));
}
