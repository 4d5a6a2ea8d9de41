// SPDX-License-Identifier: Apache-2.0
//
// exp, log, sine and cosine that give the same bits on every target. libm does not: it picks fused
// variants by processor and changes between versions. Everything here is IEEE add, multiply,
// divide and exact scaling, compiled without contraction. Error below 1e-12 (double) and two units
// in the last place (float) within the ranges named.
#pragma once

namespace soakrig::workloads {

// e^x for |x| < 700.
[[nodiscard]] double det_exp(double x);
// Natural logarithm of x > 0.
[[nodiscard]] double det_log(double x);

struct SinCos {
  double sine = 0;
  double cosine = 0;
};
// |angle| < 1e6 rad.
[[nodiscard]] SinCos det_sincos(double angle);

// e^x: 0 below -87, e^88 above 88. The steps are those of the vector kernels.
[[nodiscard]] float det_exp(float x);

// Constants of the float version, shared with the vector kernels: x = n ln2 + r, e^r by its Taylor
// polynomial (|r| <= 0.35, degree 7: truncation 6e-9), scaled by 2^n.
namespace exp_constants {
inline constexpr float kLowest = -87.0f;
inline constexpr float kHighest = 88.0f;
inline constexpr float kLog2E = 1.44269504f;
inline constexpr float kLn2High = 0.693359375f;  // 10 bits: n * kLn2High is exact
inline constexpr float kLn2Low = -2.12194440e-4f;
inline constexpr float kTerms[] = {1.98412698e-4f, 1.38888889e-3f, 8.33333333e-3f, 4.16666667e-2f,
                                   1.66666667e-1f, 0.5f,           1.0f,           1.0f};
}  // namespace exp_constants

}  // namespace soakrig::workloads
