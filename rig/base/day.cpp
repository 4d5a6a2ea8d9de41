// SPDX-License-Identifier: Apache-2.0
#include "rig/base/day.hpp"

#include <charconv>
#include <chrono>

namespace soakrig {

bool is_day(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return false;
  const auto part = [&](std::size_t from, std::size_t length) {
    int out = -1;
    const char* end = text.data() + from + length;
    const auto read = std::from_chars(text.data() + from, end, out);
    return read.ec == std::errc{} && read.ptr == end ? out : -1;
  };
  const int year = part(0, 4), month = part(5, 2), day = part(8, 2);
  if (year < 1970 || month < 1 || day < 1) return false;
  using namespace std::chrono;
  return year_month_day(std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                        std::chrono::day(static_cast<unsigned>(day)))
      .ok();
}

}  // namespace soakrig
