// SPDX-License-Identifier: Apache-2.0
#include "workloads/kernels/thread_pool.hpp"

#include <sched.h>
#include <signal.h>

#include <algorithm>
#include <utility>

#include "rig/base/result.hpp"
#include "workloads/kernels/core_policy.hpp"
#include "workloads/kernels/cores.hpp"

namespace soakrig::workloads {
namespace {

// About 20 us on the processors we know: the gap between two matrices of a small model, and short
// against a time slice that a stranger could have used.
constexpr int kSpins = 600;
// Then some 100 us more in which the core goes to any stranger that wants it: to be woken from a
// futex takes longer than most waits for the last piece of a matrix.
constexpr int kOffers = 200;

// The `turn`-th try of someone who waits; false when it is time to sleep.
bool keep_waiting(int turn) {
  if (turn < kSpins) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    asm volatile("yield");
#endif
    return true;
  }
  if (turn >= kSpins + kOffers) return false;
  ::sched_yield();
  return true;
}

}  // namespace

ThreadPool::ThreadPool(std::size_t threads, bool pin) : shares_(threads) {
  RIG_ASSERT(threads >= 1);
  // Signals belong to the main thread: a helper that took SIGTERM would tell nobody.
  sigset_t all;
  sigset_t before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  std::vector<std::size_t> order;  // of the cores, where they are to be kept to
  if (pin) order = fastest_first(read_core_facts(allowed_core_list()));
  helpers_.reserve(threads - 1);
  for (std::size_t i = 1; i < threads; ++i) {
    std::vector<std::size_t> own;
    if (i < order.size()) own.push_back(order[i]);
    helpers_.emplace_back([this, i, own = std::move(own)] { help(i, own); });
  }
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

ThreadPool::~ThreadPool() {
  stopping_ = true;
  epoch_.fetch_add(1);
  epoch_.notify_all();
}

std::size_t ThreadPool::split(std::size_t items) const {
  // Several pieces a thread even out a late start; too many restart the hardware's prefetching.
  const std::size_t pieces = threads() == 1 ? 1 : threads() * 8;
  return std::clamp<std::size_t>(items, 1, pieces);
}

void ThreadPool::run_pieces(std::size_t pieces, const void* work, Call call) {
  RIG_ASSERT(pieces <= kMaxPieces);
  if (helpers_.empty() || pieces <= 1) {
    for (std::size_t piece = 0; piece < pieces; ++piece) call(work, piece);
    return;
  }
  work_.store(work, std::memory_order_relaxed);
  call_.store(call, std::memory_order_relaxed);
  finished_.store(0, std::memory_order_relaxed);
  pieces_.store(static_cast<std::uint32_t>(pieces), std::memory_order_relaxed);
  const std::uint32_t epoch = epoch_.load(std::memory_order_relaxed) + 1;
  for (std::size_t i = 0; i < shares_.size(); ++i) {
    const std::uint64_t first = pieces * i / shares_.size();
    const std::uint64_t end = pieces * (i + 1) / shares_.size();
    shares_[i].ticket.store(static_cast<std::uint64_t>(epoch) << 32 | end << 16 | first);
  }
  epoch_.store(epoch);
  if (sleepers_.load() != 0) epoch_.notify_all();
  while (take_piece(0, epoch)) {
  }
  int turn = 0;
  for (std::uint32_t done = finished_.load(); done != pieces; done = finished_.load()) {
    if (!keep_waiting(turn++)) finished_.wait(done);
  }
}

// Takes the next piece of that job, if any is left: of its own share, else of another. A helper that
// still looks for pieces of the last job leaves those of the next alone: all its shares are not there
// yet, so it could begin with another's.
bool ThreadPool::take_piece(std::size_t own, std::uint32_t epoch) {
  for (std::size_t i = 0; i < shares_.size(); ++i) {
    if (take_from(shares_[(own + i) % shares_.size()].ticket, epoch)) return true;
  }
  return false;
}

// A piece once taken keeps its job alive: run() cannot return before it is finished, so work_,
// call_ and pieces_ are that job's.
bool ThreadPool::take_from(std::atomic<std::uint64_t>& share, std::uint32_t epoch) {
  std::uint64_t ticket = share.load();
  for (;;) {
    const auto end = static_cast<std::uint32_t>(ticket >> 16) & 0xFFFFu;
    const auto next = static_cast<std::uint32_t>(ticket) & 0xFFFFu;
    if (ticket >> 32 != epoch || next >= end) return false;
    if (!share.compare_exchange_weak(ticket, ticket + 1)) continue;
    call_.load(std::memory_order_relaxed)(work_.load(std::memory_order_relaxed), next);
    const std::uint32_t pieces = pieces_.load(std::memory_order_relaxed);
    if (finished_.fetch_add(1) + 1 == pieces) finished_.notify_one();
    return true;
  }
}

void ThreadPool::help(std::size_t index, const std::vector<std::size_t>& cores) {
  if (!cores.empty()) static_cast<void>(bind_to_cores(cores));
  while (!stopping_) {
    const std::uint32_t seen = epoch_.load();
    while (take_piece(index, seen)) {
    }
    wait_for_work(seen);
  }
}

void ThreadPool::wait_for_work(std::uint32_t seen) {
  for (int turn = 0; keep_waiting(turn); ++turn) {
    if (epoch_.load() != seen) return;
  }
  sleepers_.fetch_add(1);
  epoch_.wait(seen);
  sleepers_.fetch_sub(1);
}

}  // namespace soakrig::workloads
