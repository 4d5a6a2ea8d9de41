// SPDX-License-Identifier: Apache-2.0
//
// Part of kernels_simd.cpp, compiled with it again for each target: tiles of
// quantised weights times rows of quantised activations. Integer sums of a
// block are exact; then one multiply and one add for each row, in the order of
// the blocks.
//
// One lane belongs to one row of a tile. Where a target has no 8-bit dot
// instruction, x86's unsigned x signed one is used on (|x|, w * sign x): 127 *
// 127 * 2 cannot saturate 16 bits.
#if defined(SOAKRIG_TILE_MULTIPLY_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef SOAKRIG_TILE_MULTIPLY_INL
#undef SOAKRIG_TILE_MULTIPLY_INL
#else
#define SOAKRIG_TILE_MULTIPLY_INL
#endif

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
constexpr std::size_t kLanes =
    HWY_MAX_BYTES / sizeof(float) < 16 ? HWY_MAX_BYTES / sizeof(float) : std::size_t{16};
constexpr std::size_t kParts = kTileRows / kLanes;       // vectors that hold 16 lanes
constexpr std::size_t kGroupBytes = kTileRows * kGroup;  // one group of all 16 rows

// Where sums just fit into the registers: the compiler must not load the next
// operands ahead, or it spills, which costs more than half of the speed.
template <class V>
HWY_INLINE V settled(V sum) {
#if HWY_ARCH_X86
  asm volatile("" : "+v"(sum.raw) : : "memory");
#endif
  return sum;
}

