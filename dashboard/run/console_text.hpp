// SPDX-License-Identifier: Apache-2.0
//
// What one board said on its serial console in a range of time, made fit to be shown. Bounded; of a
// flood the lines nearest to a given instant are kept.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "dashboard/plot/time_axis.hpp"
#include "results/store/reader.hpp"

namespace soakrig::dashboard {

struct ConsoleText {
  struct Line {
    Nanos t = 0;
    std::string text;
    friend bool operator==(const Line&, const Line&) = default;
  };
  std::vector<Line> lines;             // in order of time
  std::size_t left_out = 0;            // lines beyond the bound
  std::uint64_t lost = 0;              // lines that the recorder could not keep up with
  std::vector<std::string> problems;   // pieces that could not be read
  friend bool operator==(const ConsoleText&, const ConsoleText&) = default;
};

inline constexpr std::size_t kMostConsoleLines = 4000;

[[nodiscard]] ConsoleText console_text(const store::Reader& reader, const std::string& board,
                                       TimeRange range, Nanos nearest_to);

// Without what a terminal would take for a command: colours and cursor movements are dropped, other
// control characters become blanks, bytes that are no UTF-8 a replacement character.
[[nodiscard]] std::string plain_line(std::string_view line);

}  // namespace soakrig::dashboard
