// SPDX-License-Identifier: Apache-2.0
#include "dashboard/window/imgui_canvas.hpp"

#include <imgui.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <vector>

#include "dashboard/canvas/utf8.hpp"

namespace soakrig::dashboard {
namespace {

ImU32 packed(Colour c) { return IM_COL32(c.r, c.g, c.b, c.a); }
ImVec2 vec(Point p) { return {p.x, p.y}; }

// ImGui takes any bytes for UTF-8 and control characters for layout: give it what the other
// canvases draw.
std::string cleaned(std::string_view utf8) {
  std::string out;
  for (std::size_t at = 0; at < utf8.size();) {
    const std::size_t begin = at;
    const unsigned c = next_character(utf8, at);
    if (c == ' ' || c == 0xFFFD || c > 0xFFFF) {
      out += c == ' ' ? ' ' : '?';
    } else {
      out += utf8.substr(begin, at - begin);
    }
  }
  return out;
}

}  // namespace

void ImguiCanvas::fills(std::span<const Rect> rects, Colour colour) {
  // One rectangle is six indices; reserved together, thousands of columns are one draw call.
  constexpr std::size_t kAtOnce = 8000;
  for (std::size_t first = 0; first < rects.size(); first += kAtOnce) {
    const auto part = rects.subspan(first, std::min(kAtOnce, rects.size() - first));
    list_.PrimReserve(static_cast<int>(part.size()) * 6, static_cast<int>(part.size()) * 4);
    for (const Rect& r : part) list_.PrimRect({r.x, r.y}, {r.right(), r.bottom()}, packed(colour));
  }
}

void ImguiCanvas::polygon(std::span<const Point> convex, Colour colour) {
  std::vector<ImVec2> points;
  for (const Point& p : convex) points.push_back(vec(p));
  list_.AddConvexPolyFilled(points.data(), static_cast<int>(points.size()), packed(colour));
}

void ImguiCanvas::polyline(std::span<const Point> points, Colour colour, float width) {
  if (points.size() == 2 && (points[0].x == points[1].x || points[0].y == points[1].y)) {
    const float half = width / 2;
    const Rect line = points[0].x == points[1].x
                          ? Rect{points[0].x - half, std::min(points[0].y, points[1].y), width,
                                 std::abs(points[1].y - points[0].y)}
                          : Rect{std::min(points[0].x, points[1].x), points[0].y - half,
                                 std::abs(points[1].x - points[0].x), width};
    fill(line, colour);
    return;
  }
  std::vector<ImVec2> out;
  out.reserve(points.size());
  for (const Point& p : points) out.push_back(vec(p));
  list_.AddPolyline(out.data(), static_cast<int>(out.size()), packed(colour), ImDrawFlags_None,
                    width);
}

void ImguiCanvas::text(Point at, std::string_view utf8, TextStyle style, Colour colour) {
  const std::string clean = cleaned(utf8);
  ImFont* font = fonts_.font(style);
  list_.AddText(font, font->FontSize, {std::floor(at.x), std::floor(at.y)}, packed(colour),
                clean.data(), clean.data() + clean.size());
}

void ImguiCanvas::push_clip(const Rect& r) {
  list_.PushClipRect({std::round(r.x), std::round(r.y)},
                     {std::round(r.right()), std::round(r.bottom())}, true);
}

void ImguiCanvas::pop_clip() { list_.PopClipRect(); }

}  // namespace soakrig::dashboard
