// SPDX-License-Identifier: Apache-2.0
//
// The vector kernels: this one file is compiled again for each target (Highway's foreach_target),
// each time in a namespace of its own and with the target's instructions enabled by a pragma, so
// that no inline function of the standard library is ever compiled for a processor that may be
// missing. Choosing is ours (at the end), as the distribution has no static Highway library.
//
// The arithmetic is in the *_inl.hpp files; they are included by this one alone.
#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>

#if defined(__aarch64__)
#include <sys/auxv.h>
#endif

#include "workloads/kernels/det_math.hpp"
#include "workloads/kernels/half.hpp"
#include "workloads/kernels/kernels.hpp"

// The targets that list_runnable() knows, and no other, whatever a newer Highway has: SSE2 and
// SSSE3 bring nothing, SVE's sizeless vectors cannot be lanes of a fixed tile. (The last two: its
// baseline.)
#define HWY_DISABLED_TARGETS \
  (~(HWY_AVX3 | HWY_AVX2 | HWY_SSE4 | HWY_NEON | HWY_SCALAR | HWY_EMU128))
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "workloads/kernels/kernels_simd.cpp"
#include <hwy/cache_control.h>
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "workloads/kernels/tile_multiply_inl.hpp"
// Need the types above.
#include "workloads/kernels/float_ops_inl.hpp"
#include "workloads/kernels/gemm_inl.hpp"
#include "workloads/kernels/gemm_narrow_inl.hpp"
#include "workloads/kernels/stream_inl.hpp"
#include "workloads/kernels/tile_dot_inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace soakrig::workloads {
namespace HWY_NAMESPACE {

#if HWY_TARGET != HWY_SCALAR && HWY_TARGET != HWY_EMU128

#if HWY_TARGET == HWY_AVX3
constexpr std::string_view kName = "avx512";
#elif HWY_TARGET == HWY_AVX2
constexpr std::string_view kName = "avx2";
#elif HWY_TARGET == HWY_SSE4
constexpr std::string_view kName = "sse4";
#else
constexpr std::string_view kName = "neon";
#endif
// Of a target with more instructions, or none: what these replace.
template <class Sums>
constexpr Kernels table(std::string_view name, const GemmKernels& gemm) {
  return {name, multiply<Sums>, quantize, rms_norm, attend, swiglu, add, kStreams, gemm};
}
extern const Kernels kTable = table<WidenedSums>(kName, kGemm);
#if HWY_TARGET == HWY_AVX3
extern const Kernels kVnniTable = table<DotSums>("avx512vnni", kVnniGemm);
extern const Kernels kBf16Table = table<DotSums>("avx512bf16", kBf16Gemm);
#elif HWY_TARGET == HWY_NEON
extern const Kernels kDotTable = table<DotSums>("neondot", kGemm);
extern const Kernels kBf16Table = table<DotSums>("neonbf16", kBf16Gemm);
#endif

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
#if (HWY_TARGETS & HWY_AVX3) != 0
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
        __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq") &&
        __builtin_cpu_supports("avx512vl")) {
      if (__builtin_cpu_supports("avx512vnni")) {
        if (__builtin_cpu_supports("avx512bf16")) list.add(N_AVX3::kBf16Table);
        list.add(N_AVX3::kVnniTable);
      }
      list.add(N_AVX3::kTable);
    }
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
    const unsigned long has = ::getauxval(AT_HWCAP);
    if ((has & HWCAP_ASIMDDP) != 0) {
      if ((has & HWCAP_ASIMDFHM) != 0 && (::getauxval(AT_HWCAP2) & HWCAP2_BF16) != 0) {
        list.add(N_NEON::kBf16Table);
      }
      list.add(N_NEON::kDotTable);
    }
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
