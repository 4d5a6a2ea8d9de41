// SPDX-License-Identifier: Apache-2.0
//
// A recorded link (CSV: t_s,rtt_ms,kbit_s,loss) and what it was like: how long it was up, its
// outages, its round trips. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rig/base/result.hpp"

namespace soakrig::analysis {

// From its time until the next row's the link was like this.
struct LinkRow {
  double t_s = 0;
  std::optional<double> rtt_ms;  // absent = no answer: an outage
  std::optional<double> kbit_s;  // absent = not measured
  std::optional<double> loss;    // share of packets; absent = not measured
};

inline constexpr std::size_t kMostLinkRows = 1'000'000;

// The first line names the columns: t_s and rtt_ms, and kbit_s and loss where there are any. Times
// rise. Errc::invalid with file and line for anything else; two rows at least.
[[nodiscard]] Result<std::vector<LinkRow>> parse_link_trace(std::string_view csv,
                                                            const std::string& file);

struct LinkFigures {
  double span_s = 0;
  double availability = 0;  // share of the time in which it answered
  std::size_t outages = 0;
  double longest_outage_s = 0;
  std::optional<double> rtt_p50_ms, rtt_p95_ms;  // by time, of when it answered
  std::optional<double> kbit_s_p5;               // likewise: the slowest twentieth
  std::optional<double> loss;                    // mean by time
};

// The last row only ends the trace. `rows` as parse_link_trace gives them.
[[nodiscard]] LinkFigures link_figures(const std::vector<LinkRow>& rows);

}  // namespace soakrig::analysis
