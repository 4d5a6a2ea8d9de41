// SPDX-License-Identifier: Apache-2.0
#include "rig/base/time.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <ctime>

namespace soakrig {
namespace {

Nanos read_clock(clockid_t id) {
  timespec now{};
  clock_gettime(id, &now);
  return static_cast<Nanos>(now.tv_sec) * kSecond + now.tv_nsec;
}

bool read_number(std::string_view text, std::size_t at, std::size_t length, int& out) {
  if (at + length > text.size()) return false;
  const char* begin = text.data() + at;
  const auto [end, failed] = std::from_chars(begin, begin + length, out);
  return failed == std::errc{} && end == begin + length && *begin != '-';
}

}  // namespace

Nanos from_seconds(double seconds) { return static_cast<Nanos>(std::llround(seconds * 1e9)); }

Nanos SystemClock::boot_ns() const { return read_clock(CLOCK_BOOTTIME); }
Nanos SystemClock::utc_ns() const { return read_clock(CLOCK_REALTIME); }

std::string format_rfc3339(Nanos utc_ns) {
  Nanos millis = utc_ns / kMillisecond;
  if (utc_ns % kMillisecond < 0) --millis;
  Nanos seconds = millis / 1000;
  Nanos rest = millis % 1000;
  if (rest < 0) {
    rest += 1000;
    --seconds;
  }
  const std::time_t when = static_cast<std::time_t>(seconds);
  std::tm parts{};
  gmtime_r(&when, &parts);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", parts.tm_year + 1900,
                     parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec,
                     rest);
}

std::optional<Nanos> parse_rfc3339(std::string_view text) {
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
  const bool shape = text.size() >= 20 && text[4] == '-' && text[7] == '-' && text[10] == 'T' &&
                     text[13] == ':' && text[16] == ':' && text.back() == 'Z';
  if (!shape || !read_number(text, 0, 4, year) || !read_number(text, 5, 2, month) ||
      !read_number(text, 8, 2, day) || !read_number(text, 11, 2, hour) ||
      !read_number(text, 14, 2, minute) || !read_number(text, 17, 2, second)) {
    return std::nullopt;
  }
  if (year < 1678 || year > 2261) return std::nullopt;  // where nanoseconds fit
  if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 60) {
    return std::nullopt;
  }
  Nanos fraction = 0;
  const std::string_view tail = text.substr(19, text.size() - 20);
  if (!tail.empty()) {
    if (tail[0] != '.' || tail.size() < 2 || tail.size() > 10) return std::nullopt;
    int digits = 0;
    if (!read_number(tail, 1, tail.size() - 1, digits)) return std::nullopt;
    fraction = digits;
    for (std::size_t i = tail.size() - 1; i < 9; ++i) fraction *= 10;
  }
  std::tm parts{};
  parts.tm_year = year - 1900;
  parts.tm_mon = month - 1;
  parts.tm_mday = day;
  parts.tm_hour = hour;
  parts.tm_min = minute;
  parts.tm_sec = second;
  const std::time_t seconds = timegm(&parts);
  if (parts.tm_mday != day && second < 60) return std::nullopt;  // 30 February became March
  return static_cast<Nanos>(seconds) * kSecond + fraction;
}

std::string format_duration(Nanos ns) {
  if (ns < 0 && ns > -kMillisecond) return "0 ms";  // never "-0 ms"
  if (ns < 0) return "-" + format_duration(-ns);
  if (ns < kSecond) return fmt::format("{} ms", ns / kMillisecond);
  if (ns < kMinute - kSecond / 20) return fmt::format("{:.1f} s", to_seconds(ns));
  const Nanos seconds = (ns + kSecond / 2) / kSecond;
  if (seconds < 3600) return fmt::format("{}m {:02}s", seconds / 60, seconds % 60);
  const Nanos minutes = (seconds + 30) / 60;
  if (minutes < 48 * 60) return fmt::format("{}h {:02}m", minutes / 60, minutes % 60);
  const Nanos hours = (minutes + 30) / 60;
  return fmt::format("{}d {:02}h", hours / 24, hours % 24);
}

}  // namespace soakrig
