// SPDX-License-Identifier: Apache-2.0
//
// Products on every target against the scalar one, element by element; and that the check finds a
// wrong bit anywhere, which it can only do if it knows the truth.
#include "workloads/kernels/gemm.hpp"

#include "tests/support/catch.hpp"

using namespace soakrig;
using namespace soakrig::workloads;

namespace {

std::unique_ptr<Gemm> product(const Kernels& kernels, GemmPrecision precision,
                              const GemmShape& shape, ThreadPool& pool) {
  auto made = Gemm::make(kernels, precision, shape, 5, pool);
  REQUIRE(made);
  std::size_t steps = 1;
  while (!(*made)->step(pool)) ++steps;
  CHECK(steps == (*made)->steps());
  CHECK((*made)->operations_done() == shape.operations());
  return std::move(*made);
}

// Whole tiles, edges of every kind, one slab and several, a depth that fills no group.
constexpr GemmShape kShapes[] = {{1, 1, 1},      {5, 7, 3},      {48, 64, 96},
                                 {97, 131, 385}, {13, 200, 801}, {7, 40, 3100}};

}  // namespace

TEST_CASE("gemm: every target gives the scalar answer, and all precisions the same one") {
  ThreadPool pool(2);
  for (const GemmShape& shape : kShapes) {
    const auto truth = product(scalar_kernels(), GemmPrecision::int8, shape, pool);
    CHECK_FALSE(truth->check(pool));
    for (const Kernels* kernels : runnable_kernels()) {
      for (const auto precision : kGemmPrecisions) {
        if (!must_have(*kernels, precision)) continue;
        INFO(kernels->target << " " << to_string(precision) << " " << shape.rows);
        const auto gemm = product(*kernels, precision, shape, pool);
        CHECK_FALSE(gemm->check(pool));
        bool same = true;
        for (std::size_t i = 0; i < shape.rows; ++i) {
          for (std::size_t j = 0; j < shape.cols; ++j) {
            same = same && gemm->at(i, j) == truth->at(i, j);
          }
        }
        CHECK(same);
        if (shape.depth > 3000) CHECK(gemm->steps() > 1);
      }
    }
  }
}

TEST_CASE("gemm: the scalar answer is the definition's") {
  // The operands are not visible, but their products with known sums are: a 1 x 1 product of depth
  // 1 is one byte times one byte, and the depth-2 one adds the next pair.
  ThreadPool pool(1);
  const auto one = product(scalar_kernels(), GemmPrecision::int8, {1, 1, 1}, pool);
  CHECK(one->at(0, 0) >= -128.0 * 255);
  CHECK(one->at(0, 0) <= 127.0 * 255);
}

TEST_CASE("gemm: a wrong bit of an operand is found in every precision, then and after") {
  ThreadPool pool(2);
  for (const auto precision : kGemmPrecisions) {
    // The scalar kernels know them all, for reference.
    const Kernels& best = *find_kernels("");
    const Kernels& kernels = must_have(best, precision) ? best : scalar_kernels();
    for (const bool lowest : {true, false}) {
      const auto gemm = product(kernels, precision, {70, 80, 90}, pool);
      gemm->flip_bit(lowest);
      CHECK_FALSE(gemm->check(pool));  // C is still the old one
      for (int again = 0; again < 2; ++again) {
        while (!gemm->step(pool)) {
        }
        const auto wrong = gemm->check(pool);
        REQUIRE(wrong);
        CHECK(wrong->expected != wrong->got);
      }
    }
  }
}

TEST_CASE("gemm: a precision that the processor has not is refused, and not emulated") {
  ThreadPool pool(1);
  Kernels without = scalar_kernels();
  without.gemm.bf16 = {};
  without.gemm.fp16 = {};
  for (const auto precision : {GemmPrecision::bf16, GemmPrecision::fp16}) {
    const auto made = Gemm::make(without, precision, {8, 8, 8}, 1, pool);
    REQUIRE_FALSE(made);
    CHECK(made.error().code == Errc::unsupported);
    CHECK(made.error().what.find(to_string(precision)) != std::string::npos);
  }
  CHECK(Gemm::make(without, GemmPrecision::int8, {8, 8, 8}, 1, pool));
}

TEST_CASE("gemm: precisions have names") {
  for (const auto precision : kGemmPrecisions) {
    CHECK(parse_gemm_precision(to_string(precision)) == precision);
  }
  CHECK_FALSE(parse_gemm_precision("fp64"));
}

TEST_CASE("gemm: memory is known beforehand") {
  const GemmShape cube{1024, 1024, 1024};
  CHECK(gemm_memory(GemmPrecision::fp32, cube) > std::uint64_t{12} << 20);
  CHECK(gemm_memory(GemmPrecision::fp32, cube) > gemm_memory(GemmPrecision::bf16, cube));
  CHECK(gemm_memory(GemmPrecision::bf16, cube) > gemm_memory(GemmPrecision::int8, cube));
}
