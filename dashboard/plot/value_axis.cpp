// SPDX-License-Identifier: Apache-2.0
#include "dashboard/plot/value_axis.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace soakrig::dashboard {
namespace {

struct Prefix {
  double from;  // magnitudes of at least this
  double factor;
  std::string_view text;
};
constexpr std::array kDecimal{Prefix{1e12, 1e-12, "T"}, Prefix{1e9, 1e-9, "G"},
                              Prefix{1e6, 1e-6, "M"},   Prefix{1e3, 1e-3, "k"},
                              Prefix{1, 1, ""},         Prefix{1e-3, 1e3, "m"},
                              Prefix{0, 1e6, "µ"}};
constexpr double kKi = 1024;
constexpr std::array kBinary{Prefix{kKi * kKi * kKi * kKi, 1 / (kKi * kKi * kKi * kKi), "Ti"},
                             Prefix{kKi * kKi * kKi, 1 / (kKi * kKi * kKi), "Gi"},
                             Prefix{kKi * kKi, 1 / (kKi * kKi), "Mi"}, Prefix{kKi, 1 / kKi, "Ki"},
                             Prefix{0, 1, ""}};

template <std::size_t N>
ShownUnit prefixed(const std::array<Prefix, N>& prefixes, double largest, std::string_view unit,
                   bool small_too) {
  for (const Prefix& p : prefixes) {
    if (largest >= p.from || (!small_too && p.factor == 1)) {
      return {largest > 0 ? p.factor : 1,
              std::string(largest > 0 ? p.text : "") + std::string(unit)};
    }
  }
  return {1, std::string(unit)};
}

// {token}/s -> tokens/s: a curly name counts things.
std::string counted(std::string_view ucum) {
  std::string out;
  for (std::size_t i = 0; i < ucum.size(); ++i) {
    if (ucum[i] == '{') continue;
    if (ucum[i] == '}') {
      if (!out.ends_with("state")) out += 's';
      continue;
    }
    out += ucum[i];
  }
  return out;
}

// The smallest of 1, 2, 5 times a power of ten that is at least `step`.
double round_up(double step) {
  const double decade = std::pow(10, std::floor(std::log10(step)));
  for (const double k : {1.0, 2.0, 5.0}) {
    if (k * decade >= step * 0.999999) return k * decade;
  }
  return 10 * decade;
}

}  // namespace

ShownUnit shown_unit(std::string_view ucum, double largest) {
  if (!std::isfinite(largest)) largest = 1;
  largest = std::abs(largest);
  if (ucum == "Cel") return {1, "°C"};
  if (ucum == "1" || ucum.empty()) return {1, ""};
  if (ucum == "%") return {1, "%"};
  if (ucum == "By") return prefixed(kBinary, largest, "B", false);
  if (ucum == "By/s") return prefixed(kDecimal, largest, "B/s", false);
  if (ucum == "Hz") return prefixed(kDecimal, largest, "Hz", false);
  if (ucum == "W" || ucum == "V" || ucum == "A" || ucum == "J")
    return prefixed(kDecimal, largest, ucum, true);
  if (ucum == "s") return largest >= 1 ? ShownUnit{1, "s"} : prefixed(kDecimal, largest, "s", true);
  if (ucum.starts_with('{') && largest >= 1e4) {
    const ShownUnit unit = prefixed(kDecimal, largest, "", false);
    return {unit.factor, unit.label.empty() ? counted(ucum) : unit.label + " " + counted(ucum)};
  }
  return {1, counted(ucum)};
}

ValueRange fitting(std::optional<ValueRange> data) {
  if (!data || !std::isfinite(data->lo) || !std::isfinite(data->hi) || data->lo > data->hi)
    return {0, 1};
  const double magnitude = std::max({std::abs(data->lo), std::abs(data->hi), 1e-12});
  double air = std::min(data->hi / 2 - data->lo / 2, 1e300) * 0.16;
  if (data->hi - data->lo < magnitude * 1e-9) air = magnitude * 0.05;
  ValueRange out{data->lo - air, data->hi + air};
  if (data->lo >= 0 && out.lo < 0) out.lo = 0;  // what is never negative has no negative axis
  if (data->lo == 0 && data->hi == 0) out = {0, 1};
  return out;
}

std::vector<ValueTick> value_ticks(ValueRange range, int most, const ShownUnit& unit) {
  const double lo = range.lo * unit.factor, hi = range.hi * unit.factor;
  if (!(hi > lo) || !std::isfinite(hi - lo)) return {};
  const double step = round_up((hi - lo) / std::max(1, most));
  std::vector<ValueTick> out;
  const double first = std::ceil(lo / step - 1e-9);
  for (double k = first; k * step <= hi + step * 1e-9 && out.size() < 100; k += 1) {
    const double value = k * step / unit.factor;
    out.push_back({value, value_text(value, unit, step / unit.factor)});
  }
  return out;
}

std::string value_text(double value, const ShownUnit& unit, double resolution) {
  const double shown = value * unit.factor, step = std::abs(resolution * unit.factor);
  if (!std::isfinite(shown)) return "?";
  if (std::abs(shown) >= 1e9) return fmt::format("{:.4g}", shown);
  int digits = 0;
  for (double unit_step = 1; digits < 9 && step > 0 && unit_step > step * 1.000001; unit_step /= 10)
    ++digits;
  std::string out = fmt::format("{:.{}f}", shown, digits);
  return out == "-0" ? "0" : out;
}

std::string value_with_unit(double value, std::string_view ucum) {
  const ShownUnit unit = shown_unit(ucum, value);
  const double shown = std::abs(value * unit.factor);
  const double resolution = shown > 0 ? std::pow(10, std::floor(std::log10(shown)) - 3) : 1;
  std::string out = value_text(value, unit, std::min(1.0, resolution) / unit.factor);
  if (!unit.label.empty()) out += unit.label == "%" ? " %" : " " + unit.label;
  return out;
}

float ValueScale::y(double value) const {
  const double share = (value - range_.lo) / range_.span();
  const double y = static_cast<double>(bottom_) + share * static_cast<double>(top_ - bottom_);
  return static_cast<float>(std::clamp(std::isfinite(y) ? y : 0.0, -1e6, 1e6));
}

double ValueScale::value(float y) const {
  if (top_ == bottom_) return range_.lo;
  return range_.lo + static_cast<double>((y - bottom_) / (top_ - bottom_)) * range_.span();
}

}  // namespace soakrig::dashboard
