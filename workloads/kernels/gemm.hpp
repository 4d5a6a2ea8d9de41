// SPDX-License-Identifier: Apache-2.0
//
// A matrix product C = A B that knows its own answer. A holds unsigned bytes, B signed ones, both
// from a seed, and C their exact sums: as 32-bit integers, or in single precision with the bytes as
// floats of 32 or 16 bits, where every partial sum stays far below 2^24, so that no order of adding
// and no fused multiply-add can round. One truth therefore holds for every target, size and thread
// count.
//
// The answer is checked by Freivalds' method in exact arithmetic: C r = A (B r) for a fixed vector
// r without zeros. It costs n^2 of the product's n^3 and misses no wrong element that is alone in
// its row. Operands are packed anew in every product, as a library call does. Owned and driven by
// one thread, which lends it a pool.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "rig/base/result.hpp"
#include "workloads/kernels/kernels.hpp"
#include "workloads/kernels/thread_pool.hpp"

namespace soakrig::workloads {

enum class GemmPrecision { fp32, bf16, fp16, int8 };  // bf16 and fp16: summed in single precision

inline constexpr GemmPrecision kGemmPrecisions[] = {GemmPrecision::fp32, GemmPrecision::bf16,
                                                    GemmPrecision::fp16, GemmPrecision::int8};

[[nodiscard]] constexpr std::string_view to_string(GemmPrecision precision) {
  constexpr std::string_view kNames[] = {"fp32", "bf16", "fp16", "int8"};
  return kNames[static_cast<std::size_t>(precision)];
}
[[nodiscard]] std::optional<GemmPrecision> parse_gemm_precision(std::string_view text);
// Errc::unsupported where these kernels' processor does not multiply such numbers.
[[nodiscard]] Result<void> must_have(const Kernels& kernels, GemmPrecision precision);

struct GemmShape {
  std::size_t rows = 0;   // of A and C
  std::size_t cols = 0;   // of B and C
  std::size_t depth = 0;  // columns of A, rows of B

  [[nodiscard]] double operations() const {
    return 2.0 * static_cast<double>(rows) * static_cast<double>(cols) * static_cast<double>(depth);
  }
};

// A row of C that is not what it must be: the weighted sums of its elements.
struct GemmMismatch {
  std::size_t row = 0;
  double expected = 0;
  double got = 0;
};

class Gemm {
 public:
  // Each side from 1 to this: up to it fp32 sums stay exact.
  static constexpr std::size_t kMaxSide = 16384;

  // Kernels are borrowed for its lifetime. Errc::full when the memory is refused,
  // Errc::unsupported where the kernels have no such precision.
  [[nodiscard]] static Result<std::unique_ptr<Gemm>> make(const Kernels& kernels,
                                                          GemmPrecision precision,
                                                          const GemmShape& shape,
                                                          std::uint64_t seed, ThreadPool& pool);
  virtual ~Gemm() = default;

  // One slab of depth: after the last one, which says true, C is complete. Then it starts anew.
  virtual bool step(ThreadPool& pool) = 0;
  // Calls of step() that a whole product takes.
  [[nodiscard]] virtual std::size_t steps() const = 0;
  // Operations of a whole product that are done, 0 once it starts anew.
  [[nodiscard]] virtual double operations_done() const = 0;
  // Of the complete C; the first wrong row, if any.
  [[nodiscard]] virtual std::optional<GemmMismatch> check(ThreadPool& pool) const = 0;
  // Flips one bit of an operand after the answer was worked out: its lowest, or its highest.
  virtual void flip_bit(bool lowest) = 0;
  // Element of C, exact. For tests.
  [[nodiscard]] virtual double at(std::size_t row, std::size_t col) const = 0;
};

// Operands, packed slabs, C and the answer.
[[nodiscard]] std::uint64_t gemm_memory(GemmPrecision precision, const GemmShape& shape);

}  // namespace soakrig::workloads
