// SPDX-License-Identifier: Apache-2.0
//
// Colours and sizes of a picture. The series colours are told apart by people who see red and green
// alike (after Okabe and Ito); nothing is told by colour alone.
#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "dashboard/canvas/canvas.hpp"
#include "dashboard/canvas/shapes.hpp"
#include "rig/base/verdict.hpp"

namespace soakrig::dashboard {

struct Theme {
  std::string_view name;
  Colour background, panel, lane, text, dim, grid, border;
  Colour accent;                          // what is selected or under the cursor
  Colour good, warn, bad, neutral;        // pass, inconclusive, fail and breaches, error
  Colour gap, stale, simulated, episode;  // shading
  std::array<Colour, 8> series;
  float scale = 1;
  [[nodiscard]] float em(float times = 1) const { return 14 * scale * times; }
};

inline constexpr std::array<std::string_view, 3> kThemeNames{"light", "dark", "contrast"};

// Nothing for a name that is none of kThemeNames. `scale` is 0.75 to 2.5.
[[nodiscard]] std::optional<Theme> find_theme(std::string_view name, float scale = 1);

// How a verdict looks: a colour, a shape and its word. None = not judged yet.
[[nodiscard]] Colour colour_of(const Theme& theme, std::optional<Verdict> verdict);
[[nodiscard]] Marker marker_of(std::optional<Verdict> verdict);
[[nodiscard]] std::string_view word_of(std::optional<Verdict> verdict);

}  // namespace soakrig::dashboard
