// SPDX-License-Identifier: Apache-2.0
//
// Up to eight runs laid over one another: their first curves plot by plot, how their values are
// distributed, figures with differences to the first run, and what differs around them. Stateless.
#pragma once

#include "dashboard/app/query.hpp"
#include "dashboard/canvas/canvas.hpp"
#include "dashboard/canvas/theme.hpp"
#include "dashboard/run/align.hpp"

namespace soakrig::dashboard {

// Shares of a view's time by value: `steps` equal steps over the range. They sum to 1, or are all
// 0. Of column means: a picture of the distribution, not a statistic.
[[nodiscard]] std::vector<double> distribution(const store::View& view, double lo, double hi,
                                               std::size_t steps);

// `range` is of the first run's time.
void draw_compare(Canvas& canvas, const Theme& theme, const Answer& answer, TimeRange range,
                  AlignBy by, TimeFormat format, const Rect& area);

}  // namespace soakrig::dashboard
