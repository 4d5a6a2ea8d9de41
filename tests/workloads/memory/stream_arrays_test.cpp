// SPDX-License-Identifier: Apache-2.0
//
// On every target: the loops do what STREAM says, to the bit and through both kinds of store, and
// one wrong bit is found wherever it is.
#include "workloads/memory/stream_arrays.hpp"

#include <numeric>

#include "tests/support/catch.hpp"

using namespace soakrig::workloads;

namespace {
StreamLayout layout(bool bypass, std::size_t repeats = 1) {
  StreamLayout out;
  out.pieces = 6;
  out.elements = 5 * kStreamStep;  // 1920 in all: a period of 1021 and a part
  out.repeats = repeats;
  out.bypass = bypass;
  return out;
}
}  // namespace

TEST_CASE("stream_arrays: every target's loops give the scalar ones' bits") {
  constexpr std::size_t kN = 3 * kStreamStep;
  alignas(64) static double x[kN], y[kN], want[kN], got[kN];
  for (std::size_t i = 0; i < kN; ++i) {
    x[i] = 1.0 / static_cast<double>(i + 3);  // rounding shows: nothing here is a whole number
    y[i] = static_cast<double>(i) * 0.1;
  }
  const StreamKernels& plain = scalar_kernels().stream;
  for (const Kernels* kernels : runnable_kernels()) {
    INFO(kernels->target);
    const StreamKernels& k = kernels->stream;
    CHECK(k.read(x, kN) == plain.read(x, kN));
    const auto same = [&] { return std::equal(std::begin(want), std::end(want), std::begin(got)); };
    for (const bool bypass : {false, true}) {
      plain.copy(x, want, kN, bypass);
      k.copy(x, got, kN, bypass);
      CHECK(same());
      plain.scale(x, want, 0.3, kN, bypass);
      k.scale(x, got, 0.3, kN, bypass);
      CHECK(same());
      plain.add(x, y, want, kN, bypass);
      k.add(x, y, got, kN, bypass);
      CHECK(same());
      plain.triad(x, y, want, 0.3, kN, bypass);
      k.triad(x, y, got, 0.3, kN, bypass);
      CHECK(same());
    }
  }
}

TEST_CASE("stream_arrays: ten rounds of all loops are exact, and counted by STREAM's rules") {
  ThreadPool pool(2);
  for (const Kernels* kernels : runnable_kernels()) {
    for (const bool bypass : {false, true}) {
      auto arrays = StreamArrays::make(layout(bypass, 3), pool);
      REQUIRE(arrays);
      CHECK_FALSE(arrays->check(pool));
      for (int round = 0; round < StreamArrays::kMaxRounds; ++round) {
        double bytes = 0;
        for (const StreamOp op : kStreamOps) bytes += arrays->pass(op, *kernels, pool);
        CHECK(bytes == 3.0 * 1920 * (8 + 16 + 16 + 24 + 24));
      }
      CHECK_FALSE(arrays->check(pool));
      arrays->fill(pool);
      CHECK_FALSE(arrays->check(pool));
    }
  }
}

TEST_CASE("stream_arrays: one wrong bit is found after any loop") {
  ThreadPool pool(2);
  const Kernels& kernels = *find_kernels("");
  for (const StreamOp op : kStreamOps) {
    for (const bool lowest : {true, false}) {
      INFO(to_string(op) << lowest);
      auto arrays = StreamArrays::make(layout(false), pool);
      REQUIRE(arrays);
      arrays->flip_bit(op, lowest);
      arrays->pass(op, kernels, pool);
      const auto wrong = arrays->check(pool);
      REQUIRE(wrong);
      CHECK(wrong->expected != wrong->got);
      CHECK(wrong->index == 960);
      arrays->fill(pool);
      CHECK_FALSE(arrays->check(pool));
    }
  }
}

TEST_CASE("stream_arrays: an element that was only read wrongly is found too") {
  ThreadPool pool(1);
  Kernels broken = scalar_kernels();
  broken.stream.read = [](const double* a, std::size_t n) {
    return scalar_kernels().stream.read(a, n) + 1;
  };
  auto arrays = StreamArrays::make(layout(false), pool);
  REQUIRE(arrays);
  arrays->pass(StreamOp::read, broken, pool);
  CHECK(arrays->check(pool));
}
