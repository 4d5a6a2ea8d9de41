// SPDX-License-Identifier: Apache-2.0
#include "workloads/memory/cache_sizes.hpp"

#include <charconv>
#include <string_view>

#include "rig/base/fd.hpp"

namespace soakrig::workloads {
namespace {

// "32K", "16M", "1G" or plain bytes, as the kernel writes them; 0 for anything else.
std::uint64_t parse_size(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failed != std::errc() || number > (std::uint64_t{1} << 30)) return 0;
  switch (end == text.data() + text.size() ? '\n' : *end) {
    case 'K':
      return number << 10;
    case 'M':
      return number << 20;
    case 'G':
      return number << 30;
    default:
      return number;
  }
}

}  // namespace

CacheSizes read_cache_sizes(const std::string& folder) {
  CacheSizes sizes;
  constexpr int kMost = 16;
  for (int i = 0; i < kMost; ++i) {
    const std::string index = folder + "/index" + std::to_string(i) + "/";
    const auto level = read_file(index + "level", 64);
    const auto type = read_file(index + "type", 64);
    const auto size = read_file(index + "size", 64);
    if (!level || !type || !size || level->empty() || type->starts_with("Instruction")) continue;
    std::uint64_t* to = level->front() == '1'   ? &sizes.l1
                        : level->front() == '2' ? &sizes.l2
                        : level->front() == '3' ? &sizes.l3
                                                : nullptr;
    if (to != nullptr) *to = parse_size(*size);
  }
  return sizes;
}

}  // namespace soakrig::workloads
