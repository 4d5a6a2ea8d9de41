// SPDX-License-Identifier: Apache-2.0
//
// Part of kernels_simd.cpp, compiled with it again for each target: the sums of
// tile_multiply_inl.hpp where an instruction adds four products of bytes (AVX-512 VNNI, NEON's dot
// product), exactly. Its pragma adds that instruction to the target; only tables that are chosen
// where the processor has it name what is here.
//
// x86's instruction multiplies unsigned by signed bytes: Q8_0's quants get 128 added, Q4_0's have 8
// already, and sums start at minus that times the sum of the activations.
#if defined(SOAKRIG_TILE_DOT_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef SOAKRIG_TILE_DOT_INL
#undef SOAKRIG_TILE_DOT_INL
#else
#define SOAKRIG_TILE_DOT_INL
#endif

#if HWY_TARGET == HWY_AVX3 || HWY_TARGET == HWY_NEON
HWY_BEFORE_NAMESPACE();
#pragma GCC push_options
#if HWY_TARGET == HWY_AVX3
#pragma GCC target("avx512vnni")
#else
#pragma GCC target("arch=armv8.2-a+dotprod+crypto")
#endif
namespace soakrig::workloads {
namespace HWY_NAMESPACE {

#if HWY_TARGET == HWY_AVX3
constexpr bool kUnsignedWeights = true;
#else
constexpr bool kUnsignedWeights = false;
#endif

HWY_INLINE VI dot_bytes(VI sum, VB w, VB x) {
#if HWY_TARGET == HWY_AVX3
  return VI{_mm512_dpbusd_epi32(sum.raw, w.raw, x.raw)};
#else
  return VI{vdotq_s32(sum.raw, w.raw, x.raw)};
#endif
}

// What a block's sum starts at; `offset` is 8 times the sum of its activations.
template <WeightFormat kFormat>
HWY_INLINE VI start_of(std::int32_t offset) {
  if constexpr (kFormat == WeightFormat::q4_0) return hn::Neg(hn::Set(DI(), offset));
  if constexpr (!kUnsignedWeights) return hn::Zero(DI());
  return hn::Neg(hn::ShiftLeft<4>(hn::Set(DI(), offset)));
}

// Adds one group of four weights of each row, times the tokens' activations at x.
template <std::size_t kWide, std::size_t kBatch>
HWY_INLINE void add_group(const VB (&w)[kWide][kParts], const std::int8_t* x, std::size_t cols,
                          VI (&sums)[kWide][kBatch][kParts]) {
#pragma GCC unroll 8
  for (std::size_t t = 0; t < kBatch; ++t) {
    const VB value = broadcast4(DB(), x + t * cols);
#pragma GCC unroll 4
    for (std::size_t i = 0; i < kWide; ++i) {
#pragma GCC unroll 4
      for (std::size_t p = 0; p < kParts; ++p) {
        sums[i][t][p] = settled(dot_bytes(sums[i][t][p], w[i][p], value));
      }
    }
  }
}

// Adds one block; `tile` holds its quants, those of the next tile are `apart` bytes further on.
template <WeightFormat kFormat, std::size_t kWide, std::size_t kBatch>
HWY_INLINE void add_block(const std::uint8_t* tile, std::size_t apart, const std::int8_t* x,
                          std::size_t cols, VI (&sums)[kWide][kBatch][kParts]) {
  const VU mask = hn::Set(DU(), 15);
  const VU flip = hn::Set(DU(), kUnsignedWeights ? 128 : 0);
  constexpr std::size_t kGroups = tile_quant_bytes(kFormat) / kGroupBytes;
  for (std::size_t g = 0; g < kGroups; ++g, tile += kGroupBytes, x += kGroup) {
    VB w[kWide][kParts];
    VB high[kWide][kParts];
#pragma GCC unroll 4
    for (std::size_t i = 0; i < kWide; ++i) {
#pragma GCC unroll 4
      for (std::size_t p = 0; p < kParts; ++p) {
        const VU bytes = hn::LoadU(DU(), tile + i * apart + p * kLanes * kGroup);
        if constexpr (kFormat == WeightFormat::q8_0) {
          w[i][p] = hn::BitCast(DB(), hn::Xor(bytes, flip));
        } else {
          const hn::Repartition<std::uint16_t, DF> dw;
          w[i][p] = hn::BitCast(DB(), hn::And(bytes, mask));
          high[i][p] = hn::BitCast(
              DB(), hn::And(hn::BitCast(DU(), hn::ShiftRight<4>(hn::BitCast(dw, bytes))), mask));
        }
      }
    }
    add_group(w, x, cols, sums);
    if constexpr (kFormat == WeightFormat::q4_0) add_group(high, x + kBlock / 2, cols, sums);
  }
}

// How far ahead a matrix is fetched that one token runs through, in bytes. A block of Q4_0 is
// so little work that the processor's own prefetching begins too late; with Q8_0's it keeps up.
constexpr std::size_t kAhead = 8192;

template <WeightFormat kFormat>
HWY_INLINE void fetch_ahead(const std::uint8_t* quants, const std::uint16_t* scales) {
  constexpr std::size_t kBytes = tile_quant_bytes(kFormat);
  const auto fetch = [](const void* line) { __builtin_prefetch(line, 0, 0); };  // used once
  for (std::size_t at = 0; at < kBytes; at += 64) fetch(quants + kAhead + at);
  fetch(scales + kAhead / kBytes * kTileRows);
}

struct DotSums {
  // As many sums as registers hold, in whole numbers and as floats; the loads that they share are
  // then fewer than the products.
  static constexpr std::size_t kTiles = kParts == 1 ? 2 : 1;
  static constexpr std::size_t kTokens = kParts == 1 ? 6 : 4;
  // Of one token, which is bound by memory: more tiles at a time are more streams of it, each with
  // a prefetcher of its own. Q4_0 fetches ahead instead, in one.
  template <WeightFormat kFormat>
  static constexpr std::size_t kStreams = kParts == 1 && kFormat == WeightFormat::q8_0 ? 4 : 1;

