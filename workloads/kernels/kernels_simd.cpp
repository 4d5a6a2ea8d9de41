// SPDX-License-Identifier: Apache-2.0
//
// The vector kernels: this one file is compiled again for each target (Highway's foreach_target),
// each time in a namespace of its own and with the target's instructions enabled by a pragma, so
// that no inline function of the standard library is ever compiled for a processor that may be
// missing. Choosing is ours (at the end), as the distribution has no static Highway library.
//
// One lane belongs to one row of a tile. Where a target has no 8-bit dot instruction, x86's
// unsigned x signed one is used on (|x|, w * sign x): 127 * 127 * 2 cannot saturate 16 bits.
#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>

#include "workloads/kernels/det_math.hpp"
#include "workloads/kernels/half.hpp"
#include "workloads/kernels/kernels.hpp"

// SSSE3 brings nothing, SVE's sizeless vectors cannot be lanes of a fixed tile.
#define HWY_DISABLED_TARGETS (HWY_SSSE3 | HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128)
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "workloads/kernels/kernels_simd.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace soakrig::workloads {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

#if HWY_TARGET != HWY_SCALAR && HWY_TARGET != HWY_EMU128

using DF = hn::CappedTag<float, 16>;
using DI = hn::Rebind<std::int32_t, DF>;
using DB = hn::Repartition<std::int8_t, DF>;
using DU = hn::Repartition<std::uint8_t, DF>;
using VF = hn::Vec<DF>;
using VI = hn::Vec<DI>;
using VB = hn::Vec<DB>;
using VU = hn::Vec<DU>;
constexpr std::size_t kLanes = HWY_MAX_BYTES / sizeof(float) < 16 ? HWY_MAX_BYTES / sizeof(float)
                                                                  : std::size_t{16};
constexpr std::size_t kParts = kTileRows / kLanes;      // vectors that hold 16 lanes
constexpr std::size_t kGroupBytes = kTileRows * kGroup;  // one group of all 16 rows

// sum[row] += four products of signed bytes; magnitude = |x|.
HWY_INLINE VI dot4(VI sum, VB w, VB x, VU magnitude) {
#if HWY_TARGET == HWY_AVX3_DL
  const __mmask64 negative = _mm512_movepi8_mask(x.raw);
  const __m512i turned = _mm512_mask_sub_epi8(w.raw, negative, _mm512_setzero_si512(), w.raw);
  return VI{_mm512_dpbusd_epi32(sum.raw, magnitude.raw, turned)};
#elif HWY_TARGET == HWY_AVX3
  const __mmask64 negative = _mm512_movepi8_mask(x.raw);
  const __m512i turned = _mm512_mask_sub_epi8(w.raw, negative, _mm512_setzero_si512(), w.raw);
  const __m512i pairs = _mm512_maddubs_epi16(magnitude.raw, turned);
  return VI{_mm512_add_epi32(sum.raw, _mm512_madd_epi16(pairs, _mm512_set1_epi16(1)))};
#elif HWY_TARGET == HWY_AVX2
  const __m256i pairs = _mm256_maddubs_epi16(magnitude.raw, _mm256_sign_epi8(w.raw, x.raw));
  return VI{_mm256_add_epi32(sum.raw, _mm256_madd_epi16(pairs, _mm256_set1_epi16(1)))};
#elif HWY_TARGET == HWY_SSE4
  const __m128i pairs = _mm_maddubs_epi16(magnitude.raw, _mm_sign_epi8(w.raw, x.raw));
  return VI{_mm_add_epi32(sum.raw, _mm_madd_epi16(pairs, _mm_set1_epi16(1)))};
#elif HWY_TARGET == HWY_NEON
  (void)magnitude;
  const int16x8_t low = vmull_s8(vget_low_s8(w.raw), vget_low_s8(x.raw));
  const int16x8_t high = vmull_s8(vget_high_s8(w.raw), vget_high_s8(x.raw));
  return VI{vaddq_s32(sum.raw, vpaddq_s32(vpaddlq_s16(low), vpaddlq_s16(high)))};
#else
#error "a vector target without a dot of four bytes"
#endif
}

// Four bytes of one token's activations, in every lane.
template <class D>
HWY_INLINE hn::Vec<D> broadcast4(D d, const void* bytes) {
  std::int32_t four = 0;
  __builtin_memcpy(&four, bytes, sizeof four);
  return hn::BitCast(d, hn::Set(DI(), four));
}

