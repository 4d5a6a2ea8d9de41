// SPDX-License-Identifier: Apache-2.0
//
// Quantities as people write them in a profile: a number and its unit in one string. Pure parsing;
// the unit is mandatory, since a bare number is how a 10 s window becomes 10 ms.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "rig/base/result.hpp"
#include "rig/base/time.hpp"

namespace soakrig {

// "250us" "100ms" "60s" "15min" "8h" "30d", also "1h30min". Not negative.
[[nodiscard]] Result<Nanos> parse_duration(std::string_view text);
// "2%" -> 0.02. A percent sign is required.
[[nodiscard]] Result<double> parse_ratio(std::string_view text);
// "2K/min" "0.5K/s" "60K/h" -> kelvin per second, above zero.
[[nodiscard]] Result<double> parse_ramp(std::string_view text);
// "512MiB" "2GB" "4096B" -> bytes. Binary (KiB…TiB) and decimal (kB…TB) prefixes.
[[nodiscard]] Result<std::int64_t> parse_bytes(std::string_view text);

// The nearest of `known` to `word` by edit distance, or empty when nothing is near. For "did you
// mean": the one place that decides what near is.
[[nodiscard]] std::string nearest_word(std::string_view word,
                                       const std::vector<std::string>& known);

}  // namespace soakrig
