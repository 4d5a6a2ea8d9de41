// SPDX-License-Identifier: Apache-2.0
//
// Who else uses this machine's CPU: everything that is neither a workload of the soak nor the agent
// itself. While strangers take a share of a machine that has nothing left, a workload slows down
// without the board being at fault, and a verdict must know that.
//
// Always reads the real /proc/stat: it is about the machine the load runs on, whatever the sysroot.
#pragma once

#include <array>
#include <optional>

#include "probes/cpu_time_probe.hpp"
#include "rig/base/channel.hpp"
#include "rig/base/fd.hpp"

namespace soakrig::agent {

// Strangers count as contention from this share of all cores on, while less than kIdleLeft idles.
inline constexpr double kStrangersMatter = 0.05;
inline constexpr double kIdleLeft = 0.05;

struct StrangersShare {
  double share = 0;        // of all cores, 0 to 1
  bool contended = false;  // and the machine had nothing left for the load
};

// `before` and `after` are the sums over all cores; `own_cores` is how many cores' worth of time the
// workloads and the agent used between them. Nothing when no time passed. A little below zero is
// the two clocks' rounding, not news.
[[nodiscard]] std::optional<StrangersShare> strangers_between(const probes::CpuTicks& before,
                                                              const probes::CpuTicks& after,
                                                              std::size_t cores,
                                                              double own_cores);

class Strangers {
 public:
  struct Row {
    std::array<double, 2> values{};
    std::array<State, 2> states{};
  };

  Strangers();
  // cpu.strangers (% of all cores) and limiter.contention.strangers ({state}), once a second.
  [[nodiscard]] static SourceInfo source();
  [[nodiscard]] Row sample(double own_cores);

 private:
  Fd stat_;
  probes::CpuTicks last_;
};

}  // namespace soakrig::agent