// Adds one Q8_0 tile block to the integer sums of `kTokens` tokens.
template <std::size_t kTokens>
HWY_INLINE void block_q8(const std::uint8_t* tile, const QuantRows& in, std::size_t at,
                         VI (&sums)[kTokens][kParts]) {
  for (std::size_t g = 0; g < kBlock / kGroup; ++g) {
    VB w[kParts];
    for (std::size_t p = 0; p < kParts; ++p) {
      w[p] = hn::BitCast(DB(), hn::LoadU(DU(), tile + g * kGroupBytes + p * kLanes * kGroup));
    }
    for (std::size_t t = 0; t < kTokens; ++t) {
      const std::size_t k = at + t * in.cols + g * kGroup;
      const VB x = broadcast4(DB(), in.q + k);
      const VU magnitude = broadcast4(DU(), in.magnitudes + k);
      for (std::size_t p = 0; p < kParts; ++p) sums[t][p] = dot4(sums[t][p], w[p], x, magnitude);
    }
  }
}

#if HWY_TARGET == HWY_AVX3_DL || HWY_TARGET == HWY_NEON
// Adds one Q4_0 tile block, quants still with their offset of 8.
template <std::size_t kTokens>
HWY_INLINE void block_q4(const std::uint8_t* tile, const QuantRows& in, std::size_t at,
                         VI (&sums)[kTokens][kParts]) {
  const VU mask = hn::Set(DU(), 15);
  for (std::size_t g = 0; g < kBlock / kGroup / 2; ++g) {
    for (std::size_t p = 0; p < kParts; ++p) {
      const VU bytes = hn::LoadU(DU(), tile + g * kGroupBytes + p * kLanes * kGroup);
      const VU low = hn::And(bytes, mask);
      const VU high = hn::And(
          hn::BitCast(DU(), hn::ShiftRight<4>(hn::BitCast(hn::Repartition<std::uint16_t, DF>(),
                                                          bytes))),
          mask);
      for (std::size_t t = 0; t < kTokens; ++t) {
        const std::size_t k = at + t * in.cols + g * kGroup;
#if HWY_TARGET == HWY_AVX3_DL
        const VB x_low = broadcast4(DB(), in.q + k);
        const VB x_high = broadcast4(DB(), in.q + k + kBlock / 2);
        sums[t][p].raw = _mm512_dpbusd_epi32(sums[t][p].raw, low.raw, x_low.raw);
        sums[t][p].raw = _mm512_dpbusd_epi32(sums[t][p].raw, high.raw, x_high.raw);
#else
        const VB x_low = broadcast4(DB(), in.q + k);
        const VB x_high = broadcast4(DB(), in.q + k + kBlock / 2);
        sums[t][p] = dot4(sums[t][p], hn::BitCast(DB(), low), x_low, low);
        sums[t][p] = dot4(sums[t][p], hn::BitCast(DB(), high), x_high, high);
#endif
      }
    }
  }
}
#else
using VW = hn::Vec<hn::Repartition<std::int16_t, DF>>;

// Sums of pairs of unsigned x signed products in 16 bits: 8 of them reach 30480 at most.
HWY_INLINE VW pairs4(VU w, VB x) {
#if HWY_TARGET == HWY_AVX3
  return VW{_mm512_maddubs_epi16(w.raw, x.raw)};
#elif HWY_TARGET == HWY_AVX2
  return VW{_mm256_maddubs_epi16(w.raw, x.raw)};
#else
  return VW{_mm_maddubs_epi16(w.raw, x.raw)};
#endif
}
HWY_INLINE VI add_pairs(VI sum, VW pairs) {
#if HWY_TARGET == HWY_AVX3
  return VI{_mm512_add_epi32(sum.raw, _mm512_madd_epi16(pairs.raw, _mm512_set1_epi16(1)))};
#elif HWY_TARGET == HWY_AVX2
  return VI{_mm256_add_epi32(sum.raw, _mm256_madd_epi16(pairs.raw, _mm256_set1_epi16(1)))};
#else
  return VI{_mm_add_epi32(sum.raw, _mm_madd_epi16(pairs.raw, _mm_set1_epi16(1)))};
#endif
}

