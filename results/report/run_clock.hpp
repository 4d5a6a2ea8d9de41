// SPDX-License-Identifier: Apache-2.0
//
// Run time to UTC and back. The store keeps run time only; UTC is derived here, from the run's
// start and from the anchors that were taken while it ran (a rig that rebooted goes on by its wall
// clock).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rig/base/time.hpp"

namespace soakrig::report {

class RunClock {
 public:
  RunClock() = default;
  explicit RunClock(Nanos start_utc_ns) : anchors_{{0, start_utc_ns, 0}} {}
  // Anchors map run time onto UTC; sorted here. With none, only the start counts.
  RunClock(Nanos start_utc_ns, std::vector<ClockAnchor> anchors);

  // By the last anchor at or before `run_ns`, else by the first.
  [[nodiscard]] Nanos utc(Nanos run_ns) const;
  [[nodiscard]] std::string rfc3339(Nanos run_ns) const;
  // Back, by the last anchor whose UTC is at or before. Absent for text that is no time.
  [[nodiscard]] std::optional<Nanos> run_time(std::string_view rfc3339) const;

 private:
  std::vector<ClockAnchor> anchors_{{0, 0, 0}};
};

}  // namespace soakrig::report
