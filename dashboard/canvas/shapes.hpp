// SPDX-License-Identifier: Apache-2.0
//
// What scenes draw again and again, made of a canvas' few primitives. Stateless.
#pragma once

#include "dashboard/canvas/canvas.hpp"

namespace soakrig::dashboard {

enum class Align : std::uint8_t { left, centre, right };
enum class Marker : std::uint8_t { triangle, circle, diamond, square, cross, flag };

void draw_line(Canvas& canvas, Point from, Point to, Colour colour, float width = 1);
// Dashes of `dash` pixels with as much space between.
void draw_dashes(Canvas& canvas, Point from, Point to, Colour colour, float width, float dash);
void draw_frame(Canvas& canvas, const Rect& rect, Colour colour, float width = 1);
// Lines at 45 degrees, `spacing` pixels apart: a meaning that does not rest on colour.
void draw_hatch(Canvas& canvas, const Rect& rect, Colour colour, float spacing, float width = 1);
// One of the shapes, `size` pixels across, centred.
void draw_marker(Canvas& canvas, Marker marker, Point centre, float size, Colour colour);
// `at` is the top of the text, and its left, middle or right. Returns the width.
float draw_text(Canvas& canvas, Point at, std::string_view utf8, TextStyle style, Colour colour,
                Align align = Align::left);
// The text cut with an ellipsis so that it is at most `width` pixels wide; empty when not even one
// character and the ellipsis fit.
[[nodiscard]] std::string fit_text(const TextMetrics& metrics, std::string_view utf8,
                                   TextStyle style, float width);

}  // namespace soakrig::dashboard
