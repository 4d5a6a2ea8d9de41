// SPDX-License-Identifier: Apache-2.0
//
// The workload `frames`: streams at a fixed frame rate, as cameras give them, with the same
// computation for every frame, a matrix product that knows its answer. It counts frames, missed
// deadlines and jitter, and names a stream that starves, a deadlock of all, and a priority
// inversion. Each stream is a thread of its own, so that it meets the board's scheduler as a
// camera's pipeline does.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "workloads/catalogue.hpp"
#include "workloads/workload.hpp"

namespace soakrig::workloads {

struct FramesOptions {
  std::int64_t streams = 4;  // 1 to 24
  double fps = 30;           // of each stream
  std::int64_t size = 512;   // of the product that each frame costs: 2 size^3 operations
  std::string precision = "int8";
  Nanos deadline = 0;               // after a frame's due time; 0 = one period
  std::vector<std::int64_t> nice;   // of each stream, 0 to 19; fewer than streams: the rest is 0
  std::vector<std::string> stall;   // "2@3s": stream 2 stands still from then on; "all@3s"
  std::uint64_t seed = 1;
  std::uint64_t check_every = 30;   // frames of a stream between two comparisons; 0 = never
};

// Everything that can be wrong with the options is found here. The clock is borrowed.
[[nodiscard]] Result<std::unique_ptr<Workload>> make_frames(const FramesOptions& options,
                                                            const Clock& clock);
[[nodiscard]] std::unique_ptr<WorkloadCommand> frames_command();

}  // namespace soakrig::workloads
