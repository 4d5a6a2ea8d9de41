// SPDX-License-Identifier: Apache-2.0
//
// Everything that can be done, each with its name and key: the keyboard, the palette and the help
// page are all made from this one list.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "dashboard/app/screen.hpp"

namespace soakrig::dashboard {

struct Action {
  std::string_view key;    // "Ctrl+P", "Shift+A", "["; empty = by the palette only
  std::string_view title;  // what it does
  void (*act)(Screen& screen);
};
[[nodiscard]] std::span<const Action> actions();

// Shows the run's timeline, opening its file if it is not open yet.
void open_run(Screen& screen, const std::string& path);

// A key outside of a box; false when it means nothing.
bool press(Screen& screen, std::string_view key);

// What the cursors or the selection say, as label and value lines for the panel.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> readout_of(const Screen& screen);

// The selected range (else the shown one) of the shown plots as CSV: a line a bin and curve, never
// more than 200000 lines.
[[nodiscard]] std::string csv_of(const Screen& screen);

}  // namespace soakrig::dashboard
