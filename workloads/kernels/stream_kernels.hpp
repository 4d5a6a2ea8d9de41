// SPDX-License-Identifier: Apache-2.0
//
// The loops of McCalpin's STREAM (copy, scale, add, triad) over doubles, and a plain read: what
// `memory` measures bandwidth with. Part of the kernel table of each target (kernels.hpp).
//
// Arrays are aligned to 64 bytes, n is a multiple of kStreamStep. With `bypass` the results go past
// the caches, which an array larger than the last of them wants: a store that first fetches its
// line moves a third more bytes than STREAM counts. Nothing is fused, so results are equal to the
// bit.
#pragma once

#include <cstddef>
#include <cstdint>

namespace soakrig::workloads {

inline constexpr std::size_t kStreamStep = 64;  // elements

struct StreamKernels {
  // Sum of the elements' bit patterns, modulo 2^64: exact in any order.
  std::uint64_t (*read)(const double* a, std::size_t n);
  void (*copy)(const double* a, double* c, std::size_t n, bool bypass);
  // b = s * c
  void (*scale)(const double* c, double* b, double s, std::size_t n, bool bypass);
  // c = a + b
  void (*add)(const double* a, const double* b, double* c, std::size_t n, bool bypass);
  // a = b + s * c
  void (*triad)(const double* b, const double* c, double* a, double s, std::size_t n, bool bypass);
};

}  // namespace soakrig::workloads
