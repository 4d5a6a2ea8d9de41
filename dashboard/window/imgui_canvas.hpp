// SPDX-License-Identifier: Apache-2.0
//
// Draws a scene into an ImGui draw list: what the window shows. Lives for one frame.
#pragma once

#include "dashboard/canvas/fonts.hpp"

struct ImDrawList;

namespace soakrig::dashboard {

class ImguiCanvas final : public Canvas {
 public:
  // Both must outlive it; the fonts' atlas is the one of the ImGui context.
  ImguiCanvas(ImDrawList& list, const FontSet& fonts) : list_(list), fonts_(fonts) {}

  [[nodiscard]] const TextMetrics& metrics() const override { return fonts_; }
  void fills(std::span<const Rect> rects, Colour colour) override;
  void polygon(std::span<const Point> convex, Colour colour) override;
  void polyline(std::span<const Point> points, Colour colour, float width) override;
  void text(Point top_left, std::string_view utf8, TextStyle style, Colour colour) override;
  void push_clip(const Rect& rect) override;
  void pop_clip() override;

 private:
  ImDrawList& list_;
  const FontSet& fonts_;
};

}  // namespace soakrig::dashboard