// sum[row] += four products of signed bytes; magnitude = |x|.
HWY_INLINE VI dot4(VI sum, VB w, VB x, VU magnitude) {
#if HWY_TARGET == HWY_AVX3
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

// Adds one Q8_0 tile block to the integer sums of `kTokens` tokens. (The loops
// are marked to be unrolled: by itself the compiler does it too late to keep
// the arrays in registers.)
template <std::size_t kTokens>
HWY_INLINE void block_q8(const std::uint8_t* tile, const QuantRows& in, std::size_t at,
                         VI (&sums)[kTokens][kParts]) {
  const std::int8_t* x = in.q + at;
  const std::uint8_t* magnitudes = in.magnitudes + at;
  const std::size_t cols = in.cols;
  for (std::size_t g = 0; g < kBlock / kGroup; ++g, x += kGroup, magnitudes += kGroup) {
    VB w[kParts];
#pragma GCC unroll 4
    for (std::size_t p = 0; p < kParts; ++p) {
      w[p] = hn::BitCast(DB(), hn::LoadU(DU(), tile + g * kGroupBytes + p * kLanes * kGroup));
    }
#pragma GCC unroll 4
    for (std::size_t t = 0; t < kTokens; ++t) {
      const VB value = broadcast4(DB(), x + t * cols);
      const VU magnitude = broadcast4(DU(), magnitudes + t * cols);
#pragma GCC unroll 4
      for (std::size_t p = 0; p < kParts; ++p) {
        sums[t][p] = settled(dot4(sums[t][p], w[p], value, magnitude));
      }
    }
  }
}

#if HWY_TARGET == HWY_NEON
// Adds one Q4_0 tile block, quants still with their offset of 8.
template <std::size_t kTokens>
HWY_INLINE void block_q4(const std::uint8_t* tile, const QuantRows& in, std::size_t at,
                         VI (&sums)[kTokens][kParts]) {
  const VU mask = hn::Set(DU(), 15);
  for (std::size_t g = 0; g < kBlock / kGroup / 2; ++g) {
    for (std::size_t p = 0; p < kParts; ++p) {
      const VU bytes = hn::LoadU(DU(), tile + g * kGroupBytes + p * kLanes * kGroup);
      const VU low = hn::And(bytes, mask);
      const VU high = hn::And(hn::BitCast(DU(), hn::ShiftRight<4>(hn::BitCast(
                                                    hn::Repartition<std::uint16_t, DF>(), bytes))),
                              mask);
      for (std::size_t t = 0; t < kTokens; ++t) {
        const std::size_t k = at + t * in.cols + g * kGroup;
        const VB x_low = broadcast4(DB(), in.q + k);
        const VB x_high = broadcast4(DB(), in.q + k + kBlock / 2);
        sums[t][p] = dot4(sums[t][p], hn::BitCast(DB(), low), x_low, low);
        sums[t][p] = dot4(sums[t][p], hn::BitCast(DB(), high), x_high, high);
      }
    }
  }
}
#else
using VW = hn::Vec<hn::Repartition<std::int16_t, DF> >;

// Sums of pairs of unsigned x signed products in 16 bits: 8 of them reach 30480
// at most.
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
  const std::int8_t* x = in.q + at;
  const std::size_t cols = in.cols;
  VW pairs[kTokens][kParts];
#pragma GCC unroll 4
  for (std::size_t t = 0; t < kTokens; ++t) {
#pragma GCC unroll 4
    for (std::size_t p = 0; p < kParts; ++p) pairs[t][p] = hn::Zero(dw);
  }
  for (std::size_t g = 0; g < kBlock / kGroup / 2; ++g, x += kGroup) {
    VU low[kParts];
    VU high[kParts];
#pragma GCC unroll 4
    for (std::size_t p = 0; p < kParts; ++p) {
      const VU bytes = hn::LoadU(DU(), tile + g * kGroupBytes + p * kLanes * kGroup);
      low[p] = hn::And(bytes, mask);
      high[p] = hn::And(hn::BitCast(DU(), hn::ShiftRight<4>(hn::BitCast(
                                              hn::Repartition<std::uint16_t, DF>(), bytes))),
                        mask);
    }
#pragma GCC unroll 4
    for (std::size_t t = 0; t < kTokens; ++t) {
      const VB x_low = broadcast4(DB(), x + t * cols);
#pragma GCC unroll 4
      for (std::size_t p = 0; p < kParts; ++p) {
        pairs[t][p] = settled(hn::Add(pairs[t][p], pairs4(low[p], x_low)));
      }
      const VB x_high = broadcast4(DB(), x + t * cols + kBlock / 2);
#pragma GCC unroll 4
      for (std::size_t p = 0; p < kParts; ++p) {
        pairs[t][p] = settled(hn::Add(pairs[t][p], pairs4(high[p], x_high)));
      }
    }
  }
#pragma GCC unroll 4
  for (std::size_t t = 0; t < kTokens; ++t) {
#pragma GCC unroll 4
    for (std::size_t p = 0; p < kParts; ++p) {
      sums[t][p] = add_pairs(hn::Zero(DI()), pairs[t][p]);
    }
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

// One tile's blocks [b0, b1) for kTokens tokens from `token` on, added to
// acc[t][16].
template <WeightFormat kFormat, std::size_t kTokens>
HWY_INLINE void tile_blocks(const TileMatrix& m, const QuantRows& in, std::size_t tile,
                            std::size_t b0, std::size_t b1, std::size_t token, float* acc) {
  constexpr std::size_t kBytes = tile_quant_bytes(kFormat);
  const std::size_t blocks = m.blocks();
  // One token's totals stay in registers; those of several would drive the sums
  // out of them.
  VF total[kParts];
  if constexpr (kTokens == 1) {
    for (std::size_t p = 0; p < kParts; ++p) total[p] = hn::LoadU(DF(), acc + p * kLanes);
  }
  for (std::size_t b = b0; b < b1; ++b) {
    const std::size_t index = tile * blocks + b;
    VI sums[kTokens][kParts];
#pragma GCC unroll 4
    for (std::size_t t = 0; t < kTokens; ++t) {
#pragma GCC unroll 4
      for (std::size_t p = 0; p < kParts; ++p) sums[t][p] = hn::Zero(DI());
    }
    const std::size_t at = token * in.cols + b * kBlock;
    if constexpr (kFormat == WeightFormat::q8_0) {
      block_q8<kTokens>(m.quants + index * kBytes, in, at, sums);
    } else {
      block_q4<kTokens>(m.quants + index * kBytes, in, at, sums);
    }
#pragma GCC unroll 4
    for (std::size_t p = 0; p < kParts; ++p) {
      const VF scale = load_scales(m.scales + index * kTileRows + p * kLanes);
#pragma GCC unroll 4
      for (std::size_t t = 0; t < kTokens; ++t) {
        const std::size_t of = (token + t) * blocks + b;
        VI dot = sums[t][p];
        if constexpr (kFormat == WeightFormat::q4_0) {
          dot = hn::Sub(dot, hn::Set(DI(), in.offsets[of]));
        }
        const VF both = hn::Mul(scale, hn::Set(DF(), in.scales[of]));
        const VF part = hn::Mul(both, hn::ConvertTo(DF(), dot));
        if constexpr (kTokens == 1) {
          total[p] = hn::Add(total[p], part);
        } else {
          float* to = acc + t * kTileRows + p * kLanes;
          hn::StoreU(hn::Add(hn::LoadU(DF(), to), part), DF(), to);
        }
      }
    }
  }
  if constexpr (kTokens == 1) {
    for (std::size_t p = 0; p < kParts; ++p) hn::StoreU(total[p], DF(), acc + p * kLanes);
  }
}

// Sums without an instruction for four products: four tokens share one load of a weight.
struct WidenedSums {
  static constexpr std::size_t kTiles = 1;
  static constexpr std::size_t kTokens = 4;
  template <WeightFormat>
  static constexpr std::size_t kStreams = 1;
  template <WeightFormat kFormat, std::size_t kWide, std::size_t kBatch>
  static void add_blocks(const TileMatrix& m, const QuantRows& in, std::size_t tile, std::size_t b0,
                         std::size_t b1, std::size_t token, float* acc) {
    static_assert(kWide == 1);
    tile_blocks<kFormat, kBatch>(m, in, tile, b0, b1, token, acc);
  }
};

constexpr std::size_t kChunkBytes = 16 << 10;  // of tiles: they stay in the first cache
constexpr std::size_t kMaxTokens = 128;        // whose sums are kept beside a tile

// Tiles [tile, tile + kWide) for `tokens` tokens from `from` on.
template <class Sums, WeightFormat kFormat, std::size_t kWide>
void multiply_tiles(const TileMatrix& m, const QuantRows& in, std::size_t tile, std::size_t from,
                    std::size_t tokens, float* out) {
  alignas(64) float acc[kWide * kMaxTokens * kTileRows];  // [tile][token][row]
  const std::size_t blocks = m.blocks();
  const std::size_t chunk =
      tokens == 1 ? blocks : kChunkBytes / (kWide * tile_quant_bytes(kFormat));
  for (std::size_t w = 0; w < kWide; ++w) {
    std::fill_n(acc + w * kMaxTokens * kTileRows, tokens * kTileRows, 0.0f);
  }
  for (std::size_t b0 = 0; b0 < blocks; b0 += chunk) {
    const std::size_t b1 = std::min(b0 + chunk, blocks);
    std::size_t t = 0;
    for (; t + Sums::kTokens <= tokens; t += Sums::kTokens) {
      Sums::template add_blocks<kFormat, kWide, Sums::kTokens>(m, in, tile, b0, b1, from + t,
                                                               acc + t * kTileRows);
    }
    for (; t < tokens; ++t) {
      Sums::template add_blocks<kFormat, kWide, 1>(m, in, tile, b0, b1, from + t,
                                                   acc + t * kTileRows);
    }
  }
  for (std::size_t t = 0; t < tokens; ++t) {
    for (std::size_t w = 0; w < kWide; ++w) {
      __builtin_memcpy(out + (from + t) * m.rows + (tile + w) * kTileRows,
                       acc + (w * kMaxTokens + t) * kTileRows, kTileRows * sizeof(float));
    }
  }
}

template <class Sums, WeightFormat kFormat>
void multiply_all(const TileMatrix& m, const QuantRows& in, std::size_t first, std::size_t last,
                  float* out) {
  for (std::size_t from = 0; from < in.tokens; from += kMaxTokens) {
    const std::size_t tokens = std::min(kMaxTokens, in.tokens - from);
    std::size_t tile = first;
    const auto in_steps_of = [&]<std::size_t kWide>() HWY_ATTR {
      for (; tile + kWide <= last; tile += kWide) {
        multiply_tiles<Sums, kFormat, kWide>(m, in, tile, from, tokens, out);
      }
    };
    if (tokens > 1) {
      in_steps_of.template operator()<Sums::kTiles>();
    } else {
      in_steps_of.template operator()<Sums::template kStreams<kFormat>>();
    }
    in_steps_of.template operator()<1>();
  }
}

template <class Sums>
void multiply(const TileMatrix& m, const QuantRows& in, std::size_t first, std::size_t last,
              float* out) {
  if (m.format == WeightFormat::q8_0) {
    multiply_all<Sums, WeightFormat::q8_0>(m, in, first, last, out);
  } else {
    multiply_all<Sums, WeightFormat::q4_0>(m, in, first, last, out);
  }
}

#endif  // a vector target

}  // namespace HWY_NAMESPACE
}  // namespace soakrig::workloads
HWY_AFTER_NAMESPACE();

#endif  // once for each target
