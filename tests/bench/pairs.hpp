// SPDX-License-Identifier: Apache-2.0
//
// Two things measured in turn, since shared machines drift: medians of the rates of each.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

namespace soakrig::bench {

inline double now_s() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

inline double median(std::vector<double> values) {
  if (values.empty()) return 0;
  std::ranges::sort(values);
  return values[values.size() / 2];
}

struct Pair {
  double ours = 0;
  double theirs = 0;
};

// Each function gives a rate; 0 from `theirs` ends the comparison (the peer failed).
template <class Ours, class Theirs>
Pair interleaved(int rounds, const Ours& ours, const Theirs& theirs) {
  std::vector<double> a, b;
  for (int i = 0; i < rounds; ++i) {
    a.push_back(ours());
    b.push_back(theirs());
    if (b.back() == 0) return {median(a), 0};
  }
  return {median(a), median(b)};
}

// Whether the caller asked for this row: by its name, a prefix that ends at a dot, or not at all.
inline bool wanted(std::string_view row) {
  const char* filter = std::getenv("SOAKRIG_BENCH_FILTER");
  const std::string_view f = filter != nullptr ? filter : "";
  const auto below = [](std::string_view name, std::string_view prefix) {
    return name == prefix ||
           (name.starts_with(prefix) && name.size() > prefix.size() && name[prefix.size()] == '.');
  };
  return f.empty() || below(row, f) || below(f, row);
}

}  // namespace soakrig::bench