  template <WeightFormat kFormat, std::size_t kWide, std::size_t kBatch>
  static void add_blocks(const TileMatrix& m, const QuantRows& in, std::size_t tile, std::size_t b0,
                         std::size_t b1, std::size_t token, float* acc) {
    const std::size_t blocks = m.blocks();
    const std::size_t cols = in.cols;
    constexpr std::size_t kBytes = tile_quant_bytes(kFormat);
    VF totals[kWide][kBatch][kParts];
    const auto at = [&](std::size_t i, std::size_t t, std::size_t p) {
      return acc + (i * kMaxTokens + t) * kTileRows + p * kLanes;
    };
#pragma GCC unroll 4
    for (std::size_t i = 0; i < kWide; ++i) {
#pragma GCC unroll 8
      for (std::size_t t = 0; t < kBatch; ++t) {
#pragma GCC unroll 4
        for (std::size_t p = 0; p < kParts; ++p) totals[i][t][p] = hn::LoadU(DF(), at(i, t, p));
      }
    }
    const std::uint8_t* quants = m.quants + (tile * blocks + b0) * kBytes;
    const std::uint16_t* halves = m.scales + (tile * blocks + b0) * kTileRows;
    const std::int8_t* x = in.q + token * cols + b0 * kBlock;
    const float* scales = in.scales + token * blocks + b0;
    const std::int32_t* offsets = in.offsets + token * blocks + b0;
    for (std::size_t b = b0; b < b1; ++b) {
      VI sums[kWide][kBatch][kParts];
#pragma GCC unroll 8
      for (std::size_t t = 0; t < kBatch; ++t) {
        const VI start = start_of<kFormat>(offsets[t * blocks]);
#pragma GCC unroll 4
        for (std::size_t i = 0; i < kWide; ++i) {
#pragma GCC unroll 4
          for (std::size_t p = 0; p < kParts; ++p) sums[i][t][p] = start;
        }
      }
      if constexpr (kBatch == 1 && kFormat == WeightFormat::q4_0) {
        fetch_ahead<kFormat>(quants, halves);
      }
      add_block<kFormat, kWide, kBatch>(quants, blocks * kBytes, x, cols, sums);
#pragma GCC unroll 4
      for (std::size_t i = 0; i < kWide; ++i) {
#pragma GCC unroll 4
        for (std::size_t p = 0; p < kParts; ++p) {
          const VF scale = load_scales(halves + i * blocks * kTileRows + p * kLanes);
#pragma GCC unroll 8
          for (std::size_t t = 0; t < kBatch; ++t) {
            const VF both = hn::Mul(scale, hn::Set(DF(), scales[t * blocks]));
            totals[i][t][p] =
                hn::Add(totals[i][t][p], hn::Mul(both, hn::ConvertTo(DF(), sums[i][t][p])));
          }
        }
      }
      quants += kBytes;
      halves += kTileRows;
      x += kBlock;
      ++scales;
      ++offsets;
    }
#pragma GCC unroll 4
    for (std::size_t i = 0; i < kWide; ++i) {
#pragma GCC unroll 8
      for (std::size_t t = 0; t < kBatch; ++t) {
#pragma GCC unroll 4
        for (std::size_t p = 0; p < kParts; ++p) hn::StoreU(totals[i][t][p], DF(), at(i, t, p));
      }
    }
  }
};

}  // namespace HWY_NAMESPACE
}  // namespace soakrig::workloads
#pragma GCC pop_options
HWY_AFTER_NAMESPACE();
#endif  // a target with such an instruction

#endif  // once for each target
