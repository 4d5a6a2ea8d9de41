// SPDX-License-Identifier: Apache-2.0
//
// From what the host gave the workload to what a board of its own would be doing. Two questions:
//   utilisation: how busy would the board's cores be? Time that the workload ran, scaled up by the
//     time it was ready but had to wait for the host's CPUs: a board has no strangers on it. So a
//     busy host does not cool the virtual board, and a paced or idle load does.
//   cores: how many cores does the workload get from this host when nothing throttles it? The
//     throttle is a share of that, so that it bites on a busy host too.
// Pure.
#pragma once

namespace soakrig::virtual_bench {

class LoadEstimator {
 public:
  explicit LoadEstimator(double board_cores);

  struct Load {
    double utilisation = 0;  // 0 to 1 of the board's cores
    double cores = 0;        // what a throttle ratio is a share of
  };

  // Over the last `dt` s: the workloads ran `ran` and waited for a CPU `waited` (CPU seconds),
  // while limited to `ratio` of their cores (1 = not limited).
  [[nodiscard]] Load update(double dt, double ran, double waited, double ratio);
  // Other workloads run now: what was learned about the old ones is void.
  void reset();

 private:
  const double board_cores_;
  double got_;     // cores from the host when not throttled
  double wanted_;  // cores it would use had it a board of its own
};

}  // namespace soakrig::virtual_bench
