// SPDX-License-Identifier: Apache-2.0
//
// What a workload process says on its standard output: one JSON object a line (design: workload
// protocol; docs/formats/workload_protocol.md). Parsing is pure and treats every byte as hostile;
// encoding is for our own workloads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <variant>

#include "rig/base/result.hpp"

namespace soakrig::work {

inline constexpr std::size_t kMaxLine = 64 * 1024;
inline constexpr std::size_t kMaxKeys = 32;  // in one map; more is garbage

// {"ready":true,"instance":N,"facts":{"shape":"…"}}: warm and about to work.
struct Ready {
  std::uint64_t instance = 0;
  std::map<std::string, std::string> facts;
};

// {"work":{"tokens":N,"prompt_tokens":N},"busy_s":X,"busy":{"tokens":A,"prompt_tokens":B},"cycle":K}
// Totals since the instance's start. busy_s is wall time spent working, all kinds together; "busy"
// (optional) is the part spent on each kind of work. cycle counts whole work cycles. None decreases.
struct Totals {
  std::map<std::string, double> work;
  double busy_s = 0;
  std::map<std::string, double> busy;
  std::uint64_t cycle = 0;
};

// {"gauge":{"ttft_ms":…}}: values of this moment.
struct Gauges {
  std::map<std::string, double> values;
};

// {"hist":{…}}: a mergeable histogram, passed on as it is.
struct Histogram {
  std::string json;
};

// {"check":{"ok":false,"expected":…,"got":…}}: the result of checking the output.
struct Check {
  bool ok = false;
  std::string expected, got;
};

// {"event":{…}}: anything else worth keeping, passed on as it is.
struct Note {
  std::string json;
};

using Message = std::variant<Ready, Totals, Gauges, Histogram, Check, Note>;

// Errc::protocol with the reason when the line is not one of the above: not JSON, another shape, a
// number that is not finite or negative, a name that is no channel part, too many keys.
[[nodiscard]] Result<Message> parse_line(std::string_view line);

// One line with its '\n'.
[[nodiscard]] std::string encode(const Message& message);

}  // namespace soakrig::work
