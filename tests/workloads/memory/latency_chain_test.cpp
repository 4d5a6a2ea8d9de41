// SPDX-License-Identifier: Apache-2.0
#include "workloads/memory/latency_chain.hpp"

#include <set>
#include <vector>

#include "tests/support/catch.hpp"

using namespace soakrig::workloads;

TEST_CASE("latency_chain: every line once a lap, and its end is known without walking") {
  std::vector<std::uint8_t> memory(64 * 1000);  // 512 lines of it
  LatencyChain chain(memory);
  CHECK(chain.lines() == 512);
  std::set<std::size_t> seen;
  std::size_t at = 0;
  for (std::size_t hop = 1; hop <= 512; ++hop) {
    at = chain.walk(1);
    seen.insert(at);
    CHECK(at == chain.expected(0, hop));
  }
  CHECK(seen.size() == 512);
  CHECK(at == 0);
  const std::size_t from = chain.walk(77);
  CHECK(chain.walk(1'000'000) == chain.expected(from, 1'000'000));
}

TEST_CASE("latency_chain: a broken link leads elsewhere, but never outside") {
  std::vector<std::uint8_t> memory(64 * 16);
  LatencyChain chain(memory);
  for (std::size_t byte = 0; byte < 8; ++byte) {
    LatencyChain fresh(memory);
    memory[byte] ^= 0xFF;
    const std::size_t end = fresh.walk(5);
    CHECK(end < 16);
    if (byte == 0) CHECK(end != fresh.expected(0, 5));
  }
}
