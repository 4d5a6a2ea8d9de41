// SPDX-License-Identifier: Apache-2.0
//
// A few lines in a box beside the pointer, never over the edge of the picture. Stateless.
#pragma once

#include <string_view>

#include "dashboard/canvas/canvas.hpp"
#include "dashboard/canvas/theme.hpp"

namespace soakrig::dashboard {

// Lines are divided by line feeds; those too long for the area are cut. Nothing for no text.
void draw_tooltip(Canvas& canvas, const Theme& theme, std::string_view text, Point at,
                  const Rect& area);

}  // namespace soakrig::dashboard
