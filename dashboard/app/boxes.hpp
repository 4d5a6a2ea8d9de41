// SPDX-License-Identifier: Apache-2.0
//
// The boxes that take what is typed: the palette of actions, the finder of channels, a note, the
// help page. What is typed goes in by type() and press_in_box(); nothing here knows a window.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "dashboard/app/screen.hpp"

namespace soakrig::dashboard {

// What the open box offers for what is typed: title and, to its right, key or unit.
struct Choice {
  std::string title, key;
};
[[nodiscard]] std::vector<Choice> choices_of(const Screen& screen);

// Text from the keyboard, for the open box or the history's filter.
void type(Screen& screen, std::string_view utf8);
// Enter, Escape, Up, Down, Backspace in a box; false for other keys.
bool press_in_box(Screen& screen, std::string_view key);

void draw_box(Canvas& canvas, const Theme& theme, const Screen& screen, const Rect& area);
// The current view, in its part of the window. The answer is there.
void draw_view(Canvas& canvas, const Theme& theme, const Screen& screen, const Rect& area);

}  // namespace soakrig::dashboard
