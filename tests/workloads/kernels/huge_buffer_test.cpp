// SPDX-License-Identifier: Apache-2.0
#include "workloads/kernels/huge_buffer.hpp"

#include <utility>

#include "tests/support/catch.hpp"

using namespace soakrig;
using namespace soakrig::workloads;

TEST_CASE("huge_buffer: aligned, zeroed, writable to its end, moves") {
  auto made = HugeBuffer::allocate(5'000'001);
  REQUIRE(made);
  CHECK(made->size() == 5'000'001);
  CHECK(reinterpret_cast<std::uintptr_t>(made->data()) % (2u << 20) == 0);
  CHECK(made->data()[5'000'000] == 0);
  made->data()[5'000'000] = 7;
  const HugeBuffer moved = std::move(*made);
  CHECK(moved.data()[5'000'000] == 7);
}

TEST_CASE("huge_buffer: memory that cannot be had is an error with advice") {
  const auto made = HugeBuffer::allocate(std::size_t{1} << 60);
  REQUIRE_FALSE(made);
  CHECK(made.error().code == Errc::full);
  CHECK(made.error().message().find("a smaller shape") != std::string::npos);
}
