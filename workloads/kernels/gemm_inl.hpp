// SPDX-License-Identifier: Apache-2.0
//
// Part of kernels_simd.cpp, compiled with it again for each target: the
// register tiles of gemm_kernels.hpp. A tile's sums, one row of B and a
// broadcast of A just fill the registers: a larger tile spills, a smaller one
// waits for its own results.
#if defined(SOAKRIG_GEMM_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef SOAKRIG_GEMM_INL
#undef SOAKRIG_GEMM_INL
#else
#define SOAKRIG_GEMM_INL
#endif

HWY_BEFORE_NAMESPACE();
namespace soakrig::workloads {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

#if HWY_TARGET != HWY_SCALAR && HWY_TARGET != HWY_EMU128

using DGF = hn::ScalableTag<float>;
using DGI = hn::ScalableTag<std::int32_t>;
using VGF = hn::Vec<DGF>;
using VGI = hn::Vec<DGI>;
constexpr std::size_t kWide = HWY_MAX_BYTES / sizeof(float);  // lanes of a sum

#if HWY_TARGET == HWY_AVX3  // 32 registers
constexpr std::size_t kTileVectors = 2;
constexpr std::size_t kTileHeight = 12;
#elif HWY_TARGET == HWY_NEON
constexpr std::size_t kTileVectors = 3;
constexpr std::size_t kTileHeight = 8;
#else  // 16 registers
constexpr std::size_t kTileVectors = 2;
constexpr std::size_t kTileHeight = 6;
#endif
constexpr std::size_t kTileWidth = kTileVectors * kWide;

template <class V, std::size_t kHigh, std::size_t kVectors>
HWY_INLINE void clear(V (&sums)[kHigh][kVectors]) {
#pragma GCC unroll 16
  for (std::size_t r = 0; r < kHigh; ++r) {
#pragma GCC unroll 4
    for (std::size_t v = 0; v < kVectors; ++v) sums[r][v] = hn::Zero(hn::DFromV<V>());
  }
}

// Fetches a row of the tile of C that the sums will be added to. One at a time, spread over the
// depth: all at once they fill the queue that the loads of A and B wait in too, which costs a
// twentieth of the product.
template <std::size_t kCols, class T>
HWY_INLINE void fetch_row(const T* row) {
  for (std::size_t at = 0; at < kCols; at += 64 / sizeof(T)) __builtin_prefetch(row + at, 1);
}

// The sums of a tile to C, or on top of what is there.
template <class V, std::size_t kHigh, std::size_t kVectors, class T>
HWY_INLINE void write(const V (&sums)[kHigh][kVectors], T* c, std::size_t stride, bool add) {
  const hn::DFromV<V> d;
#pragma GCC unroll 16
  for (std::size_t r = 0; r < kHigh; ++r) {
#pragma GCC unroll 4
    for (std::size_t v = 0; v < kVectors; ++v) {
      T* at = c + r * stride + v * kWide;
      hn::StoreU(add ? hn::Add(hn::LoadU(d, at), sums[r][v]) : sums[r][v], d, at);
    }
  }
}

void gemm_fp32(const float* a, const float* b, std::size_t groups, float* c, std::size_t stride,
               bool add) {
  const DGF d;
  VGF sums[kTileHeight][kTileVectors];
  clear(sums);
  std::size_t k = 0;
  for (std::size_t part = 0; part < kTileHeight; ++part) {
    fetch_row<kTileWidth>(c + part * stride);
    for (const std::size_t end = groups * (part + 1) / kTileHeight; k < end;
         ++k, a += kTileHeight, b += kTileWidth) {
      VGF row[kTileVectors];
#pragma GCC unroll 4
      for (std::size_t v = 0; v < kTileVectors; ++v) row[v] = hn::LoadU(d, b + v * kWide);
#pragma GCC unroll 16
      for (std::size_t r = 0; r < kTileHeight; ++r) {
        const VGF factor = hn::Set(d, a[r]);
#pragma GCC unroll 4
        for (std::size_t v = 0; v < kTileVectors; ++v) {
          sums[r][v] = hn::MulAdd(factor, row[v], sums[r][v]);
        }
      }
    }
  }
  write(sums, c, stride, add);
}

// 32 bits of one row's neighbours in depth.
HWY_INLINE std::int32_t neighbours(const void* from) {
  std::int32_t bits = 0;
  __builtin_memcpy(&bits, from, sizeof bits);
  return bits;
}

using DGP = hn::Repartition<std::int16_t, DGI>;
using VGP = hn::Vec<DGP>;

// sum[lane] += the products of one pair of operands, exactly.
HWY_INLINE VGI dot_pair(VGI sum, VGP a, VGP b) {
#if HWY_TARGET == HWY_AVX3
  return VGI{_mm512_add_epi32(sum.raw, _mm512_madd_epi16(a.raw, b.raw))};
#elif HWY_TARGET == HWY_AVX2
  return VGI{_mm256_add_epi32(sum.raw, _mm256_madd_epi16(a.raw, b.raw))};
#elif HWY_TARGET == HWY_SSE4
  return VGI{_mm_add_epi32(sum.raw, _mm_madd_epi16(a.raw, b.raw))};
#elif HWY_TARGET == HWY_NEON
  const int32x4_t low = vmull_s16(vget_low_s16(a.raw), vget_low_s16(b.raw));
  const int32x4_t high = vmull_s16(vget_high_s16(a.raw), vget_high_s16(b.raw));
  return VGI{vaddq_s32(sum.raw, vpaddq_s32(low, high))};
#else
#error "a vector target without a dot of small integers"
#endif
}

void gemm_pairs(const std::int16_t* a, const std::int16_t* b, std::size_t groups, std::int32_t* c,
                std::size_t stride, bool add) {
  VGI sums[kTileHeight][kTileVectors];
  clear(sums);
  std::size_t k = 0;
  for (std::size_t part = 0; part < kTileHeight; ++part) {
    fetch_row<kTileWidth>(c + part * stride);
    for (const std::size_t end = groups * (part + 1) / kTileHeight; k < end;
         ++k, a += 2 * kTileHeight, b += 2 * kTileWidth) {
      VGP row[kTileVectors];
#pragma GCC unroll 4
      for (std::size_t v = 0; v < kTileVectors; ++v) row[v] = hn::LoadU(DGP(), b + 2 * v * kWide);
#pragma GCC unroll 16
      for (std::size_t r = 0; r < kTileHeight; ++r) {
        const VGP factor = hn::BitCast(DGP(), hn::Set(DGI(), neighbours(a + 2 * r)));
#pragma GCC unroll 4
        for (std::size_t v = 0; v < kTileVectors; ++v) {
          sums[r][v] = settled(dot_pair(sums[r][v], factor, row[v]));
        }
      }
    }
  }
  write(sums, c, stride, add);
}

constexpr GemmTile<float, float, float> kFp32Tile{kTileHeight, kTileWidth, 1, gemm_fp32};
constexpr GemmKernels kGemm{kFp32Tile, {}, {kTileHeight, kTileWidth, 2, gemm_pairs}, {}, {}};

#endif  // a vector target

}  // namespace HWY_NAMESPACE
}  // namespace soakrig::workloads
HWY_AFTER_NAMESPACE();

#endif  // once for each target
