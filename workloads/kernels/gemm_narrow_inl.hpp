// SPDX-License-Identifier: Apache-2.0
//
// Part of kernels_simd.cpp, compiled with it again for each target: register tiles of
// gemm_kernels.hpp whose operands are narrower than their sums, where an instruction multiplies
// such. Each function adds its instruction to the target; only tables that are chosen where the
// processor has it name them. (Plain intrinsics: Highway's targets with these instructions ask for
// more than the processors have that have them.)
#if defined(SOAKRIG_GEMM_NARROW_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef SOAKRIG_GEMM_NARROW_INL
#undef SOAKRIG_GEMM_NARROW_INL
#else
#define SOAKRIG_GEMM_NARROW_INL
#endif

#if HWY_TARGET == HWY_AVX3 || HWY_TARGET == HWY_NEON
HWY_BEFORE_NAMESPACE();
namespace soakrig::workloads {
namespace HWY_NAMESPACE {

#if HWY_TARGET == HWY_AVX3
// Four bytes at a time, exactly.
__attribute__((target("avx512vnni"))) void gemm_bytes(const std::uint8_t* a, const std::int8_t* b,
                                                      std::size_t groups, std::int32_t* c,
                                                      std::size_t stride, bool add) {
  VGI sums[kTileHeight][kTileVectors];
  clear(sums);
  std::size_t k = 0;
  for (std::size_t part = 0; part < kTileHeight; ++part) {
    fetch_row<kTileWidth>(c + part * stride);
    for (const std::size_t end = groups * (part + 1) / kTileHeight; k < end;
         ++k, a += 4 * kTileHeight, b += 4 * kTileWidth) {
      __m512i row[kTileVectors];
#pragma GCC unroll 4
      for (std::size_t v = 0; v < kTileVectors; ++v) row[v] = _mm512_loadu_si512(b + 64 * v);
#pragma GCC unroll 16
      for (std::size_t r = 0; r < kTileHeight; ++r) {
        const __m512i factor = _mm512_set1_epi32(neighbours(a + 4 * r));
#pragma GCC unroll 4
        for (std::size_t v = 0; v < kTileVectors; ++v) {
          sums[r][v] = settled(VGI{_mm512_dpbusd_epi32(sums[r][v].raw, factor, row[v])});
        }
      }
    }
  }
  write(sums, c, stride, add);
}

// Two bf16 at a time. The instruction rounds to nearest and takes the smallest numbers for zero:
// whole numbers are exact.
__attribute__((target("avx512bf16"))) void gemm_bf16(const Bfloat* a, const Bfloat* b,
                                                     std::size_t groups, float* c,
                                                     std::size_t stride, bool add) {
  VGF sums[kTileHeight][kTileVectors];
  clear(sums);
  std::size_t k = 0;
  for (std::size_t part = 0; part < kTileHeight; ++part) {
    fetch_row<kTileWidth>(c + part * stride);
    for (const std::size_t end = groups * (part + 1) / kTileHeight; k < end;
         ++k, a += 2 * kTileHeight, b += 2 * kTileWidth) {
      __m512i row[kTileVectors];
#pragma GCC unroll 4
      for (std::size_t v = 0; v < kTileVectors; ++v) row[v] = _mm512_loadu_si512(b + 32 * v);
#pragma GCC unroll 16
      for (std::size_t r = 0; r < kTileHeight; ++r) {
        const __m512i factor = _mm512_set1_epi32(neighbours(a + 2 * r));
#pragma GCC unroll 4
        for (std::size_t v = 0; v < kTileVectors; ++v) {
          sums[r][v] =
              settled(VGF{_mm512_dpbf16_ps(sums[r][v].raw, reinterpret_cast<__m512bh>(factor),
                                           reinterpret_cast<__m512bh>(row[v]))});
        }
      }
    }
  }
  write(sums, c, stride, add);
}

constexpr GemmTile<std::uint8_t, std::int8_t, std::int32_t> kByteTile{kTileHeight, kTileWidth, 4,
                                                                      gemm_bytes};
constexpr GemmKernels kVnniGemm{kFp32Tile, kByteTile, {}, {}, {}};
constexpr GemmKernels kBf16Gemm{
    kFp32Tile, kByteTile, {}, {kTileHeight, kTileWidth, 2, gemm_bf16}, {}};
#else
#pragma GCC push_options
#pragma GCC target("arch=armv8.2-a+fp16fml+bf16+crypto")

void gemm_bf16(const Bfloat* a, const Bfloat* b, std::size_t groups, float* c, std::size_t stride,
               bool add) {
  VGF sums[kTileHeight][kTileVectors];
  clear(sums);
  std::size_t k = 0;
  for (std::size_t part = 0; part < kTileHeight; ++part) {
    fetch_row<kTileWidth>(c + part * stride);
    for (const std::size_t end = groups * (part + 1) / kTileHeight; k < end;
         ++k, a += 2 * kTileHeight, b += 2 * kTileWidth) {
      bfloat16x8_t row[kTileVectors];
      for (std::size_t v = 0; v < kTileVectors; ++v) {
        row[v] = vreinterpretq_bf16_u16(vld1q_u16(&b[2 * kWide * v].bits));
      }
      for (std::size_t r = 0; r < kTileHeight; ++r) {
        const bfloat16x8_t factor = vreinterpretq_bf16_s32(vdupq_n_s32(neighbours(a + 2 * r)));
        for (std::size_t v = 0; v < kTileVectors; ++v) {
          sums[r][v] = VGF{vbfdotq_f32(sums[r][v].raw, factor, row[v])};
        }
      }
    }
  }
  write(sums, c, stride, add);
}

// Eight columns of fp16 lie in one vector: their sums are two.
constexpr std::size_t kHalfHeight = 6;
constexpr std::size_t kHalfVectors = 4;

void gemm_fp16(const Half* a, const Half* b, std::size_t groups, float* c, std::size_t stride,
               bool add) {
  VGF sums[kHalfHeight][kHalfVectors];
  clear(sums);
  std::size_t k = 0;
  for (std::size_t part = 0; part < kHalfHeight; ++part) {
    fetch_row<kHalfVectors * kWide>(c + part * stride);
    for (const std::size_t end = groups * (part + 1) / kHalfHeight; k < end;
         ++k, a += kHalfHeight, b += kHalfVectors * kWide) {
      for (std::size_t v = 0; v < kHalfVectors; v += 2) {
        const float16x8_t row = vreinterpretq_f16_u16(vld1q_u16(&b[v * kWide].bits));
        for (std::size_t r = 0; r < kHalfHeight; ++r) {
          const float16x8_t factor = vreinterpretq_f16_u16(vdupq_n_u16(a[r].bits));
          sums[r][v] = VGF{vfmlalq_low_f16(sums[r][v].raw, factor, row)};
          sums[r][v + 1] = VGF{vfmlalq_high_f16(sums[r][v + 1].raw, factor, row)};
        }
      }
    }
  }
  write(sums, c, stride, add);
}
#pragma GCC pop_options

constexpr GemmKernels kBf16Gemm{kFp32Tile,
                                {},
                                {kTileHeight, kTileWidth, 2, gemm_pairs},
                                {kTileHeight, kTileWidth, 2, gemm_bf16},
                                {kHalfHeight, kHalfVectors* kWide, 1, gemm_fp16}};
#endif

}  // namespace HWY_NAMESPACE
}  // namespace soakrig::workloads
HWY_AFTER_NAMESPACE();
#endif  // a target with such instructions

#endif  // once for each target
