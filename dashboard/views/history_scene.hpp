// SPDX-License-Identifier: Apache-2.0
//
// The history: a table of an archive's runs and the trend of what they sustained. Stateless.
#pragma once

#include <span>
#include <string>

#include "dashboard/canvas/canvas.hpp"
#include "dashboard/canvas/theme.hpp"
#include "dashboard/run/history.hpp"

namespace soakrig::dashboard {

struct History {
  std::vector<HistoryRow> rows;  // filtered, newest first
  std::size_t chosen = 0;
  std::vector<std::string> compared;
  std::string archive, filter;
};

void draw_history(Canvas& canvas, const Theme& theme, const History& history, const Rect& area);
// The row under the pointer, as an index into rows.
[[nodiscard]] std::optional<std::size_t> history_row_at(const History& history, const Theme& theme,
                                                        const TextMetrics& metrics,
                                                        const Rect& area, Point at);

}  // namespace soakrig::dashboard
