// SPDX-License-Identifier: Apache-2.0
//
// The reference: plain loops in exactly the order that kernels.hpp promises. It also runs where a
// processor has none of the vector targets.
#include <algorithm>
#include <array>
#include <bit>
#include <cmath>

#include "workloads/kernels/det_math.hpp"
#include "workloads/kernels/half.hpp"
#include "workloads/kernels/kernels.hpp"

namespace soakrig::workloads {
namespace {

using Lanes = std::array<float, 16>;

float sum_lanes(Lanes lanes) {
  for (std::size_t step = 8; step > 0; step /= 2) {
    for (std::size_t i = 0; i < step; ++i) lanes[i] += lanes[i + step];
  }
  return lanes[0];
}

std::int32_t row_dot_q8(const std::uint8_t* tile, std::size_t row, const std::int8_t* x) {
  std::int32_t sum = 0;
  for (std::size_t k = 0; k < kBlock; ++k) {
    const std::size_t at = k / kGroup * (kTileRows * kGroup) + row * kGroup + k % kGroup;
    sum += static_cast<std::int8_t>(tile[at]) * x[k];
  }
  return sum;
}

std::int32_t row_dot_q4(const std::uint8_t* tile, std::size_t row, const std::int8_t* x) {
  std::int32_t sum = 0;
  for (std::size_t k = 0; k < kBlock / 2; ++k) {
    const std::uint8_t byte = tile[k / kGroup * (kTileRows * kGroup) + row * kGroup + k % kGroup];
    sum += (byte & 15) * x[k] + (byte >> 4) * x[k + kBlock / 2];
  }
  return sum;
}

void multiply(const TileMatrix& matrix, const QuantRows& input, std::size_t first, std::size_t last,
              float* out) {
  const std::size_t blocks = matrix.blocks();
  const std::size_t bytes = tile_quant_bytes(matrix.format);
  for (std::size_t t = 0; t < input.tokens; ++t) {
    for (std::size_t row = first * kTileRows; row < last * kTileRows; ++row) {
      float sum = 0;
      for (std::size_t b = 0; b < blocks; ++b) {
        const std::size_t at = row / kTileRows * blocks + b;
        const std::uint8_t* tile = matrix.quants + at * bytes;
        const std::int8_t* x = input.q + t * input.cols + b * kBlock;
        const std::int32_t dot =
            matrix.format == WeightFormat::q8_0
                ? row_dot_q8(tile, row % kTileRows, x)
                : row_dot_q4(tile, row % kTileRows, x) - input.offsets[t * blocks + b];
        const float scale = half_to_float(matrix.scales[at * kTileRows + row % kTileRows]) *
                            input.scales[t * blocks + b];
        sum += scale * static_cast<float>(dot);
      }
      out[t * matrix.rows + row] = sum;
    }
  }
}

void quantize(const float* x, const QuantRows& rows, std::size_t token) {
  const std::size_t blocks = rows.cols / kBlock;
  for (std::size_t b = 0; b < blocks; ++b) {
    const float* block = x + b * kBlock;
    float largest = 0;
    for (std::size_t i = 0; i < kBlock; ++i) largest = std::max(largest, std::fabs(block[i]));
    const float inverse = largest > 0 ? 127.0f / largest : 0.0f;
    std::int32_t sum = 0;
    for (std::size_t i = 0; i < kBlock; ++i) {
      constexpr float kMagic = 0x1.8p23f;  // nearest integer, ties to even
      float value = (block[i] * inverse + kMagic) - kMagic;
      if (!(value > -127.0f)) value = -127.0f;  // also where a broken bit made a NaN
      const auto q = static_cast<std::int32_t>(value < 127.0f ? value : 127.0f);
      const std::size_t at = token * rows.cols + b * kBlock + i;
      rows.q[at] = static_cast<std::int8_t>(q);
      rows.magnitudes[at] = static_cast<std::uint8_t>(q < 0 ? -q : q);
      sum += q;
    }
    rows.scales[token * blocks + b] = largest / 127.0f;
    rows.offsets[token * blocks + b] = 8 * sum;
  }
}

void rms_norm(const float* x, const float* gain, std::size_t n, float epsilon, float* out) {
  Lanes lanes{};
  for (std::size_t i = 0; i < n; ++i) lanes[i % 16] += x[i] * x[i];
  const float mean = sum_lanes(lanes) / static_cast<float>(n);
  const float inverse = 1.0f / std::sqrt(mean + epsilon);
  for (std::size_t i = 0; i < n; ++i) out[i] = x[i] * inverse * gain[i];
}

void attend(const AttentionHead& head) {
  float highest = -1e30f;
  for (std::size_t p = 0; p < head.positions; ++p) {
    Lanes lanes{};
    for (std::size_t i = 0; i < head.dim; ++i) {
      lanes[i % 16] += head.query[i] * head.keys[key_at(p, i, head.dim)];
    }
    head.scratch[p] = sum_lanes(lanes) * head.scale;
    highest = std::max(highest, head.scratch[p]);
  }
  Lanes lanes{};
  for (std::size_t p = 0; p < head.positions; ++p) {
    head.scratch[p] = det_exp(head.scratch[p] - highest);
    lanes[p % 16] += head.scratch[p];
  }
  const float inverse = 1.0f / sum_lanes(lanes);
  for (std::size_t i = 0; i < head.dim; ++i) {
    float sum = 0;
    for (std::size_t p = 0; p < head.positions; ++p) {
      sum += head.scratch[p] * head.values[p * head.dim + i];
    }
    head.out[i] = sum * inverse;
  }
}

void swiglu(float* gate, const float* up, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) {
    gate[i] = gate[i] / (1.0f + det_exp(-gate[i])) * up[i];
  }
}

void add(float* x, const float* y, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) x[i] += y[i];
}