// Adds one Q4_0 tile block, quants still with their offset of 8.
template <std::size_t kTokens>
HWY_INLINE void block_q4(const std::uint8_t* tile, const QuantRows& in, std::size_t at,
                         VI (&sums)[kTokens][kParts]) {
  const hn::Repartition<std::int16_t, DF> dw;
  const VU mask = hn::Set(DU(), 15);
  VW pairs[kTokens][kParts];
  for (std::size_t t = 0; t < kTokens; ++t) {
    for (std::size_t p = 0; p < kParts; ++p) pairs[t][p] = hn::Zero(dw);
  }
  for (std::size_t g = 0; g < kBlock / kGroup / 2; ++g) {
    VU low[kParts];
    VU high[kParts];
    for (std::size_t p = 0; p < kParts; ++p) {
      const VU bytes = hn::LoadU(DU(), tile + g * kGroupBytes + p * kLanes * kGroup);
      low[p] = hn::And(bytes, mask);
      high[p] = hn::And(hn::BitCast(DU(), hn::ShiftRight<4>(hn::BitCast(
                                              hn::Repartition<std::uint16_t, DF>(), bytes))),
                        mask);
    }
    for (std::size_t t = 0; t < kTokens; ++t) {
      const std::size_t k = at + t * in.cols + g * kGroup;
      const VB x_low = broadcast4(DB(), in.q + k);
      const VB x_high = broadcast4(DB(), in.q + k + kBlock / 2);
      for (std::size_t p = 0; p < kParts; ++p) {
        pairs[t][p] = hn::Add(pairs[t][p], pairs4(low[p], x_low));
        pairs[t][p] = hn::Add(pairs[t][p], pairs4(high[p], x_high));
      }
    }
  }
  for (std::size_t t = 0; t < kTokens; ++t) {
    for (std::size_t p = 0; p < kParts; ++p) sums[t][p] = add_pairs(sums[t][p], pairs[t][p]);
  }
}
#endif

HWY_INLINE VF load_scales(const std::uint16_t* halves) {
#if HWY_TARGET == HWY_SSE4
  float four[4];
  for (std::size_t i = 0; i < 4; ++i) four[i] = half_to_float(halves[i]);
  return hn::LoadU(DF(), four);
#else
  const hn::Rebind<hwy::float16_t, DF> dh;
  return hn::PromoteTo(DF(), hn::LoadU(dh, reinterpret_cast<const hwy::float16_t*>(halves)));
#endif
}

// One tile's blocks [b0, b1) for kTokens tokens from `token` on, added to acc[t][16].
template <WeightFormat kFormat, std::size_t kTokens>
HWY_INLINE void tile_blocks(const TileMatrix& m, const QuantRows& in, std::size_t tile,
                            std::size_t b0, std::size_t b1, std::size_t token, float* acc) {
  constexpr std::size_t kBytes = tile_quant_bytes(kFormat);
  const std::size_t blocks = m.blocks();
  VF total[kTokens][kParts];
  for (std::size_t t = 0; t < kTokens; ++t) {
    for (std::size_t p = 0; p < kParts; ++p) {
      total[t][p] = hn::LoadU(DF(), acc + t * kTileRows + p * kLanes);
    }
  }
  for (std::size_t b = b0; b < b1; ++b) {
    const std::size_t index = tile * blocks + b;
    VI sums[kTokens][kParts];
    for (std::size_t t = 0; t < kTokens; ++t) {
      const std::int32_t start =
          kFormat == WeightFormat::q4_0 ? -in.offsets[(token + t) * blocks + b] : 0;
      for (std::size_t p = 0; p < kParts; ++p) sums[t][p] = hn::Set(DI(), start);
    }
    const std::size_t at = token * in.cols + b * kBlock;
    if constexpr (kFormat == WeightFormat::q8_0) {
      block_q8<kTokens>(m.quants + index * kBytes, in, at, sums);
    } else {
      block_q4<kTokens>(m.quants + index * kBytes, in, at, sums);
    }
    for (std::size_t p = 0; p < kParts; ++p) {
      const VF scale = load_scales(m.scales + index * kTileRows + p * kLanes);
      for (std::size_t t = 0; t < kTokens; ++t) {
        const VF both = hn::Mul(scale, hn::Set(DF(), in.scales[(token + t) * blocks + b]));
        total[t][p] = hn::Add(total[t][p], hn::Mul(both, hn::ConvertTo(DF(), sums[t][p])));
      }
    }
  }
  for (std::size_t t = 0; t < kTokens; ++t) {
    for (std::size_t p = 0; p < kParts; ++p) {
      hn::StoreU(total[t][p], DF(), acc + t * kTileRows + p * kLanes);
    }
  }
}

