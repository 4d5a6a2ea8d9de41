// SPDX-License-Identifier: Apache-2.0
#include "workloads/memory/memory_level.hpp"

#include "tests/support/catch.hpp"

using namespace soakrig;
using namespace soakrig::workloads;

namespace {
constexpr CacheSizes kCaches{32 << 10, 512 << 10, 16 << 20};
constexpr std::uint64_t kPlenty = std::uint64_t{16} << 30;
}  // namespace

TEST_CASE("memory_level: in a cache each thread has its own half, gone over many times") {
  const StreamLayout l1 = layout_for("l1", kCaches, 4, kPlenty).value();
  CHECK(l1.pieces == 4);
  CHECK(l1.bytes() <= 4 * (16 << 10));
  CHECK(l1.bytes() > 4 * (12 << 10));
  CHECK(l1.repeats > 100);
  CHECK_FALSE(l1.bypass);
  const StreamLayout l3 = layout_for("l3", kCaches, 4, kPlenty).value();
  CHECK(l3.bytes() <= 8 << 20);  // shared: half of it all together
  CHECK(l3.bytes() > 7 << 20);
}

TEST_CASE("memory_level: an array in DRAM is four times the last cache, as STREAM wants") {
  const StreamLayout dram = layout_for("dram", kCaches, 2, kPlenty).value();
  CHECK(dram.length() * 8 == 64 << 20);
  CHECK(dram.bypass);
  CHECK(dram.repeats == 1);
  CHECK(layout_for("dram", {}, 2, kPlenty).value().length() * 8 == 128 << 20);  // unknown: 32 MiB
  // A small board gives half of its memory, as long as that is no cache in disguise.
  const StreamLayout small = layout_for("dram", kCaches, 2, 240u << 20).value();
  CHECK(small.bytes() <= 120 << 20);
  const auto tiny = layout_for("dram", kCaches, 2, 100u << 20);
  REQUIRE_FALSE(tiny);
  CHECK(tiny.error().code == Errc::full);
}

TEST_CASE("memory_level: a level that is not there is refused") {
  CHECK(layout_for("l3", {32 << 10, 512 << 10, 0}, 1, kPlenty).error().code == Errc::not_found);
  CHECK(layout_for("l4", kCaches, 1, kPlenty).error().what.find("l4") != std::string::npos);
}

TEST_CASE("memory_level: a size is what it is by the last cache") {
  CHECK_FALSE(layout_of(1 << 20, kCaches, 2).bypass);
  const StreamLayout large = layout_of(600 << 20, kCaches, 2);
  CHECK(large.bypass);
  CHECK(large.bytes() <= 600u << 20);
  CHECK(large.bytes() > 599u << 20);
  CHECK(layout_of(1, kCaches, 8).elements == kStreamStep);
}
