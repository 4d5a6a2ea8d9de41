// SPDX-License-Identifier: Apache-2.0
#include "workloads/kernels/clock.hpp"

#include <algorithm>
#include <cstdint>

#include "rig/base/time.hpp"

namespace soakrig::workloads {
namespace {

constexpr std::uint64_t kUnrolled = 32;

// Adds `rounds` x kUnrolled times, each to the result of the one before.
std::uint64_t chain(std::uint64_t value, std::uint64_t rounds) {
#if defined(__x86_64__)
#define SOAKRIG_ADD4 "add %1, %0\n add %1, %0\n add %1, %0\n add %1, %0\n"
#elif defined(__aarch64__)
#define SOAKRIG_ADD4 "add %0, %0, %1\n add %0, %0, %1\n add %0, %0, %1\n add %0, %0, %1\n"
#endif
#if defined(SOAKRIG_ADD4)
  const std::uint64_t step = rounds | 1;  // not known to the assembler
  for (std::uint64_t i = 0; i < rounds; ++i) {
    asm volatile(SOAKRIG_ADD4 SOAKRIG_ADD4 SOAKRIG_ADD4 SOAKRIG_ADD4 SOAKRIG_ADD4 SOAKRIG_ADD4
                     SOAKRIG_ADD4 SOAKRIG_ADD4
                 : "+r"(value)
                 : "r"(step));
  }
#undef SOAKRIG_ADD4
#else
  static_cast<void>(rounds);
#endif
  return value;
}

}  // namespace

double measure_clock_hz() {
#if !defined(__x86_64__) && !defined(__aarch64__)
  return 0;
#endif
  constexpr std::uint64_t kRounds = 100'000;  // about a millisecond
  constexpr int kTries = 12;
  const SystemClock clock;
  double best = 0;
  for (int i = 0; i < kTries; ++i) {
    const Nanos start = clock.boot_ns();
    const volatile std::uint64_t kept = chain(1, kRounds);
    static_cast<void>(kept);
    const Nanos took = std::max<Nanos>(1, clock.boot_ns() - start);
    best = std::max(best, static_cast<double>(kRounds * kUnrolled) / to_seconds(took));
  }
  return best;
}

double operations_per_cycle(std::string_view target, GemmPrecision precision) {
  const double lanes = target.starts_with("avx512") ? 16
                       : target == "avx2"           ? 8
                       : target == "sse4"           ? 4
                       : target.starts_with("neon") ? 4
                       : target == "scalar"         ? 1
                                                    : 0;
  const bool four_bytes = target == "avx512vnni" || target == "avx512bf16";
  const double products = precision == GemmPrecision::int8   ? (four_bytes ? 4 : 2)
                          : precision == GemmPrecision::bf16 ? 2
                                                             : 1;
  return lanes * products * 2 * 2;
}

}  // namespace soakrig::workloads
