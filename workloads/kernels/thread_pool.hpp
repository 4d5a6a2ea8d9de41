// SPDX-License-Identifier: Apache-2.0
//
// Runs a function over numbered pieces of work on a fixed set of threads. The caller works too; the
// others wait on a futex after a short spin and offers of their core to others, so that a board
// shared with strangers is not slowed by our waiting. Each thread begins with a share of its own, the
// same one in every job with as many pieces: memory that it touched first is near it, and read in one
// stream. Then a piece goes to whoever is free: a thread that lost its core, or has a slow one, holds
// up its own piece only. What a piece computes depends on its number alone, so results do not depend
// on the threads.
//
// One thread calls run() at a time; the function must not throw and must not call run().
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <thread>
#include <vector>

namespace soakrig::workloads {

class ThreadPool {
 public:
  // `threads` >= 1 counts the caller. With `pin`, helper i stays on the i-th of the allowed cores,
  // the fastest first (the caller is not moved). Helpers block all signals.
  explicit ThreadPool(std::size_t threads, bool pin = false);
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  [[nodiscard]] std::size_t threads() const { return helpers_.size() + 1; }

  // Calls work(piece) for every piece in [0, pieces), pieces <= kMaxPieces; returns when all are
  // done, and everything that they wrote is visible.
  template <class Work>
  void run(std::size_t pieces, const Work& work) {
    run_pieces(pieces, &work, [](const void* what, std::size_t piece) {
      (*static_cast<const Work*>(what))(piece);
    });
  }

  // Splits [0, items) into contiguous ranges, several for each thread, and calls
  // work(first, last) for each.
  template <class Work>
  void run_ranges(std::size_t items, const Work& work) {
    const std::size_t pieces = split(items);
    run(pieces,
        [&](std::size_t piece) { work(items * piece / pieces, items * (piece + 1) / pieces); });
  }

  static constexpr std::size_t kMaxPieces = 0xFFFF;

 private:
  using Call = void (*)(const void* work, std::size_t piece);

  [[nodiscard]] std::size_t split(std::size_t items) const;
  void run_pieces(std::size_t pieces, const void* work, Call call);
  bool take_piece(std::size_t own, std::uint32_t epoch);
  bool take_from(std::atomic<std::uint64_t>& share, std::uint32_t epoch);
  void help(std::size_t index, const std::vector<std::size_t>& cores);
  void wait_for_work(std::uint32_t seen);

  // A thread's share of the job: epoch in the high half, then its end (16 bits), next (16 bits).
  struct alignas(64) Share {
    std::atomic<std::uint64_t> ticket{0};
  };

  // The job, published by the shares.
  std::vector<Share> shares_;
  std::atomic<std::uint32_t> pieces_{0};
  std::atomic<std::uint32_t> epoch_{0};     // what sleepers wait on
  std::atomic<std::uint32_t> finished_{0};  // pieces done of this job; the caller waits on it
  std::atomic<std::uint32_t> sleepers_{0};
  std::atomic<const void*> work_{nullptr};
  std::atomic<Call> call_{nullptr};
  std::atomic<bool> stopping_{false};
  std::vector<std::jthread> helpers_;
};

}  // namespace soakrig::workloads
