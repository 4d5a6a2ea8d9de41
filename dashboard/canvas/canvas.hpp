// SPDX-License-Identifier: Apache-2.0
//
// The surface that every scene draws on: filled rectangles, convex polygons, polylines and text, in
// pixels from the top left corner. The window, the picture file and the vector file each implement
// it, so that one scene serves all three. Colours are sRGB with straight alpha.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace soakrig::dashboard {

struct Point {
  float x = 0, y = 0;
};

struct Rect {
  float x = 0, y = 0, w = 0, h = 0;
  [[nodiscard]] constexpr float right() const { return x + w; }
  [[nodiscard]] constexpr float bottom() const { return y + h; }
  [[nodiscard]] constexpr bool empty() const { return w <= 0 || h <= 0; }
  [[nodiscard]] constexpr bool contains(Point p) const {
    return p.x >= x && p.x < right() && p.y >= y && p.y < bottom();
  }
  [[nodiscard]] constexpr Rect inset(float by) const {
    return {x + by, y + by, w - 2 * by, h - 2 * by};
  }
  friend bool operator==(const Rect&, const Rect&) = default;
};

struct Colour {
  std::uint8_t r = 0, g = 0, b = 0, a = 255;
  [[nodiscard]] constexpr Colour faded(float share) const {
    const float alpha = static_cast<float>(a) * share;
    return {r, g, b, static_cast<std::uint8_t>(alpha < 255 ? alpha : 255)};
  }
  friend bool operator==(const Colour&, const Colour&) = default;
};

enum class TextStyle : std::uint8_t { small, normal, bold, title };
inline constexpr std::size_t kTextStyles = 4;

// How wide text will be, for layout. One implementation measures for all canvases of a picture.
class TextMetrics {
 public:
  virtual ~TextMetrics() = default;
  [[nodiscard]] virtual float width(std::string_view utf8, TextStyle style) const = 0;
  [[nodiscard]] virtual float height(TextStyle style) const = 0;  // of a line
  [[nodiscard]] virtual float ascent(TextStyle style) const = 0;  // from a line's top to its base
};

class Canvas {
 public:
  virtual ~Canvas() = default;
  [[nodiscard]] virtual const TextMetrics& metrics() const = 0;

  virtual void fills(std::span<const Rect> rects, Colour colour) = 0;
  virtual void polygon(std::span<const Point> convex, Colour colour) = 0;
  virtual void polyline(std::span<const Point> points, Colour colour, float width) = 0;
  virtual void text(Point top_left, std::string_view utf8, TextStyle style, Colour colour) = 0;
  // What is drawn until pop_clip is cut to the rectangle and to those pushed before.
  virtual void push_clip(const Rect& rect) = 0;
  virtual void pop_clip() = 0;

  void fill(const Rect& rect, Colour colour) { fills(std::span(&rect, 1), colour); }
};

// Keeps a clip for a scope.
class Clip {
 public:
  Clip(Canvas& canvas, const Rect& rect) : canvas_(canvas) { canvas_.push_clip(rect); }
  ~Clip() { canvas_.pop_clip(); }
  Clip(const Clip&) = delete;
  Clip& operator=(const Clip&) = delete;

 private:
  Canvas& canvas_;
};

}  // namespace soakrig::dashboard
