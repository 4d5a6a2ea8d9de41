// SPDX-License-Identifier: Apache-2.0
#include "workloads/kernels/thread_pool.hpp"

#include <atomic>
#include <thread>
#include <vector>

#include "tests/support/catch.hpp"

using namespace soakrig::workloads;

TEST_CASE("thread_pool: every piece runs once and its writes are seen") {
  for (const std::size_t threads : {1u, 2u, 5u}) {
    ThreadPool pool(threads);
    CHECK(pool.threads() == threads);
    std::vector<int> hits(100);  // plain: the pool must order them
    for (int round = 0; round < 300; ++round) {
      pool.run(hits.size(), [&](std::size_t piece) { ++hits[piece]; });
    }
    CHECK(hits == std::vector<int>(100, 300));
  }
}

TEST_CASE("thread_pool: ranges cover all items once, also when there are few") {
  ThreadPool pool(3);
  for (const std::size_t items : {1u, 2u, 7u, 1000u}) {
    std::vector<int> hits(items);
    pool.run_ranges(items, [&](std::size_t first, std::size_t last) {
      for (std::size_t i = first; i < last; ++i) ++hits[i];
    });
    CHECK(hits == std::vector<int>(items, 1));
  }
  pool.run(0, [](std::size_t) { FAIL("there is no piece"); });
}

TEST_CASE("thread_pool: each thread begins with its own share, whoever is late") {
  constexpr std::size_t kThreads = 3;
  ThreadPool pool(kThreads);
  std::vector<std::thread::id> first(kThreads);
  for (int round = 0; round < 20; ++round) {
    std::vector<std::thread::id> ran(kThreads);
    std::atomic<std::size_t> there{0};
    pool.run(kThreads, [&](std::size_t piece) {
      ran[piece] = std::this_thread::get_id();
      ++there;
      while (there != kThreads) std::this_thread::yield();  // nobody takes a second one
    });
    if (round == 0) first = ran;
    CHECK(ran == first);
  }
  CHECK(first[0] == std::this_thread::get_id());
}

TEST_CASE("thread_pool: what one thread leaves of its share, the others do") {
  ThreadPool pool(2);
  std::atomic<int> others{0};
  pool.run(8, [&](std::size_t piece) {
    if (piece == 0) {  // as if this thread had lost its core
      while (others != 7) std::this_thread::yield();
    } else {
      ++others;
    }
  });
  CHECK(others == 7);
}

TEST_CASE("thread_pool: helpers wake after they have slept") {
  ThreadPool pool(2, true);
  std::atomic<int> sum{0};
  for (int round = 0; round < 3; ++round) {
    // Far longer than the spin: the helper is on its futex by then.
    volatile unsigned turns = 0;
    for (unsigned i = 0; i < 3'000'000; ++i) turns = turns + 1;
    pool.run(8, [&](std::size_t piece) { sum += static_cast<int>(piece); });
  }
  CHECK(sum == 3 * 28);
}
