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
// Needs the types above.
#include "workloads/kernels/float_ops_inl.hpp"
#include "workloads/kernels/gemm_inl.hpp"
#include "workloads/kernels/stream_inl.hpp"

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
extern const Kernels kTable{kName,  multiply, quantize, rms_norm, attend,
                            swiglu, add,      kStreams, kGemm};
#if HWY_TARGET == HWY_AVX3
extern const Kernels kVnniTable{"avx512vnni", multiply, quantize, rms_norm, attend,
                                swiglu,       add,      kStreams, kVnniGemm};
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
      std::array<const Kernels*, 5> tables{};
      std::size_t count = 0;
      void add(const Kernels& table) { tables[count++] = &table; }
    } list;
#if HWY_ARCH_X86
#if (HWY_TARGETS & HWY_AVX3) != 0
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
        __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq") &&
        __builtin_cpu_supports("avx512vl")) {
      if (__builtin_cpu_supports("avx512vnni")) list.add(N_AVX3::kVnniTable);
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
