// SPDX-License-Identifier: Apache-2.0
//
// How the rows of the schema are written down: what most keys share is left out, and each helper
// names what one key has beyond that. For the lists of keys only.
#pragma once

#include "rig/plan/schema.hpp"

namespace soakrig::plan {

inline constexpr double kHourS = 3600;
inline constexpr double kDayS = 24 * kHourS;
inline constexpr double kYearS = 366 * kDayS;
inline constexpr double kMostTokens = 1 << 20;
inline constexpr bool kRequired = true;

// A key with nothing but its place and what it holds.
constexpr Key row(std::string_view table, std::string_view name, Type type,
                  std::string_view fallback = {}, bool required = false) {
  Key key;
  key.table = table;
  key.name = name;
  key.type = type;
  key.fallback = fallback;
  key.required = required;
  return key;
}

// Its least and most, in seconds for durations.
constexpr Key ranged(Key key, double min, double max, std::string_view unit = {}) {
  key.min = min;
  key.max = max;
  key.unit = unit;
  return key;
}

// Its words, or the table whose keys it has.
constexpr Key of(Key key, std::string_view choices) {
  key.choices = choices;
  return key;
}

// The lists; schema() is one after the other.
[[nodiscard]] std::span<const Key> rig_keys();       // the run, its boards, instruments and phases
[[nodiscard]] std::span<const Key> workload_keys();  // what loads the boards, kind by kind

}  // namespace soakrig::plan
