// SPDX-License-Identifier: Apache-2.0
//
// The fleet wall: a tile for each open run, worst first: state, phase, what it does now, and its
// speed and temperature so far. Stateless.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "dashboard/app/query.hpp"
#include "dashboard/canvas/canvas.hpp"
#include "dashboard/canvas/theme.hpp"

namespace soakrig::dashboard {

struct Tile {
  std::string title, subtitle;  // name; board, phase
  std::string state;            // in words
  Marker marker = Marker::square;
  int concern = 0;  // higher = nearer to the top: fails, then lost, then running…
  std::vector<std::string> figures;  // newest values with units
  std::string trouble;               // "2 incidents, 3 episodes"; empty = none
  bool simulated = false;
  std::size_t run = 0;  // index into the answer's runs
};

// In the order in which they are drawn.
[[nodiscard]] std::vector<Tile> tiles_of(const Answer& answer);
void draw_fleet(Canvas& canvas, const Theme& theme, const Answer& answer, std::size_t chosen,
                const Rect& area);
// The run whose tile is under the pointer, as an index into the tiles.
[[nodiscard]] std::optional<std::size_t> tile_at(std::size_t tiles, const Theme& theme,
                                                 const Rect& area, Point at);

}  // namespace soakrig::dashboard
