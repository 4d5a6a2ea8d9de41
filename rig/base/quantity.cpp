// SPDX-License-Identifier: Apache-2.0
#include "rig/base/quantity.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <utility>

namespace soakrig {
namespace {

using UnitTable = std::initializer_list<std::pair<std::string_view, double>>;

Error bad(std::string_view text, std::string_view wanted) {
  return Error{Errc::invalid, "'" + std::string(text.substr(0, 60)) + "' is not " +
                                  std::string(wanted)};
}

struct Part {
  double number = 0;
  std::string_view unit;
};

// Takes "12.5unit" off the front of text; the unit is the run of characters up to the next digit.
bool take_part(std::string_view& text, Part& part) {
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), part.number,
                                             std::chars_format::fixed);
  if (failed != std::errc{} || !std::isfinite(part.number) || part.number < 0) return false;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  const auto stop = text.find_first_of("0123456789.");
  part.unit = text.substr(0, stop);
  text.remove_prefix(part.unit.size());
  while (!part.unit.empty() && part.unit.back() == ' ') part.unit.remove_suffix(1);
  return !part.unit.empty();
}

double factor_of(std::string_view unit, UnitTable table) {
  for (const auto& [name, factor] : table) {
    if (name == unit) return factor;
  }
  return 0;
}

}  // namespace

Result<Nanos> parse_duration(std::string_view text) {
  constexpr std::string_view kWanted = "a duration such as \"100ms\", \"60s\", \"15min\" or \"8h\"";
  double total = 0;
  std::string_view rest = text;
  if (rest.empty()) return bad(text, kWanted);
  while (!rest.empty()) {
    Part part;
    if (!take_part(rest, part)) return bad(text, kWanted);
    const double factor = factor_of(part.unit, {{"ns", 1e0},
                                                {"us", 1e3},
                                                {"ms", 1e6},
                                                {"s", 1e9},
                                                {"min", 60e9},
                                                {"h", 3600e9},
                                                {"d", 86400e9}});
    if (factor == 0) return bad(text, kWanted);
    total += part.number * factor;
  }
  if (total > 9e18) return bad(text, "a duration below 285 years");
  return static_cast<Nanos>(std::llround(total));
}

Result<double> parse_ratio(std::string_view text) {
  std::string_view rest = text;
  Part part;
  if (!take_part(rest, part) || part.unit != "%" || !rest.empty()) {
    return bad(text, "a percentage such as \"2%\"");
  }
  return part.number / 100.0;
}

Result<double> parse_ramp(std::string_view text) {
  std::string_view rest = text;
  Part part;
  const bool shape = take_part(rest, part) && rest.empty();
  const double factor =
      shape ? factor_of(part.unit, {{"K/s", 1.0}, {"K/min", 1.0 / 60}, {"K/h", 1.0 / 3600}}) : 0;
  if (factor == 0 || part.number <= 0) return bad(text, "a ramp such as \"2K/min\" or \"0.5K/s\"");
  return part.number * factor;
}

Result<std::int64_t> parse_bytes(std::string_view text) {
  std::string_view rest = text;
  Part part;
  const bool shape = take_part(rest, part) && rest.empty();
  const double factor = shape ? factor_of(part.unit, {{"B", 1.0},
                                                      {"kB", 1e3},
                                                      {"MB", 1e6},
                                                      {"GB", 1e9},
                                                      {"TB", 1e12},
                                                      {"KiB", 1024.0},
                                                      {"MiB", 1048576.0},
                                                      {"GiB", 1073741824.0},
                                                      {"TiB", 1099511627776.0}})
                              : 0;
  const double bytes = part.number * factor;
  if (factor == 0 || bytes > 9e18) return bad(text, "a size such as \"512MiB\" or \"2GB\"");
  return static_cast<std::int64_t>(std::llround(bytes));
}

std::string nearest_word(std::string_view word, const std::vector<std::string>& known) {
  constexpr std::size_t kLongest = 64;  // bounds the work on hostile input
  if (word.empty() || word.size() > kLongest) return {};
  std::string best;
  std::size_t best_distance = std::max<std::size_t>(2, word.size() / 3) + 1;
  for (const std::string& candidate : known) {
    if (candidate.size() > kLongest) continue;
    std::array<std::size_t, kLongest + 1> row{};
    for (std::size_t j = 0; j <= candidate.size(); ++j) row[j] = j;
    for (std::size_t i = 1; i <= word.size(); ++i) {
      std::size_t diagonal = std::exchange(row[0], i);
      for (std::size_t j = 1; j <= candidate.size(); ++j) {
        const std::size_t substitute = diagonal + (word[i - 1] == candidate[j - 1] ? 0 : 1);
        diagonal = row[j];
        row[j] = std::min({row[j] + 1, row[j - 1] + 1, substitute});
      }
    }
    if (row[candidate.size()] < best_distance) {
      best_distance = row[candidate.size()];
      best = candidate;
    }
  }
  return best;
}

}  // namespace soakrig
