// SPDX-License-Identifier: Apache-2.0
//
// The few shapes of our pictures. Coordinates are in the picture's own units, one decimal. Pure.
#pragma once

#include <string>
#include <string_view>

#include "results/report/html/markup.hpp"

namespace soakrig::report {

inline constexpr double kPictureWidth = 720;
inline constexpr double kGutter = 54;  // left of the axes: their numbers
inline constexpr double kRightEdge = kPictureWidth - 10;

[[nodiscard]] std::string coordinate(double value);
// About how wide a label is: enough to know whether it fits.
[[nodiscard]] double text_extent(std::string_view text);
[[nodiscard]] Markup svg_line(double x1, double y1, double x2, double y2, std::string_view style);
[[nodiscard]] Markup svg_rect(double x, double y, double width, double height,
                              std::string_view style, const std::string& title = {});
// `anchor`: "start", "middle" or "end".
[[nodiscard]] Markup svg_text(double x, double y, std::string_view text, std::string_view style,
                              std::string_view anchor = "start");
[[nodiscard]] Markup svg_path(const std::string& path, std::string_view style);
[[nodiscard]] Markup svg_dot(double x, double y, double radius, std::string_view style,
                             const std::string& title = {});
// Large, pale, across the picture.
[[nodiscard]] Markup svg_banner(double height, const std::string& text);
// The whole picture, `body` in it.
[[nodiscard]] Markup svg_picture(double height, const std::string& title, const Markup& body);

}  // namespace soakrig::report