std::uint64_t stream_read(const double* a, std::size_t n) {
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < n; ++i) sum += std::bit_cast<std::uint64_t>(a[i]);
  return sum;
}

void stream_copy(const double* a, double* c, std::size_t n, bool) { std::copy_n(a, n, c); }

void stream_scale(const double* c, double* b, double s, std::size_t n, bool) {
  for (std::size_t i = 0; i < n; ++i) b[i] = s * c[i];
}

void stream_add(const double* a, const double* b, double* c, std::size_t n, bool) {
  for (std::size_t i = 0; i < n; ++i) c[i] = a[i] + b[i];
}

void stream_triad(const double* b, const double* c, double* a, double s, std::size_t n, bool) {
  for (std::size_t i = 0; i < n; ++i) a[i] = b[i] + s * c[i];
}

constexpr std::size_t kGemmRows = 4;
constexpr std::size_t kGemmCols = 4;

template <class A, class B, class C, std::size_t kDepthGroup>
void gemm_tile(const A* a, const B* b, std::size_t groups, C* c, std::size_t stride, bool add) {
  for (std::size_t r = 0; r < kGemmRows; ++r) {
    for (std::size_t j = 0; j < kGemmCols; ++j) {
      C sum = 0;
      for (std::size_t g = 0; g < groups; ++g) {
        for (std::size_t i = 0; i < kDepthGroup; ++i) {
          sum += static_cast<C>(a[(g * kGemmRows + r) * kDepthGroup + i]) *
                 static_cast<C>(b[(g * kGemmCols + j) * kDepthGroup + i]);
        }
      }
      C& to = c[r * stride + j];
      to = add ? to + sum : sum;
    }
  }
}

constexpr Kernels kScalar{
    "scalar",
    multiply,
    quantize,
    rms_norm,
    attend,
    swiglu,
    add,
    {stream_read, stream_copy, stream_scale, stream_add, stream_triad},
    {{kGemmRows, kGemmCols, 1, gemm_tile<float, float, float, 1>},
     {},
     {kGemmRows, kGemmCols, 2, gemm_tile<std::int16_t, std::int16_t, std::int32_t, 2>},
     {kGemmRows, kGemmCols, 2, gemm_tile<Bfloat, Bfloat, float, 2>},
     {kGemmRows, kGemmCols, 1, gemm_tile<Half, Half, float, 1>}}};

}  // namespace

const Kernels& scalar_kernels() { return kScalar; }

}  // namespace soakrig::workloads
