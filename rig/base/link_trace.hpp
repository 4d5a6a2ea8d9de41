// SPDX-License-Identifier: Apache-2.0
//
// A recorded link (CSV: t_s,rtt_ms,kbit_s,loss,down_kbit_s), as it was seen at a site. Pure; the
// text is hostile until it is here.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rig/base/result.hpp"

namespace soakrig {

// From its time until the next row's the link was like this.
struct LinkRow {
  double t_s = 0;
  std::optional<double> rtt_ms;  // absent = no answer: an outage
  std::optional<double> kbit_s;  // upwards; absent = not measured
  std::optional<double> loss;    // share of packets; absent = not measured
  std::optional<double> down_kbit_s = {};  // absent = not measured
};

inline constexpr std::size_t kMostLinkRows = 1'000'000;

// The first line names the columns: t_s and rtt_ms, and kbit_s, loss and down_kbit_s where there
// are any. Times rise. Errc::invalid with file and line for anything else; two rows at least.
[[nodiscard]] Result<std::vector<LinkRow>> parse_link_trace(std::string_view csv,
                                                            const std::string& file);

// The text that parse_link_trace reads back.
[[nodiscard]] std::string link_trace_csv(const std::vector<LinkRow>& rows);

}  // namespace soakrig
