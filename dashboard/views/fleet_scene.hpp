// SPDX-License-Identifier: Apache-2.0
//
// The fleet wall: a tile for each board of each open run, worst first: state, how it can be reached
// and heard, phase, what it does now, and its speed and temperature so far. Stateless.
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
  std::optional<Verdict> verdict{};
  int concern = 0;  // higher = nearer to the top: fails, then lost, then running…
  std::vector<std::string> figures;  // newest values with units
  std::string trouble;               // "2 incidents, 3 episodes"; empty = none
  std::string contact;               // "link lost 34 s, reconnecting · console heard"; empty = local
  bool lost = false;                 // its link is down
  bool simulated = false;
  std::size_t run = 0;    // index into the answer's runs
  std::size_t board = 0;  // of that run's boards
  std::vector<std::size_t> plots;  // of that run's
};

// In the order in which they are drawn.
[[nodiscard]] std::vector<Tile> tiles_of(const Answer& answer);
void draw_fleet(Canvas& canvas, const Theme& theme, const Answer& answer, std::size_t chosen,
                const Rect& area);
// The tile under the pointer. The wall is scrolled so that the chosen one is seen.
[[nodiscard]] std::optional<std::size_t> tile_at(std::size_t tiles, std::size_t chosen,
                                                 const Theme& theme, const Rect& area, Point at);

// How a board stands, in words; empty where it is this machine's own and has no console.
[[nodiscard]] std::string contact_text(const BoardContact& contact, Nanos now);

}  // namespace soakrig::dashboard
