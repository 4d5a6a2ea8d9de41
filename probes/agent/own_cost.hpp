// SPDX-License-Identifier: Apache-2.0
//
// What the agent itself costs, so that nobody has to believe it: CPU time (its own, without its
// workloads), resident memory, missed grid points. One row a second, source "agent".
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "rig/base/channel.hpp"
#include "rig/base/fd.hpp"

namespace soakrig::agent {

class OwnCost {
 public:
  explicit OwnCost(Nanos now);

  [[nodiscard]] static SourceInfo source();
  struct Row {
    std::vector<double> values;
    std::vector<State> states;
  };
  // CPU over the time since the last call, in % of one core. Valid until the next call.
  [[nodiscard]] const Row& sample(Nanos now, std::uint64_t overruns);

 private:
  Fd statm_;
  Nanos last_ = 0;
  double last_cpu_s_ = 0;
  Row row_;
};

// The second number of /proc/PID/statm: resident pages; -1 when the text is something else.
[[nodiscard]] std::int64_t parse_resident_pages(std::string_view statm);

}  // namespace soakrig::agent
