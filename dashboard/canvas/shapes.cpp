// SPDX-License-Identifier: Apache-2.0
#include "dashboard/canvas/shapes.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

namespace soakrig::dashboard {

void draw_line(Canvas& canvas, Point from, Point to, Colour colour, float width) {
  const std::array line{from, to};
  canvas.polyline(line, colour, width);
}

void draw_dashes(Canvas& canvas, Point from, Point to, Colour colour, float width, float dash) {
  const float length = std::hypot(to.x - from.x, to.y - from.y);
  if (length <= 0 || dash <= 0) return;
  const Point step{(to.x - from.x) / length, (to.y - from.y) / length};
  for (float at = 0; at < length; at += 2 * dash) {
    const float end = std::min(at + dash, length);
    draw_line(canvas, {from.x + step.x * at, from.y + step.y * at},
              {from.x + step.x * end, from.y + step.y * end}, colour, width);
  }
}

void draw_frame(Canvas& canvas, const Rect& r, Colour colour, float width) {
  const std::array sides{Rect{r.x, r.y, r.w, width}, Rect{r.x, r.bottom() - width, r.w, width},
                         Rect{r.x, r.y + width, width, r.h - 2 * width},
                         Rect{r.right() - width, r.y + width, width, r.h - 2 * width}};
  canvas.fills(sides, colour);
}

void draw_hatch(Canvas& canvas, const Rect& rect, Colour colour, float spacing, float width) {
  if (rect.empty() || spacing <= 0) return;
  const Clip clip(canvas, rect);
  // Lines lie on one grid over the whole picture, so that neighbouring areas join.
  const float first = std::floor((rect.x + rect.y) / spacing) * spacing;
  for (float sum = first; sum < rect.right() + rect.bottom(); sum += spacing) {
    draw_line(canvas, {sum - rect.y, rect.y}, {sum - rect.bottom(), rect.bottom()}, colour, width);
  }
}

void draw_marker(Canvas& canvas, Marker marker, Point c, float size, Colour colour) {
  const float r = size / 2;
  switch (marker) {
    case Marker::triangle:
      canvas.polygon(
          std::array{Point{c.x, c.y - r}, Point{c.x + r, c.y + r}, Point{c.x - r, c.y + r}},
          colour);
      return;
    case Marker::diamond:
      canvas.polygon(std::array{Point{c.x, c.y - r}, Point{c.x + r, c.y}, Point{c.x, c.y + r},
                                Point{c.x - r, c.y}},
                     colour);
      return;
    case Marker::square:
      canvas.fill({c.x - r * 0.8f, c.y - r * 0.8f, size * 0.8f, size * 0.8f}, colour);
      return;
    case Marker::cross:
      draw_line(canvas, {c.x - r * 0.8f, c.y - r * 0.8f}, {c.x + r * 0.8f, c.y + r * 0.8f}, colour,
                r * 0.5f);
      draw_line(canvas, {c.x - r * 0.8f, c.y + r * 0.8f}, {c.x + r * 0.8f, c.y - r * 0.8f}, colour,
                r * 0.5f);
      return;
    case Marker::flag:
      canvas.fill({c.x - r * 0.7f, c.y - r, std::max(1.0f, r * 0.25f), size}, colour);
      canvas.polygon(std::array{Point{c.x - r * 0.6f, c.y - r}, Point{c.x + r, c.y - r * 0.45f},
                                Point{c.x - r * 0.6f, c.y + r * 0.1f}},
                     colour);
      return;
    case Marker::circle:
      break;
  }
  std::array<Point, 16> ring;
  for (std::size_t i = 0; i < ring.size(); ++i) {
    const float angle = static_cast<float>(i) * 6.2831853f / static_cast<float>(ring.size());
    ring[i] = {c.x + r * 0.9f * std::cos(angle), c.y + r * 0.9f * std::sin(angle)};
  }
  canvas.polygon(ring, colour);
}

float draw_text(Canvas& canvas, Point at, std::string_view utf8, TextStyle style, Colour colour,
                Align align) {
  const float width = canvas.metrics().width(utf8, style);
  if (align == Align::centre) at.x -= width / 2;
  if (align == Align::right) at.x -= width;
  canvas.text(at, utf8, style, colour);
  return width;
}

std::string fit_text(const TextMetrics& metrics, std::string_view utf8, TextStyle style,
                     float width) {
  if (metrics.width(utf8, style) <= width) return std::string(utf8);
  // Widths only grow with length: the longest beginning that fits, never cut inside a character.
  std::vector<std::size_t> ends;
  for (std::size_t i = 0; i < utf8.size() && i < 1000; ++i) {
    if ((static_cast<unsigned char>(utf8[i]) & 0xC0) != 0x80) ends.push_back(i);
  }
  const auto fits = [&](std::size_t end) {
    return metrics.width(std::string(utf8.substr(0, end)) + "…", style) <= width;
  };
  const auto first_too_long = std::partition_point(ends.begin(), ends.end(), fits);
  if (first_too_long == ends.begin()) return {};
  const std::size_t end = *std::prev(first_too_long);
  return end == 0 ? std::string() : std::string(utf8.substr(0, end)) + "…";
}

}  // namespace soakrig::dashboard
