// SPDX-License-Identifier: Apache-2.0
//
// What a recorded link was like: how long it was up, its outages, its round trips. Pure.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "rig/base/link_trace.hpp"

namespace soakrig::analysis {

struct LinkFigures {
  double span_s = 0;
  double availability = 0;  // share of the time in which it answered
  std::size_t outages = 0;
  double longest_outage_s = 0;
  std::optional<double> rtt_p50_ms, rtt_p95_ms;  // by time, of when it answered
  std::optional<double> kbit_s_p5;               // upwards, likewise: the slowest twentieth
  std::optional<double> down_kbit_s_p5;          // downwards
  std::optional<double> loss;                    // mean by time
};

// The last row only ends the trace. `rows` as parse_link_trace gives them.
[[nodiscard]] LinkFigures link_figures(const std::vector<LinkRow>& rows);

}  // namespace soakrig::analysis
