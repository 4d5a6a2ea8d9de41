// SPDX-License-Identifier: Apache-2.0
#include "dashboard/plot/time_axis.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <ctime>

#include "rig/base/quantity.hpp"

namespace soakrig::dashboard {
namespace {

constexpr Nanos kDay = 24 * kHour;

std::vector<Nanos> steps() {
  std::vector<Nanos> out;
  for (Nanos decade = 1000; decade < kSecond; decade *= 10) {
    for (const Nanos k : {1, 2, 5}) out.push_back(k * decade);
  }
  for (const Nanos k : {1, 2, 5, 10, 15, 30}) out.push_back(k * kSecond);
  for (const Nanos k : {1, 2, 5, 10, 15, 30}) out.push_back(k * kMinute);
  for (const Nanos k : {1, 2, 3, 6, 12}) out.push_back(k * kHour);
  for (Nanos decade = kDay; decade <= 10'000 * kDay; decade *= 10) {
    for (const Nanos k : {1, 2, 5}) out.push_back(k * decade);
  }
  return out;
}

Nanos floor_to(Nanos t, Nanos step) { return t - ((t % step) + step) % step; }

// What the format counts from: a tick is a multiple of its step there.
Nanos shift_of(Nanos t, TimeFormat format, const report::RunClock& clock) {
  if (format == TimeFormat::elapsed) return 0;
  const Nanos utc = clock.utc(t);
  if (format == TimeFormat::utc) return utc - t;
  const std::time_t seconds = static_cast<std::time_t>(floor_to(utc, kSecond) / kSecond);
  std::tm local{};
  if (::localtime_r(&seconds, &local) == nullptr) return utc - t;
  return utc - t + local.tm_gmtoff * kSecond;
}

std::string decimals(Nanos within_second, Nanos resolution) {
  if (resolution >= kSecond || resolution <= 0) return {};
  int digits = 1;
  for (Nanos unit = kSecond / 10; unit > resolution && digits < 9; unit /= 10) ++digits;
  return fmt::format(".{:09}", within_second).substr(0, static_cast<std::size_t>(digits) + 1);
}

std::string elapsed_text(Nanos t, Nanos resolution) {
  const std::string sign = t < 0 ? "-" : "";
  const Nanos whole = t < 0 ? -t : t;
  const Nanos days = whole / kDay, seconds = whole / kSecond;
  if (resolution >= kDay) return fmt::format("{}{} d", sign, days);
  const std::string day = days > 0 ? fmt::format("{}d ", days) : "";
  const Nanos h = seconds / 3600 % 24, m = seconds / 60 % 60, s = seconds % 60;
  if (resolution >= kMinute)
    return fmt::format("{}{}{}:{:02}", sign, day, h, m) + (days > 0 ? "" : " h");
  return fmt::format("{}{}{}:{:02}:{:02}", sign, day, h, m, s) +
         decimals(whole % kSecond, resolution);
}

std::string date_text(Nanos shifted, Nanos resolution) {
  const Nanos second = floor_to(shifted, kSecond);
  const std::time_t seconds = static_cast<std::time_t>(second / kSecond);
  std::tm parts{};
  if (::gmtime_r(&seconds, &parts) == nullptr) return "?";
  const std::string date = fmt::format("{:02}-{:02}", parts.tm_mon + 1, parts.tm_mday);
  if (resolution >= kDay) return date;
  const std::string clock = fmt::format("{} {:02}:{:02}", date, parts.tm_hour, parts.tm_min);
  if (resolution >= kMinute) return clock;
  return clock + fmt::format(":{:02}", parts.tm_sec) + decimals(shifted - second, resolution);
}

Result<Nanos> parse_end(std::string_view text, Nanos absent) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  if (text.empty()) return absent;
  if (text == "0") return Nanos{0};
  return parse_duration(text);
}

}  // namespace

TimeRange sane(TimeRange range) {
  range.from = std::clamp(range.from, -kLongestRange, kLongestRange);
  range.to = std::clamp(range.to, -kLongestRange, kLongestRange);
  if (range.from > range.to) std::swap(range.from, range.to);
  if (range.length() < kShortestRange) range.to = range.from + kShortestRange;
  return range;
}

