// SPDX-License-Identifier: Apache-2.0
//
// How large this machine's data caches are, as its kernel says.
#pragma once

#include <cstdint>
#include <string>

namespace soakrig::workloads {

// Bytes; 0 where the kernel does not say. A shared cache counts whole.
struct CacheSizes {
  std::uint64_t l1 = 0;
  std::uint64_t l2 = 0;
  std::uint64_t l3 = 0;

  // The largest of them.
  [[nodiscard]] std::uint64_t last() const { return l3 != 0 ? l3 : l2 != 0 ? l2 : l1; }
};

// Data and unified caches of cpu0 below `folder`.
[[nodiscard]] CacheSizes read_cache_sizes(
    const std::string& folder = "/sys/devices/system/cpu/cpu0/cache");

}  // namespace soakrig::workloads
