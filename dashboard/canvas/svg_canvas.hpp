// SPDX-License-Identifier: Apache-2.0
//
// Writes a scene as one SVG text: sharp at any size, its words can be searched and copied.
#pragma once

#include <string>

#include "dashboard/canvas/canvas.hpp"

namespace soakrig::dashboard {

class SvgCanvas final : public Canvas {
 public:
  // `metrics` must outlive it.
  SvgCanvas(int width, int height, Colour background, const TextMetrics& metrics);

  [[nodiscard]] const TextMetrics& metrics() const override { return metrics_; }
  void fills(std::span<const Rect> rects, Colour colour) override;
  void polygon(std::span<const Point> convex, Colour colour) override;
  void polyline(std::span<const Point> points, Colour colour, float width) override;
  void text(Point top_left, std::string_view utf8, TextStyle style, Colour colour) override;
  void push_clip(const Rect& rect) override;
  void pop_clip() override;

  // The whole document, with what was drawn so far.
  [[nodiscard]] std::string document() const;

 private:
  const TextMetrics& metrics_;
  int clips_ = 0, open_ = 0;
  std::string body_;
};

}  // namespace soakrig::dashboard