constexpr std::size_t kBatch = 4;          // tokens that share one load of a weight
constexpr std::size_t kChunkBlocks = 24;   // of a tile: 12 KiB stay in the first cache
constexpr std::size_t kMaxTokens = 128;    // whose sums are kept beside a tile

template <WeightFormat kFormat>
void multiply_tiles(const TileMatrix& m, const QuantRows& in, std::size_t first, std::size_t last,
                    std::size_t from, std::size_t tokens, float* out) {
  alignas(64) float acc[kMaxTokens * kTileRows];
  const std::size_t blocks = m.blocks();
  const std::size_t chunk = tokens == 1 ? blocks : kChunkBlocks;
  for (std::size_t tile = first; tile < last; ++tile) {
    std::fill_n(acc, tokens * kTileRows, 0.0f);
    for (std::size_t b0 = 0; b0 < blocks; b0 += chunk) {
      const std::size_t b1 = std::min(b0 + chunk, blocks);
      std::size_t t = 0;
      for (; t + kBatch <= tokens; t += kBatch) {
        tile_blocks<kFormat, kBatch>(m, in, tile, b0, b1, from + t, acc + t * kTileRows);
      }
      for (; t < tokens; ++t) {
        tile_blocks<kFormat, 1>(m, in, tile, b0, b1, from + t, acc + t * kTileRows);
      }
    }
    for (std::size_t t = 0; t < tokens; ++t) {
      __builtin_memcpy(out + (from + t) * m.rows + tile * kTileRows, acc + t * kTileRows,
                       kTileRows * sizeof(float));
    }
  }
}

void multiply(const TileMatrix& m, const QuantRows& in, std::size_t first, std::size_t last,
              float* out) {
  for (std::size_t from = 0; from < in.tokens; from += kMaxTokens) {
    const std::size_t tokens = std::min(kMaxTokens, in.tokens - from);
    if (m.format == WeightFormat::q8_0) {
      multiply_tiles<WeightFormat::q8_0>(m, in, first, last, from, tokens, out);
    } else {
      multiply_tiles<WeightFormat::q4_0>(m, in, first, last, from, tokens, out);
    }
  }
}

// 16 lanes to one sum in the fixed order +8, +4, +2, +1.
HWY_INLINE float sum16(const VF (&parts)[kParts]) {
  alignas(64) float lanes[kTileRows];
  if constexpr (kParts == 4) {
    hn::StoreU(hn::Add(hn::Add(parts[0], parts[2 % kParts]),
                       hn::Add(parts[1 % kParts], parts[3 % kParts])), DF(), lanes);
  } else {
    const std::size_t half = kLanes == 8 ? 4 : 8;
    VF sum = parts[0];
    for (std::size_t p = 1; p < kParts; ++p) sum = hn::Add(sum, parts[p]);
    hn::StoreU(sum, DF(), lanes);
    for (std::size_t step = half; step >= 4; step /= 2) {
      for (std::size_t i = 0; i < step; ++i) lanes[i] += lanes[i + step];
    }
  }
  return (lanes[0] + lanes[2]) + (lanes[1] + lanes[3]);
}

HWY_INLINE VF exp_lanes(VF x) {
  using namespace exp_constants;
  const DF d;
  const VF magic = hn::Set(d, 0x1.8p23f);
  const VF clamped = hn::Min(hn::Max(x, hn::Set(d, kLowest)), hn::Set(d, kHighest));
  const VF n = hn::Sub(hn::Add(hn::Mul(clamped, hn::Set(d, kLog2E)), magic), magic);
  const VF r = hn::Sub(hn::Sub(clamped, hn::Mul(n, hn::Set(d, kLn2High))),
                       hn::Mul(n, hn::Set(d, kLn2Low)));
  VF sum = hn::Set(d, kTerms[0]);
  for (std::size_t k = 1; k < 8; ++k) sum = hn::Add(hn::Mul(sum, r), hn::Set(d, kTerms[k]));
  const VI power = hn::ShiftLeft<23>(hn::Add(hn::ConvertTo(DI(), n), hn::Set(DI(), 127)));
  return hn::IfThenElseZero(hn::Ge(x, hn::Set(d, kLowest)),
                            hn::Mul(sum, hn::BitCast(d, power)));
}

