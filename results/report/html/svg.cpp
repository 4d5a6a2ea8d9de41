// SPDX-License-Identifier: Apache-2.0
#include "results/report/html/svg.hpp"

#include <fmt/format.h>

#include <cmath>

namespace soakrig::report {

std::string coordinate(double value) {
  if (!std::isfinite(value)) return "0";
  const double rounded = std::round(value * 10) / 10;
  return fmt::format("{:g}", rounded == 0 ? 0.0 : rounded);
}

double text_extent(std::string_view text) {
  double out = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80)
      out += 5.2;  // a letter of the Latin alphabet
    else if (byte >= 0xE3)
      out += 10.0;  // begins a character as wide as it is high
    else if (byte >= 0xC0)
      out += 5.6;
  }
  return out;
}

Markup svg_line(double x1, double y1, double x2, double y2, std::string_view style) {
  return element("line", {{"class", std::string(style)},
                          {"x1", coordinate(x1)},
                          {"y1", coordinate(y1)},
                          {"x2", coordinate(x2)},
                          {"y2", coordinate(y2)}});
}

namespace {
Markup title_of(const std::string& title) {
  return title.empty() ? Markup{} : element("title", title);
}
}  // namespace

Markup svg_rect(double x, double y, double width, double height, std::string_view style,
                const std::string& title) {
  return element("rect",
                 {{"class", std::string(style)},
                  {"x", coordinate(x)},
                  {"y", coordinate(y)},
                  {"width", coordinate(width)},
                  {"height", coordinate(height)}},
                 title_of(title));
}

Markup svg_text(double x, double y, std::string_view text, std::string_view style,
                std::string_view anchor) {
  return element("text",
                 {{"class", std::string(style)},
                  {"x", coordinate(x)},
                  {"y", coordinate(y)},
                  {"text-anchor", std::string(anchor)}},
                 Markup(text));
}

Markup svg_path(const std::string& path, std::string_view style) {
  return element("path", {{"class", std::string(style)}, {"d", path}});
}

Markup svg_dot(double x, double y, double radius, std::string_view style,
               const std::string& title) {
  return element("circle",
                 {{"class", std::string(style)},
                  {"cx", coordinate(x)},
                  {"cy", coordinate(y)},
                  {"r", coordinate(radius)}},
                 title_of(title));
}

Markup svg_banner(double height, const std::string& text) {
  if (text.empty()) return {};
  return svg_text((kGutter + kRightEdge) / 2, height / 2, text, "banner", "middle");
}

Markup svg_picture(double height, const std::string& title, const Markup& body) {
  return element("svg",
                 {{"xmlns", "http://www.w3.org/2000/svg"},
                  {"viewBox", "0 0 " + coordinate(kPictureWidth) + " " + coordinate(height)},
                  {"role", "img"}},
                 element("title", title) + body) +
         Markup::trusted("\n");
}

}  // namespace soakrig::report
