// SPDX-License-Identifier: Apache-2.0
//
// One row of bench.json (design 6.6) as the line that run_bench.py reads.
#pragma once

#include <cstdio>
#include <optional>
#include <string>

namespace soakrig::bench {

struct Reach {
  const char* of;  // "value" or "ratio"
  const char* op;  // "<=" or ">="
  double value;
};

struct BenchRow {
  std::string name;
  double value = 0;
  std::string unit;
  std::string against{};  // the peer or floor of the same run; empty = none
  double against_value = 0;
  std::optional<Reach> reach{};
  bool peer_missing = false;  // it should be compared but cannot be: never ok
};

inline void print(const BenchRow& row) {
  const double ratio = row.against_value != 0 ? row.value / row.against_value : 0;
#ifdef NDEBUG
  bool ok = !row.peer_missing;
#else
  bool ok = false;  // a figure of a debug build is no figure
#endif
  if (row.reach && ok) {
    const double figure = row.reach->of[0] == 'v' ? row.value : ratio;
    ok = row.reach->op[0] == '<' ? figure <= row.reach->value : figure >= row.reach->value;
  }
  std::printf("{\"name\":\"%s\",\"value\":%.10g,\"unit\":\"%s\",", row.name.c_str(), row.value,
              row.unit.c_str());
  if (row.against.empty()) {
    std::printf("\"against\":null,\"ratio\":null,");
  } else {
    std::printf("\"against\":{\"name\":\"%s\",\"value\":%.10g},\"ratio\":%.6g,",
                row.against.c_str(), row.against_value, ratio);
  }
  if (row.reach) {
    std::printf("\"reach\":{\"of\":\"%s\",\"op\":\"%s\",\"value\":%.10g},", row.reach->of,
                row.reach->op, row.reach->value);
  } else {
    std::printf("\"reach\":null,");
  }
  std::printf("\"ok\":%s}\n", ok ? "true" : "false");
  std::fflush(stdout);
}

}  // namespace soakrig::bench