void quantize(const float* x, const QuantRows& rows, std::size_t token) {
  const DF d;
  const std::size_t blocks = rows.cols / kBlock;
  const VF magic = hn::Set(d, 0x1.8p23f);
  const VF limit = hn::Set(d, 127.0f);
  const hn::Rebind<std::int16_t, DF> d16;
  const hn::Rebind<std::int8_t, DF> d8;
  for (std::size_t b = 0; b < blocks; ++b) {
    const float* block = x + b * kBlock;
    VF peak = hn::Zero(d);
    for (std::size_t i = 0; i < kBlock; i += kLanes) {
      peak = hn::Max(peak, hn::Abs(hn::LoadU(d, block + i)));
    }
    const float largest = hn::GetLane(hn::MaxOfLanes(d, peak));
    const VF inverse = hn::Set(d, largest > 0 ? 127.0f / largest : 0.0f);
    VI sum = hn::Zero(DI());
    for (std::size_t i = 0; i < kBlock; i += kLanes) {
      const VF value =
          hn::Sub(hn::Add(hn::Mul(hn::LoadU(d, block + i), inverse), magic), magic);
      const VI q = hn::ConvertTo(DI(), hn::Min(hn::Max(value, hn::Neg(limit)), limit));
      const std::size_t at = token * rows.cols + b * kBlock + i;
      hn::StoreU(hn::DemoteTo(d8, hn::DemoteTo(d16, q)), d8, rows.q + at);
      hn::StoreU(hn::DemoteTo(d8, hn::DemoteTo(d16, hn::Abs(q))), d8,
                 reinterpret_cast<std::int8_t*>(rows.magnitudes + at));
      sum = hn::Add(sum, q);
    }
    rows.scales[token * blocks + b] = largest / 127.0f;
    rows.offsets[token * blocks + b] = 8 * hn::GetLane(hn::SumOfLanes(DI(), sum));
  }
}

void rms_norm(const float* x, const float* gain, std::size_t n, float epsilon, float* out) {
  const DF d;
  VF parts[kParts];
  for (std::size_t p = 0; p < kParts; ++p) parts[p] = hn::Zero(d);
  for (std::size_t i = 0; i < n; i += kTileRows) {
    for (std::size_t p = 0; p < kParts; ++p) {
      const VF v = hn::LoadU(d, x + i + p * kLanes);
      parts[p] = hn::Add(parts[p], hn::Mul(v, v));
    }
  }
  const float mean = sum16(parts) / static_cast<float>(n);
  const VF inverse = hn::Set(d, 1.0f / std::sqrt(mean + epsilon));
  for (std::size_t i = 0; i < n; i += kLanes) {
    const VF v = hn::Mul(hn::LoadU(d, x + i), inverse);
    hn::StoreU(hn::Mul(v, hn::LoadU(d, gain + i)), d, out + i);
  }
}

HWY_INLINE float dot16(const float* a, const float* b, std::size_t n) {
  const DF d;
  VF parts[kParts];
  for (std::size_t p = 0; p < kParts; ++p) parts[p] = hn::Zero(d);
  for (std::size_t i = 0; i < n; i += kTileRows) {
    for (std::size_t p = 0; p < kParts; ++p) {
      parts[p] = hn::Add(parts[p], hn::Mul(hn::LoadU(d, a + i + p * kLanes),
                                           hn::LoadU(d, b + i + p * kLanes)));
    }
  }
  return sum16(parts);
}

void attend(const AttentionHead& head) {
  const DF d;
  float highest = -1e30f;
  for (std::size_t p = 0; p < head.positions; ++p) {
    head.scratch[p] = dot16(head.query, head.keys + p * head.dim, head.dim) * head.scale;
    highest = std::max(highest, head.scratch[p]);
  }
  const std::size_t padded = (head.positions + kTileRows - 1) / kTileRows * kTileRows;
  std::fill(head.scratch + head.positions, head.scratch + padded, -1e30f);  // exp gives 0
  VF parts[kParts];
  for (std::size_t p = 0; p < kParts; ++p) parts[p] = hn::Zero(d);
  for (std::size_t i = 0; i < padded; i += kTileRows) {
    for (std::size_t p = 0; p < kParts; ++p) {
      float* at = head.scratch + i + p * kLanes;
      const VF e = exp_lanes(hn::Sub(hn::LoadU(d, at), hn::Set(d, highest)));
      hn::StoreU(e, d, at);
      parts[p] = hn::Add(parts[p], e);
    }
  }
  const VF inverse = hn::Set(d, 1.0f / sum16(parts));
  for (std::size_t i = 0; i < head.dim; i += kTileRows) {
    VF sums[kParts];
    for (std::size_t p = 0; p < kParts; ++p) sums[p] = hn::Zero(d);
    for (std::size_t t = 0; t < head.positions; ++t) {
      const VF weight = hn::Set(d, head.scratch[t]);
      for (std::size_t p = 0; p < kParts; ++p) {
        const VF v = hn::LoadU(d, head.values + t * head.dim + i + p * kLanes);
        sums[p] = hn::Add(sums[p], hn::Mul(weight, v));
      }
    }
    for (std::size_t p = 0; p < kParts; ++p) {
      hn::StoreU(hn::Mul(sums[p], inverse), d, head.out + i + p * kLanes);
    }
  }
}

