// SPDX-License-Identifier: Apache-2.0
//
// The arithmetic of the workloads as a table of plain functions: one table for each target (scalar,
// SSE4, AVX2, AVX-512, AVX-512 with VNNI, NEON), one is chosen at start. No I/O, no threads, no
// allocation: a caller splits the work and owns every buffer. All functions are thread-safe.
//
// Every table gives the same bits: block dots are exact integers; a row's float sum runs over its
// blocks in order; other sums run in 16 lanes (element i belongs to lane i % 16) that are added in
// the order +8, +4, +2, +1; nothing is fused, nothing comes from libm.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "workloads/kernels/block_format.hpp"
#include "workloads/kernels/gemm_kernels.hpp"
#include "workloads/kernels/stream_kernels.hpp"

namespace soakrig::workloads {

// One query head against the keys and values of `positions` tokens. Keys lie in tiles of 16
// positions, so that a lane belongs to one position as it belongs to one row of a matrix elsewhere.
struct AttentionHead {
  const float* query = nullptr;
  const float* keys = nullptr;    // [position / 16][dim][position % 16]
  const float* values = nullptr;  // [position][dim]
  std::size_t positions = 0;
  std::size_t dim = 0;       // a multiple of 16
  float scale = 1;           // of the scores, 1 / sqrt(dim)
  float* scratch = nullptr;  // room for positions, rounded up to 16
  float* out = nullptr;      // dim values
};

// Of element i of position p's key.
[[nodiscard]] constexpr std::size_t key_at(std::size_t p, std::size_t i, std::size_t dim) {
  return (p / kTileRows * dim + i) * kTileRows + p % kTileRows;
}

struct Kernels {
  std::string_view target;
  // out[t * matrix.rows + r] = row r . token t, for the rows of the tiles [first, last).
  void (*multiply)(const TileMatrix& matrix, const QuantRows& input, std::size_t first,
                   std::size_t last, float* out);
  // Quantises row `token` of `rows` from x: scale = max|x| / 127 in each block.
  void (*quantize)(const float* x, const QuantRows& rows, std::size_t token);
  // out = x / sqrt(mean(x^2) + epsilon) * gain
  void (*rms_norm)(const float* x, const float* gain, std::size_t n, float epsilon, float* out);
  // softmax(scale * query . keys) . values
  void (*attend)(const AttentionHead& head);
  // gate[i] = gate[i] * sigmoid(gate[i]) * up[i]
  void (*swiglu)(float* gate, const float* up, std::size_t n);
  // x[i] += y[i]
  void (*add)(float* x, const float* y, std::size_t n);
  StreamKernels stream;
  GemmKernels gemm;  // fp32 fuses where the target does: exact only where its operands make it so
};

// All that this build holds and this processor runs; the best first, the scalar one last.
[[nodiscard]] std::span<const Kernels* const> runnable_kernels();
// The best, or the one of that name; null when there is none of that name here.
[[nodiscard]] const Kernels* find_kernels(std::string_view target);
// Plain loops: what the others are checked against.
[[nodiscard]] const Kernels& scalar_kernels();

}  // namespace soakrig::workloads
