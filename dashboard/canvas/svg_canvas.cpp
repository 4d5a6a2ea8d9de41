// SPDX-License-Identifier: Apache-2.0
#include "dashboard/canvas/svg_canvas.hpp"

#include <fmt/format.h>

#include <cmath>
#include <iterator>

#include "dashboard/canvas/utf8.hpp"

namespace soakrig::dashboard {
namespace {

// A tenth of a pixel is enough, and whole numbers stay short. Not finite: 0, so that the document
// stays one.
std::string number(float value) {
  if (!std::isfinite(value)) return "0";
  const float tenths = std::round(value * 10) / 10;
  return tenths == std::trunc(tenths) && std::abs(tenths) < 1e7f
             ? fmt::format("{}", static_cast<long>(tenths))
             : fmt::format("{:.1f}", tenths);
}

std::string paint(std::string_view attribute, Colour c) {
  std::string out = fmt::format(" {}=\"#{:02x}{:02x}{:02x}\"", attribute, c.r, c.g, c.b);
  if (c.a < 255)
    out += fmt::format(" {}-opacity=\"{:.2f}\"", attribute, static_cast<float>(c.a) / 255.0f);
  return out;
}

std::string points_of(std::span<const Point> points) {
  std::string out;
  for (const Point& p : points) {
    if (!out.empty()) out += ' ';
    out += number(p.x) + "," + number(p.y);
  }
  return out;
}

std::string escaped(std::string_view utf8) {
  std::string out;
  for (std::size_t at = 0; at < utf8.size();) {
    const std::size_t begin = at;
    const unsigned c = next_character(utf8, at);
    switch (c) {
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '&':
        out += "&amp;";
        break;
      case ' ':
        out += ' ';
        break;  // also what was a control character
      case 0xFFFE:
      case 0xFFFF:  // not allowed in XML
      case 0xFFFD:
        out += "\xEF\xBF\xBD";
        break;
      default:
        out += utf8.substr(begin, at - begin);
    }
  }
  return out;
}

std::string_view class_of(TextStyle style) {
  constexpr std::string_view names[] = {"s", "n", "b", "t"};
  return names[static_cast<std::size_t>(style)];
}

}  // namespace

SvgCanvas::SvgCanvas(int width, int height, Colour background, const TextMetrics& metrics)
    : metrics_(metrics) {
  const auto rule = [&](TextStyle style, std::string_view more) {
    return fmt::format(".{}{{font-size:{}px{}}}", class_of(style),
                       number(metrics_.height(style) * 0.86f), more);
  };
  body_ = fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" height=\"{1}\" viewBox=\"0 0 {0} "
      "{1}\">\n"
      "<style>text{{font-family:'DejaVu Sans',Verdana,'Noto "
      "Sans',sans-serif;white-space:pre}}{2}{3}{4}{5}</style>\n"
      "<rect width=\"{0}\" height=\"{1}\"{6}/>\n",
      width, height, rule(TextStyle::small, ""), rule(TextStyle::normal, ""),
      rule(TextStyle::bold, ";font-weight:bold"), rule(TextStyle::title, ";font-weight:bold"),
      paint("fill", background));
}

void SvgCanvas::fills(std::span<const Rect> rects, Colour colour) {
  std::string path;
  for (const Rect& r : rects) {
    if (r.empty()) continue;
    path += fmt::format("M{} {}h{}v{}h-{}z", number(r.x), number(r.y), number(r.w), number(r.h),
                        number(r.w));
  }
  if (!path.empty()) body_ += fmt::format("<path d=\"{}\"{}/>\n", path, paint("fill", colour));
}

void SvgCanvas::polygon(std::span<const Point> convex, Colour colour) {
  if (convex.size() < 3) return;
  body_ += fmt::format("<polygon points=\"{}\"{}/>\n", points_of(convex), paint("fill", colour));
}

void SvgCanvas::polyline(std::span<const Point> points, Colour colour, float width) {
  if (points.size() < 2) return;
  body_ += fmt::format("<polyline points=\"{}\" fill=\"none\"{} stroke-width=\"{}\"/>\n",
                       points_of(points), paint("stroke", colour), number(width));
}

void SvgCanvas::text(Point at, std::string_view utf8, TextStyle style, Colour colour) {
  if (utf8.empty()) return;
  // The width that the layout counted on, whatever font the reader has.
  body_ += fmt::format(
      "<text class=\"{}\" x=\"{}\" y=\"{}\" textLength=\"{}\" "
      "lengthAdjust=\"spacingAndGlyphs\"{}>{}</text>\n",
      class_of(style), number(std::floor(at.x)), number(std::floor(at.y) + metrics_.ascent(style)),
      number(metrics_.width(utf8, style)), paint("fill", colour), escaped(utf8));
}

void SvgCanvas::push_clip(const Rect& r) {
  body_ += fmt::format(
      "<clipPath id=\"c{0}\"><rect x=\"{1}\" y=\"{2}\" width=\"{3}\" height=\"{4}\"/></clipPath>"
      "<g clip-path=\"url(#c{0})\">\n",
      clips_, number(r.x), number(r.y), number(std::max(0.0f, r.w)), number(std::max(0.0f, r.h)));
  ++clips_;
  ++open_;
}

void SvgCanvas::pop_clip() {
  if (open_ == 0) return;
  --open_;
  body_ += "</g>\n";
}

std::string SvgCanvas::document() const {
  std::string out = body_;
  for (int i = 0; i < open_; ++i) out += "</g>\n";
  return out + "</svg>\n";
}

}  // namespace soakrig::dashboard
