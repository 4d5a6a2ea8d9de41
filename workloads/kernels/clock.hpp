// SPDX-License-Identifier: Apache-2.0
//
// The clock that a core really runs at, and what its arithmetic could be at that clock: the honest
// version of a theoretical peak, which spec sheets compute at a boost clock that lasts for seconds.
#pragma once

#include <cstddef>
#include <string_view>

#include "workloads/kernels/gemm.hpp"

namespace soakrig::workloads {

// Hz of the calling thread's core, by a chain of dependent additions: one a cycle on every
// processor that we know, whatever the reported clock says. The best of several tries of a
// millisecond, since an interruption only ever makes it slower. 0 where the processor is of another
// kind.
[[nodiscard]] double measure_clock_hz();

// Operations a cycle of one core with these kernels' instructions: lanes x 2 (multiply and add) x 2
// pipes, which is what application cores have; small ones have one pipe, so this is an upper bound.
// Bytes count at the rate of the widened products, or four times the lanes with VNNI; pairs of bf16
// at twice the lanes. 0: unknown name.
[[nodiscard]] double operations_per_cycle(std::string_view target, GemmPrecision precision);

}  // namespace soakrig::workloads
