// SPDX-License-Identifier: Apache-2.0
//
// What several workloads' command lines have in common, checked in one place.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "rig/base/result.hpp"
#include "rig/base/time.hpp"
#include "workloads/kernels/kernels.hpp"

namespace soakrig::workloads {

inline constexpr std::int64_t kEveryCore = -1;
inline constexpr std::string_view kTargetHelp =
    "kernels: avx512bf16, avx512vnni, avx512, avx2, sse4, neonbf16, neondot, neon, scalar";

// An option that cannot be: Errc::invalid.
[[nodiscard]] Error usage(std::string what, std::string remedy);
// 1 to 1024, or kEveryCore for every core that this process may use.
[[nodiscard]] Result<std::size_t> resolve_threads(std::int64_t threads);
// The best kernels of this processor for an empty name. The error names those that it runs.
[[nodiscard]] Result<const Kernels*> resolve_kernels(const std::string& target);
// Of an option: a duration of more than nothing.
[[nodiscard]] Result<Nanos> resolve_time(const std::string& option, const std::string& text);
// "123 MiB".
[[nodiscard]] std::string mib(std::uint64_t bytes);
// Errc::full when `needed` bytes are more than this process can have; nothing is allocated.
[[nodiscard]] Result<void> must_fit(const std::string& what, std::uint64_t needed,
                                    const std::string& remedy);

}  // namespace soakrig::workloads
