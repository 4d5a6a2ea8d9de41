// SPDX-License-Identifier: Apache-2.0
#include "results/report/html/chart_scale.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace soakrig::report {

namespace {

constexpr std::size_t kMostTicks = 20;

// The least of 1, 2, 5 times a power of ten that is not below `raw`.
double round_step(double raw) {
  const double power = std::pow(10.0, std::floor(std::log10(raw)));
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (factor * power >= raw * (1 - 1e-9)) return factor * power;
  }
  return 10 * power;
}

void add_ticks(Scale& scale, double step) {
  const double first = std::ceil(scale.low / step - 1e-9);
  for (std::size_t i = 0; i <= kMostTicks; ++i) {
    const double tick = (first + static_cast<double>(i)) * step;
    if (tick > scale.high + step * 1e-6) break;
    scale.ticks.push_back(tick == 0 ? 0 : tick);  // no negative zero
  }
}

}  // namespace

Scale round_scale(double low, double high, std::size_t ticks, bool from_zero) {
  if (!std::isfinite(low) || !std::isfinite(high) || low > high) return {0, 1, {0, 1}};
  if (from_zero) {
    low = std::min(low, 0.0);
    high = std::max(high, 0.0);
  }
  if (high - low <= 1e-9 * std::max(std::abs(low), std::abs(high))) {
    const double room = low == 0 ? 1 : std::abs(low) * 0.05;
    if (!from_zero || low == 0) low -= from_zero ? 0 : room;
    high += room;
  }
  const double step =
      round_step((high - low) / static_cast<double>(std::max<std::size_t>(1, ticks)));
  Scale out{std::floor(low / step + 1e-9) * step, std::ceil(high / step - 1e-9) * step, {}};
  add_ticks(out, step);
  return out;
}

Scale time_scale(double low_s, double high_s, std::size_t ticks) {
  if (!std::isfinite(low_s) || !std::isfinite(high_s) || low_s >= high_s) return {0, 1, {0, 1}};
  const double raw = (high_s - low_s) / static_cast<double>(std::max<std::size_t>(1, ticks));
  double step = raw < 1 ? round_step(raw) : 0;
  for (const double s : {1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 900.0, 1800.0,
                         3600.0, 7200.0, 10800.0, 21600.0, 43200.0, 86400.0, 172800.0}) {
    if (step == 0 && s >= raw) step = s;
  }
  if (step == 0) step = 86400 * round_step(raw / 86400);
  Scale out{low_s, high_s, {}};
  add_ticks(out, step);
  return out;
}

std::string time_tick(double t_s, double step_s) {
  const bool minus = t_s < 0;
  const double t = std::abs(t_s);
  std::string out;
  if (step_s >= 86400) {
    out = fmt::format("{:.4g} d", t / 86400);
  } else if (step_s >= 60) {
    const auto minutes = static_cast<long long>(std::llround(t / 60));
    out = fmt::format("{}:{:02}", minutes / 60, minutes % 60);
  } else {
    out = fmt::format("{:.4g} s", t);
  }
  return (minus ? "−" : "") + out;
}

ShownUnit shown_unit(std::string_view ucum, double largest) {
  std::string text;
  for (const char c : ucum) {
    if (c != '{' && c != '}') text += c;
  }
  if (ucum == "Cel") return {"°C", 1};
  if (ucum == "1") return {"", 1};
  const bool scaled = ucum == "Hz" || ucum == "By" || ucum == "By/s" || ucum == "{ops}/s" ||
                      ucum == "{op}/s" || ucum == "J" || ucum == "Wh";
  if (scaled) {
    if (text.starts_with("By")) text = "B" + text.substr(2);
    for (const auto& [prefix, divisor] :
         {std::pair{"T", 1e12}, {"G", 1e9}, {"M", 1e6}, {"k", 1e3}}) {
      if (std::abs(largest) >= divisor) return {prefix + text, divisor};
    }
  }
  return {text, 1};
}

}  // namespace soakrig::report
