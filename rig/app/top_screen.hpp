// SPDX-License-Identifier: Apache-2.0
//
// The terminal view of a running soak as text: a frame of at most `width` by `height` characters.
// Pure, so that it is tested without a terminal.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "rig/app/live_view.hpp"

namespace soakrig::app {

// A row of block characters, one per value, scaled from the least to the greatest.
[[nodiscard]] std::string spark_line(const std::vector<double>& values);
// A bar of `width` columns filled to `share` (0 to 1).
[[nodiscard]] std::string bar(double share, std::size_t width);
// Lines, none wider than `width` columns, at most `height` of them.
[[nodiscard]] std::vector<std::string> top_screen(const LiveView& view, std::size_t width,
                                                  std::size_t height);

}  // namespace soakrig::app
