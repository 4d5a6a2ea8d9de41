// SPDX-License-Identifier: Apache-2.0
#include "results/report/run_clock.hpp"

#include <algorithm>

namespace soakrig::report {

RunClock::RunClock(Nanos start_utc_ns, std::vector<ClockAnchor> anchors)
    : anchors_(std::move(anchors)) {
  if (anchors_.empty()) anchors_.push_back({0, start_utc_ns, 0});
  std::ranges::sort(anchors_, {}, &ClockAnchor::from_ns);
}

Nanos RunClock::utc(Nanos run_ns) const {
  const auto after = std::ranges::upper_bound(anchors_, run_ns, {}, &ClockAnchor::from_ns);
  const ClockAnchor& anchor = after == anchors_.begin() ? anchors_.front() : *(after - 1);
  return anchor.map(run_ns);
}

std::string RunClock::rfc3339(Nanos run_ns) const { return format_rfc3339(utc(run_ns)); }

std::optional<Nanos> RunClock::run_time(std::string_view rfc3339) const {
  const auto utc_ns = parse_rfc3339(rfc3339);
  if (!utc_ns) return std::nullopt;
  const ClockAnchor* best = &anchors_.front();
  for (const ClockAnchor& a : anchors_) {
    if (a.to_ns <= *utc_ns) best = &a;
  }
  return best->from_ns + (*utc_ns - best->to_ns);
}

}  // namespace soakrig::report
