// SPDX-License-Identifier: Apache-2.0
//
// A canvas that remembers what was drawn on it, and measures text by six pixels a byte.
#pragma once

#include <string>
#include <vector>

#include "dashboard/canvas/canvas.hpp"

namespace soakrig::test {

class PlainMetrics final : public dashboard::TextMetrics {
 public:
  [[nodiscard]] float width(std::string_view utf8, dashboard::TextStyle) const override {
    return 6.0f * static_cast<float>(utf8.size());
  }
  [[nodiscard]] float height(dashboard::TextStyle) const override { return 12; }
  [[nodiscard]] float ascent(dashboard::TextStyle) const override { return 10; }
};

class PaintLog final : public dashboard::Canvas {
 public:
  struct Text {
    dashboard::Rect place;
    std::string text;
  };
  struct Fill {
    dashboard::Rect place;
    dashboard::Colour colour;
  };

  [[nodiscard]] const dashboard::TextMetrics& metrics() const override { return metrics_; }
  void fills(std::span<const dashboard::Rect> rects, dashboard::Colour colour) override {
    for (const auto& r : rects) filled.push_back({r, colour});
  }
  void polygon(std::span<const dashboard::Point>, dashboard::Colour) override { ++polygons; }
  void polyline(std::span<const dashboard::Point> points, dashboard::Colour, float) override {
    lines.emplace_back(points.begin(), points.end());
  }
  void text(dashboard::Point at, std::string_view utf8, dashboard::TextStyle style,
            dashboard::Colour) override {
    texts.push_back({{at.x, at.y, metrics_.width(utf8, style), 12}, std::string(utf8)});
  }
  void push_clip(const dashboard::Rect&) override { ++clips; }
  void pop_clip() override { --clips; }

  [[nodiscard]] bool says(std::string_view part) const {
    for (const Text& t : texts) {
      if (t.text.find(part) != std::string::npos) return true;
    }
    return false;
  }

  std::vector<Fill> filled;
  std::vector<std::vector<dashboard::Point>> lines;
  std::vector<Text> texts;
  int polygons = 0, clips = 0;

 private:
  PlainMetrics metrics_;
};

}  // namespace soakrig::test