void swiglu(float* gate, const float* up, std::size_t n) {
  const DF d;
  for (std::size_t i = 0; i < n; i += kLanes) {
    const VF g = hn::LoadU(d, gate + i);
    const VF bottom = hn::Add(hn::Set(d, 1.0f), exp_lanes(hn::Neg(g)));
    hn::StoreU(hn::Mul(hn::Div(g, bottom), hn::LoadU(d, up + i)), d, gate + i);
  }
}

void add(float* x, const float* y, std::size_t n) {
  const DF d;
  for (std::size_t i = 0; i < n; i += kLanes) {
    hn::StoreU(hn::Add(hn::LoadU(d, x + i), hn::LoadU(d, y + i)), d, x + i);
  }
}

#if HWY_TARGET == HWY_AVX3_DL
constexpr std::string_view kName = "avx512-vnni";
#elif HWY_TARGET == HWY_AVX3
constexpr std::string_view kName = "avx512";
#elif HWY_TARGET == HWY_AVX2
constexpr std::string_view kName = "avx2";
#elif HWY_TARGET == HWY_SSE4
constexpr std::string_view kName = "sse4";
#else
constexpr std::string_view kName = "neon";
#endif
extern const Kernels kTable{kName, multiply, quantize, rms_norm, attend, swiglu, add};

#endif  // a vector target

}  // namespace HWY_NAMESPACE
}  // namespace soakrig::workloads
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace soakrig::workloads {
namespace {

std::span<const Kernels* const> list_runnable() {
  static const auto found = [] {
    struct {
      std::array<const Kernels*, 6> tables{};
      std::size_t count = 0;
      void add(const Kernels& table) { tables[count++] = &table; }
    } list;
#if HWY_ARCH_X86
#if (HWY_TARGETS & (HWY_AVX3 | HWY_AVX3_DL)) != 0
    const bool avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                        __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq") &&
                        __builtin_cpu_supports("avx512vl");
#endif
#if (HWY_TARGETS & HWY_AVX3_DL) != 0
    if (avx512 && __builtin_cpu_supports("avx512vnni") &&
        __builtin_cpu_supports("avx512vbmi") && __builtin_cpu_supports("avx512vbmi2") &&
        __builtin_cpu_supports("avx512bitalg") && __builtin_cpu_supports("avx512vpopcntdq") &&
        __builtin_cpu_supports("vpclmulqdq") && __builtin_cpu_supports("gfni")) {
      list.add(N_AVX3_DL::kTable);
    }
#endif
#if (HWY_TARGETS & HWY_AVX3) != 0
    if (avx512) list.add(N_AVX3::kTable);
#endif
#if (HWY_TARGETS & HWY_AVX2) != 0
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
        __builtin_cpu_supports("f16c") && __builtin_cpu_supports("bmi") &&
        __builtin_cpu_supports("bmi2")) {
      list.add(N_AVX2::kTable);
    }
#endif
#if (HWY_TARGETS & HWY_SSE4) != 0
    if (__builtin_cpu_supports("sse4.2") && __builtin_cpu_supports("pclmul")) {
      list.add(N_SSE4::kTable);
    }
#endif
#elif (HWY_TARGETS & HWY_NEON) != 0
    list.add(N_NEON::kTable);
#endif
    list.add(scalar_kernels());
    return list;
  }();
  return {found.tables.data(), found.count};
}

}  // namespace

std::span<const Kernels* const> runnable_kernels() { return list_runnable(); }

const Kernels* find_kernels(std::string_view target) {
  for (const Kernels* table : runnable_kernels()) {
    if (target.empty() || table->target == target) return table;
  }
  return nullptr;
}

}  // namespace soakrig::workloads
#endif  // HWY_ONCE
