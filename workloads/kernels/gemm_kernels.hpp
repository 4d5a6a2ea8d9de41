// SPDX-License-Identifier: Apache-2.0
//
// The innermost part of a matrix product: one tile of C that stays in registers while packed panels
// of A and B run by. Part of the kernel table of each target (kernels.hpp); gemm.hpp drives it.
//
// A panel is [depth / group][rows or columns][group]: `group` neighbours in depth lie side by side,
// as the target's dot instruction wants them. Depth is padded with zeros to whole groups.
#pragma once

#include <cstddef>
#include <cstdint>

#include "workloads/kernels/half.hpp"

namespace soakrig::workloads {

template <class A, class B, class C>
struct GemmTile {
  std::size_t rows = 0;   // of C, and of a panel of A
  std::size_t cols = 0;   // of C, and of a panel of B
  std::size_t group = 1;  // neighbours in depth that lie side by side
  // c[r * stride + j] = (add ? c : 0) + A row r . B column j over `groups` groups.
  void (*multiply)(const A* a, const B* b, std::size_t groups, C* c, std::size_t stride,
                   bool add) = nullptr;
};

struct GemmKernels {
  GemmTile<float, float, float> fp32;
  // Unsigned by signed bytes. A target has one of the two: bytes where it multiplies four pairs of
  // them exactly (VNNI), else pairs widened to 16 bits while packing, which cannot saturate as
  // x86's older byte instruction does.
  GemmTile<std::uint8_t, std::int8_t, std::int32_t> bytes;
  GemmTile<std::int16_t, std::int16_t, std::int32_t> pairs;
  // Floats of 16 bits, added in single precision. Only where the processor multiplies them:
  // widening them first would be fp32 under another name.
  GemmTile<Bfloat, Bfloat, float> bf16;
  GemmTile<Half, Half, float> fp16;
};

}  // namespace soakrig::workloads
