// SPDX-License-Identifier: Apache-2.0
//
// What a run says in words and figures: the column beside its timeline. Stateless.
#pragma once

#include <string_view>

#include "dashboard/canvas/canvas.hpp"
#include "dashboard/canvas/theme.hpp"
#include "dashboard/run/run_model.hpp"
#include "dashboard/views/text_flow.hpp"

namespace soakrig::dashboard {

// "running", "interrupted: its controller died", …: with a shape and a colour of its own.
struct StateLook {
  Marker marker;
  Colour colour;
  std::string_view text;
};
[[nodiscard]] StateLook look_of(const Theme& theme, RunState state);

void draw_run_panel(TextFlow& flow, const Theme& theme, const RunModel& run,
                    std::string_view board);

}  // namespace soakrig::dashboard