TimeRange zoomed(TimeRange range, Nanos centre, double factor) {
  if (!std::isfinite(factor) || factor <= 0) return sane(range);
  const double length =
      std::clamp(static_cast<double>(range.length()) * factor, static_cast<double>(kShortestRange),
                 static_cast<double>(kLongestRange));
  const double share = range.length() > 0 ? std::clamp(static_cast<double>(centre - range.from) /
                                                           static_cast<double>(range.length()),
                                                       0.0, 1.0)
                                          : 0.5;
  const Nanos from = centre - static_cast<Nanos>(length * share);
  return sane({from, from + static_cast<Nanos>(length)});
}

TimeRange moved(TimeRange range, double lengths) {
  const double way = static_cast<double>(range.length()) * lengths;
  if (std::abs(way) > static_cast<double>(kLongestRange)) return sane(range);
  const Nanos by = static_cast<Nanos>(way);
  return sane({range.from + by, range.to + by});
}

TimeRange padded(TimeRange range, double share) {
  const Nanos by = static_cast<Nanos>(static_cast<double>(range.length()) * share);
  return sane({range.from - by, range.to + by});
}

float TimeScale::x(Nanos t) const {
  const double share = (static_cast<double>(t) - static_cast<double>(range_.from)) /
                       static_cast<double>(range_.length());
  return static_cast<float>(
      std::clamp(static_cast<double>(x0_) + share * static_cast<double>(x1_ - x0_), -1e6, 1e6));
}

Nanos TimeScale::t(float x) const {
  if (x1_ <= x0_) return range_.from;
  const double share = static_cast<double>(x - x0_) / static_cast<double>(x1_ - x0_);
  return range_.from + static_cast<Nanos>(share * static_cast<double>(range_.length()));
}

std::string_view to_string(TimeFormat format) {
  switch (format) {
    case TimeFormat::elapsed:
      return "elapsed";
    case TimeFormat::utc:
      return "utc";
    case TimeFormat::local:
      break;
  }
  return "local";
}

std::optional<TimeFormat> parse_time_format(std::string_view text) {
  for (const auto format : {TimeFormat::elapsed, TimeFormat::utc, TimeFormat::local}) {
    if (to_string(format) == text) return format;
  }
  return std::nullopt;
}

std::vector<TimeTick> time_ticks(TimeRange range, int most, TimeFormat format,
                                 const report::RunClock& clock) {
  range = sane(range);
  static const std::vector<Nanos> kSteps = steps();
  const Nanos least = range.length() / std::max(1, most);
  const auto at = std::ranges::upper_bound(kSteps, least);
  const Nanos step = at == kSteps.end() ? kSteps.back() : *at;
  const Nanos shift = shift_of(range.from, format, clock);
  std::vector<TimeTick> out;
  for (Nanos shifted = floor_to(range.from + shift, step); shifted - shift <= range.to;
       shifted += step) {
    const Nanos t = shifted - shift;
    if (t < range.from) continue;
    out.push_back({t, time_text(t, step, format, clock)});
    if (out.size() >= 200) break;
  }
  return out;
}

std::string time_text(Nanos t, Nanos resolution, TimeFormat format, const report::RunClock& clock) {
  if (format == TimeFormat::elapsed) return elapsed_text(t, resolution);
  return date_text(t + shift_of(t, format, clock), resolution);
}

std::string length_text(Nanos length) {
  return length < 0 ? "-" + format_duration(-length) : format_duration(length);
}

Result<TimeRange> parse_range(std::string_view text, TimeRange whole) {
  const auto wrong = [&](std::string what) {
    return Error{Errc::invalid, "range '" + std::string(text) + "': " + std::move(what),
                 "write 1h..2h, 30min.., ..45s or 'last 10min'"};
  };
  if (text.starts_with("last ")) {
    const auto length = parse_duration(text.substr(5));
    if (!length) return wrong(length.error().what);
    if (*length <= 0) return wrong("no length");
    return sane({whole.to - *length, whole.to});
  }
  const auto dots = text.find("..");
  if (dots == std::string_view::npos) return wrong("no '..' in it");
  const auto from = parse_end(text.substr(0, dots), whole.from);
  if (!from) return wrong(from.error().what);
  const auto to = parse_end(text.substr(dots + 2), whole.to);
  if (!to) return wrong(to.error().what);
  if (*from >= *to) return wrong("it ends before it begins");
  return sane({*from, *to});
}

}  // namespace soakrig::dashboard
