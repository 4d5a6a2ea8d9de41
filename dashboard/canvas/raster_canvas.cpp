// SPDX-License-Identifier: Apache-2.0
#include "dashboard/canvas/raster_canvas.hpp"

#include <algorithm>
#include <cmath>

namespace soakrig::dashboard {
namespace {

constexpr int kMostPixels = 16384;  // a side

int bounded(float value, int low, int high) {
  // Coordinates may be far outside: a clamp before the cast keeps it defined.
  return static_cast<int>(std::clamp(value, static_cast<float>(low), static_cast<float>(high)));
}

// How much of the pixel [at, at + 1) lies in [from, to).
float covered(int at, float from, float to) {
  const float pixel = static_cast<float>(at);
  return std::max(0.0f, std::min(to, pixel + 1) - std::max(from, pixel));
}

}  // namespace

RasterCanvas::RasterCanvas(int width, int height, Colour background, const FontSet& fonts)
    : fonts_(fonts) {
  image_.width = std::clamp(width, 1, kMostPixels);
  image_.height = std::clamp(height, 1, kMostPixels);
  const auto pixels =
      static_cast<std::size_t>(image_.width) * static_cast<std::size_t>(image_.height);
  image_.rgba.resize(pixels * 4);
  for (std::size_t i = 0; i < pixels; ++i) {
    image_.rgba[i * 4] = background.r;
    image_.rgba[i * 4 + 1] = background.g;
    image_.rgba[i * 4 + 2] = background.b;
    image_.rgba[i * 4 + 3] = 255;
  }
  clips_.push_back({0, 0, image_.width, image_.height});
}

RasterCanvas::Bounds RasterCanvas::clipped(float x0, float y0, float x1, float y1) const {
  const Bounds& clip = clips_.back();
  return {bounded(std::floor(x0), clip.x0, clip.x1), bounded(std::floor(y0), clip.y0, clip.y1),
          bounded(std::ceil(x1), clip.x0, clip.x1), bounded(std::ceil(y1), clip.y0, clip.y1)};
}

void RasterCanvas::blend(int x, int y, Colour colour, float coverage) {
  const float alpha = static_cast<float>(colour.a) / 255.0f * std::min(1.0f, coverage);
  if (alpha <= 0) return;
  std::uint8_t* p =
      &image_.rgba[4 * (static_cast<std::size_t>(y) * static_cast<std::size_t>(image_.width) +
                        static_cast<std::size_t>(x))];
  const auto mix = [alpha](std::uint8_t below, std::uint8_t above) {
    return static_cast<std::uint8_t>(
        std::lround(static_cast<float>(below) * (1 - alpha) + static_cast<float>(above) * alpha));
  };
  p[0] = mix(p[0], colour.r);
  p[1] = mix(p[1], colour.g);
  p[2] = mix(p[2], colour.b);
}

void RasterCanvas::fills(std::span<const Rect> rects, Colour colour) {
  for (const Rect& r : rects) {
    if (r.empty()) continue;
    const Bounds b = clipped(r.x, r.y, r.right(), r.bottom());
    for (int y = b.y0; y < b.y1; ++y) {
      const float rows = covered(y, r.y, r.bottom());
      for (int x = b.x0; x < b.x1; ++x) blend(x, y, colour, rows * covered(x, r.x, r.right()));
    }
  }
}

void RasterCanvas::polygon(std::span<const Point> convex, Colour colour) {
  if (convex.size() < 3) return;
  const auto [left, right] = std::ranges::minmax(convex, {}, &Point::x);
  const auto [top, bottom] = std::ranges::minmax(convex, {}, &Point::y);
  const Bounds b = clipped(left.x, top.y, right.x, bottom.y);
  constexpr int kLines = 4;  // scan lines a pixel row; along a line coverage is exact
  std::vector<float> row(static_cast<std::size_t>(std::max(0, b.x1 - b.x0)));
  for (int y = b.y0; y < b.y1; ++y) {
    std::ranges::fill(row, 0.0f);
    for (int line = 0; line < kLines; ++line) {
      const float at = static_cast<float>(y) + (static_cast<float>(line) + 0.5f) / kLines;
      float from = right.x, to = left.x;
      for (std::size_t i = 0; i < convex.size(); ++i) {
        const Point p = convex[i], q = convex[(i + 1) % convex.size()];
        if ((p.y <= at) == (q.y <= at)) continue;
        const float x = p.x + (at - p.y) / (q.y - p.y) * (q.x - p.x);
        from = std::min(from, x);
        to = std::max(to, x);
      }
      for (int x = b.x0; x < b.x1; ++x) {
        row[static_cast<std::size_t>(x - b.x0)] += covered(x, from, to) / kLines;
      }
    }
    for (int x = b.x0; x < b.x1; ++x) blend(x, y, colour, row[static_cast<std::size_t>(x - b.x0)]);
  }
}

void RasterCanvas::segment(Point a, Point b, Colour colour, float width) {
  const float dx = b.x - a.x, dy = b.y - a.y;
  const float length = std::hypot(dx, dy);
  if (!(length > 0) || !std::isfinite(length)) return;
  if (dx == 0 || dy == 0) {  // upright and level lines keep sharp edges
    const float half = width / 2;
    fill(dx == 0 ? Rect{a.x - half, std::min(a.y, b.y), width, std::abs(dy)}
                 : Rect{std::min(a.x, b.x), a.y - half, std::abs(dx), width},
         colour);
    return;
  }
  const float reach = width / 2 + 0.5f;
  const Bounds box = clipped(std::min(a.x, b.x) - reach, std::min(a.y, b.y) - reach,
                             std::max(a.x, b.x) + reach, std::max(a.y, b.y) + reach);
  const float slant = reach * length / std::abs(dy);  // half the line's extent along a row
  for (int y = box.y0; y < box.y1; ++y) {
    const float centre = static_cast<float>(y) + 0.5f;
    const float low = std::clamp((centre - 0.5f - reach - a.y) / dy, 0.0f, 1.0f);
    const float high = std::clamp((centre + 0.5f + reach - a.y) / dy, 0.0f, 1.0f);
    const float from = a.x + dx * std::min(low, high), to = a.x + dx * std::max(low, high);
    const int x0 =
        bounded(std::floor(std::min(from, to) - std::min(slant, reach) - 1), box.x0, box.x1);
    const int x1 =
        bounded(std::ceil(std::max(from, to) + std::min(slant, reach) + 1), box.x0, box.x1);
    for (int x = x0; x < x1; ++x) {
      const float px = static_cast<float>(x) + 0.5f - a.x, py = centre - a.y;
      const float along = std::clamp((px * dx + py * dy) / (length * length), 0.0f, 1.0f);
      blend(x, y, colour,
            std::clamp(reach - std::hypot(px - along * dx, py - along * dy), 0.0f, 1.0f));
    }
  }
}

void RasterCanvas::polyline(std::span<const Point> points, Colour colour, float width) {
  for (std::size_t i = 1; i < points.size(); ++i) segment(points[i - 1], points[i], colour, width);
}

void RasterCanvas::text(Point top_left, std::string_view utf8, TextStyle style, Colour colour) {
  const Bounds& clip = clips_.back();
  fonts_.images(top_left, utf8, style, [&](const GlyphImage& glyph) {
    for (int y = std::max(0, clip.y0 - glyph.y); y < glyph.height && glyph.y + y < clip.y1; ++y) {
      for (int x = std::max(0, clip.x0 - glyph.x); x < glyph.width && glyph.x + x < clip.x1; ++x) {
        blend(glyph.x + x, glyph.y + y, colour,
              static_cast<float>(glyph.coverage[y * glyph.stride + x]) / 255.0f);
      }
    }
  });
}

void RasterCanvas::push_clip(const Rect& r) {
  // Whole pixels, as a graphics card's scissors.
  clips_.push_back(
      clipped(std::round(r.x), std::round(r.y), std::round(r.right()), std::round(r.bottom())));
}

void RasterCanvas::pop_clip() {
  if (clips_.size() > 1) clips_.pop_back();
}

}  // namespace soakrig::dashboard
