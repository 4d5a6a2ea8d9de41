// SPDX-License-Identifier: Apache-2.0
//
// From the name of a level of the memory ("l1", "l2", "l3", "dram") to how STREAM's arrays are laid
// out in it. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "rig/base/result.hpp"
#include "workloads/memory/cache_sizes.hpp"
#include "workloads/memory/stream_arrays.hpp"

namespace soakrig::workloads {

// The arrays take half of a cache, so that nothing else drives them out; each array in DRAM takes
// four times the last cache, as STREAM's rules want, but all together at most half of `available`
// bytes (Errc::full when that leaves less than twice the last cache each).
// Errc::not_found when the machine has no such level, or does not say how large it is.
[[nodiscard]] Result<StreamLayout> layout_for(std::string_view level, const CacheSizes& caches,
                                              std::size_t threads, std::uint64_t available);
// Arrays of `bytes` all together; beyond the last cache they count as DRAM.
[[nodiscard]] StreamLayout layout_of(std::uint64_t bytes, const CacheSizes& caches,
                                     std::size_t threads);

}  // namespace soakrig::workloads
