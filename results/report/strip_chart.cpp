// SPDX-License-Identifier: Apache-2.0
#include "results/report/strip_chart.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

namespace soakrig::report {

namespace {
constexpr std::array<std::string_view, 9> kBlocks{" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
}

std::optional<Strip> draw_strip(std::span<const std::optional<double>> values, std::size_t rows,
                                bool from_zero) {
  std::optional<double> low, high;
  for (const auto& v : values) {
    if (!v) continue;
    low = std::min(low.value_or(*v), *v);
    high = std::max(high.value_or(*v), *v);
  }
  if (!low || rows == 0) return std::nullopt;
  Strip out;
  out.low = from_zero ? std::min(0.0, *low) : *low;
  out.high = *high;
  out.rows.resize(rows);
  const long steps = static_cast<long>(rows) * 8;
  const double span = out.high - out.low;
  for (const auto& v : values) {
    long level = 0;
    if (v) {
      const double share = span > 0 ? (*v - out.low) / span : 0.5;
      level = std::clamp(std::lround(share * static_cast<double>(steps)), 1L, steps);
    }
    for (std::size_t r = 0; r < rows; ++r) {
      const long below = static_cast<long>(rows - 1 - r) * 8;
      out.rows[r] += kBlocks[static_cast<std::size_t>(std::clamp(level - below, 0L, 8L))];
    }
  }
  return out;
}

}  // namespace soakrig::report
