// SPDX-License-Identifier: Apache-2.0
//
// One stream of frames: a thread that waits for each frame's due time, computes it, and counts.
// Everything that others read of it is behind one mutex, held for a few instructions at a time.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "rig/base/result.hpp"
#include "rig/base/time.hpp"
#include "workloads/frames/frame_pacer.hpp"
#include "workloads/kernels/gemm.hpp"
#include "workloads/workload.hpp"

namespace soakrig::workloads {

struct StreamPlan {
  GemmPrecision precision = GemmPrecision::int8;
  GemmShape shape;
  Nanos period = 0, deadline = 0;
  int nice = 0;
  std::optional<Nanos> stall_at;  // after its start: it stands still from then on
  std::optional<Nanos> late_at;   // likewise: each frame then waits for what another stream holds
  std::uint64_t seed = 1, check_every = 0;
};

// What a stream did since the last take(); the first two count from its start.
struct StreamCounts {
  std::uint64_t frames = 0, missed = 0;
  Nanos busy = 0;            // since its start
  std::vector<Nanos> began;  // of each frame, after its due time; at most kMostKept
  std::vector<Nanos> ended;
  std::vector<Verification> checks;
};

// Made, started and destroyed by one thread. Kernels and clock are borrowed.
class FrameStream {
 public:
  static constexpr std::size_t kMostKept = 1024;

  [[nodiscard]] static Result<std::unique_ptr<FrameStream>> make(const StreamPlan& plan,
                                                                 const Kernels& kernels,
                                                                 const Clock& clock);
  ~FrameStream();
  FrameStream(const FrameStream&) = delete;
  FrameStream& operator=(const FrameStream&) = delete;

  void start(Nanos first_due);
  void pause(bool paused);
  void corrupt(bool lowest_bit);
  [[nodiscard]] StreamCounts take();
  // The kernel's letter for what its thread does ('R' runs or could, 'S' waits …); '?' unknown.
  [[nodiscard]] char thread_state() const;

 private:
  FrameStream(const StreamPlan& plan, const Clock& clock);
  void run(Nanos first_due);
  // Waits until `due`, or for ever once it stalls. False: it is to end.
  bool wait_for(FramePacer& pacer, Nanos stalls_at);
  // As behind a lock that another stream holds for too long.
  void wait_as_if_locked_out();
  std::optional<Verification> compute(std::uint64_t frame);

  StreamPlan plan_;
  const Clock& clock_;
  ThreadPool pool_;
  std::unique_ptr<Gemm> gemm_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  bool ending_ = false, paused_ = false;
  std::optional<bool> corrupt_;  // asked for: the lowest bit?
  StreamCounts counts_;
  int thread_id_ = 0;
  std::thread thread_;
};

}  // namespace soakrig::workloads
