// SPDX-License-Identifier: Apache-2.0
#include "workloads/memory/memory_level.hpp"

#include <algorithm>
#include <string>

namespace soakrig::workloads {
namespace {

constexpr std::uint64_t kArrays = 3;
constexpr std::uint64_t kAssumedCache = 32u << 20;  // where the kernel does not say
constexpr std::uint64_t kLeastArray = 64u << 20;    // in DRAM: long enough to time one pass
constexpr std::uint64_t kPassBytes = 32u << 20;     // of a piece in a cache, for the same reason
constexpr std::size_t kPiecesEach = 4;              // of a thread in DRAM, to even out a late start

// `bytes` of all arrays that belong to one thread.
StreamLayout cached(std::uint64_t bytes, std::size_t threads) {
  StreamLayout layout;
  const std::uint64_t each = bytes / kArrays / sizeof(double);
  layout.pieces = threads;
  layout.elements = std::max<std::size_t>(each / kStreamStep, 1) * kStreamStep;
  layout.repeats = std::max<std::size_t>(kPassBytes / (layout.elements * sizeof(double)), 1);
  return layout;
}

StreamLayout uncached(std::uint64_t array_bytes, std::size_t threads) {
  StreamLayout layout;
  layout.pieces = threads * kPiecesEach;
  const std::uint64_t each = array_bytes / sizeof(double) / layout.pieces;
  layout.elements = std::max<std::size_t>(each / kStreamStep, 1) * kStreamStep;
  layout.bypass = true;
  return layout;
}

}  // namespace

Result<StreamLayout> layout_for(std::string_view level, const CacheSizes& caches,
                                std::size_t threads, std::uint64_t available) {
  const std::uint64_t last = caches.last() != 0 ? caches.last() : kAssumedCache;
  if (level == "dram") {
    const std::uint64_t wanted = std::max(4 * last, kLeastArray);
    const std::uint64_t possible = available / 2 / kArrays;
    if (possible < 2 * last) {
      return Error{Errc::full,
                   "too little memory is free to tell DRAM from a cache of " +
                       std::to_string(last >> 20) + " MiB",
                   "free some, or measure a cache level"};
    }
    return uncached(std::min(wanted, possible), threads);
  }
  const std::uint64_t size = level == "l1"   ? caches.l1
                             : level == "l2" ? caches.l2
                             : level == "l3" ? caches.l3
                                             : 0;
  if (level != "l1" && level != "l2" && level != "l3") {
    return Error{Errc::not_found, "there is no level \"" + std::string(level) + "\"",
                 "use l1, l2, l3 or dram"};
  }
  if (size == 0) {
    return Error{Errc::not_found,
                 "this machine has no " + std::string(level) + ", or does not say how large it is",
                 "name another --level, or a --size"};
  }
  return cached(level == "l3" ? size / 2 / threads : size / 2, threads);
}

StreamLayout layout_of(std::uint64_t bytes, const CacheSizes& caches, std::size_t threads) {
  const std::uint64_t last = caches.last() != 0 ? caches.last() : kAssumedCache;
  return bytes > last ? uncached(bytes / kArrays, threads) : cached(bytes / threads, threads);
}

}  // namespace soakrig::workloads
