// SPDX-License-Identifier: Apache-2.0
#include "rig/base/bounded_queue.hpp"

#include <chrono>
#include <memory>
#include <thread>

#include "tests/support/catch.hpp"

using namespace soakrig;
using namespace std::chrono_literals;

TEST_CASE("A full queue refuses and leaves the item alone") {
  BoundedQueue<std::unique_ptr<int>> queue(1);
  auto first = std::make_unique<int>(1);
  auto second = std::make_unique<int>(2);
  CHECK(queue.try_push(first));
  CHECK_FALSE(queue.try_push(second));
  REQUIRE(second);
  CHECK(*second == 2);
}

TEST_CASE("A closed queue gives what it has and takes no more") {
  BoundedQueue<int> queue(4);
  CHECK(queue.push(1));
  queue.close();
  CHECK_FALSE(queue.push(2));
  const auto past = std::chrono::steady_clock::now();
  CHECK(queue.pop_all_until(past) == std::vector<int>{1});
  CHECK(queue.pop_all_until(past).empty());
}

TEST_CASE("A producer that waits for room goes on when there is some, in order") {
  BoundedQueue<int> queue(2);
  std::jthread producer([&] {
    for (int i = 0; i < 1000; ++i) queue.push(i);
    queue.close();
  });
  std::vector<int> got;
  while (!(queue.closed() && queue.size() == 0)) {
    for (int v : queue.pop_all_until(std::chrono::steady_clock::now() + 1s)) got.push_back(v);
  }
  REQUIRE(got.size() == 1000);
  for (int i = 0; i < 1000; ++i) CHECK(got[static_cast<std::size_t>(i)] == i);
}
