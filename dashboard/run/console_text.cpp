// SPDX-License-Identifier: Apache-2.0
#include "dashboard/run/console_text.hpp"

#include <algorithm>
#include <cstdlib>

#include "dashboard/canvas/utf8.hpp"
#include "results/store/console_text.hpp"
#include "rig/base/json_guard.hpp"
#include "rig/base/rig_events.hpp"

namespace soakrig::dashboard {
namespace {

constexpr Nanos kPiece = kMinute;  // an event holds some seconds of lines; never more than this
constexpr std::size_t kMostLine = 400;  // bytes shown of one
constexpr char kEscape = '\x1b';

// Where a terminal's command that begins at `at` ends: "ESC [ 0 ; 31 m".
std::size_t after_command(std::string_view line, std::size_t at) {
  if (++at >= line.size() || line[at] != '[') return std::min(at + 1, line.size());
  for (++at; at < line.size(); ++at) {
    if (line[at] >= 0x40 && line[at] <= 0x7e) return at + 1;
  }
  return line.size();
}

}  // namespace

std::string plain_line(std::string_view line) {
  std::string out;
  for (std::size_t at = 0; at < line.size() && out.size() < kMostLine;) {
    if (line[at] == kEscape) {
      at = after_command(line, at);
      continue;
    }
    const std::size_t from = at;
    const unsigned character = next_character(line, at);
    if (character == 0xFFFD) {
      out += "\xEF\xBF\xBD";
    } else if (at == from + 1) {
      out += static_cast<char>(character);  // plain, or a control character made a blank
    } else {
      out += line.substr(from, at - from);
    }
  }
  out.erase(out.find_last_not_of(' ') + 1);
  return out;
}

ConsoleText console_text(const store::Reader& reader, const std::string& board, TimeRange range,
                         Nanos nearest_to) {
  ConsoleText out;
  store::EventFilter filter;
  filter.board = board;
  filter.kind = event_kind::kConsoleLog;
  filter.from = range.from - kPiece;
  filter.to = range.to;
  const auto events = reader.events(filter);
  if (!events) {
    out.problems.push_back(events.error().message());
    return out;
  }
  for (const store::StoredEvent& stored : *events) {
    const auto lines = store::console_lines(stored.event);
    if (!lines) {
      out.problems.push_back(lines.error().message());
      continue;
    }
    if (const auto body = parse_json(stored.event.body))
      out.lost += json_get<std::uint64_t>(*body, "lost").value_or(0);
    for (const store::ConsoleLine& line : *lines) {
      if (line.t >= range.from && line.t <= range.to)
        out.lines.push_back({line.t, plain_line(line.text)});
    }
  }
  if (out.lines.size() > kMostConsoleLines) {
    out.left_out = out.lines.size() - kMostConsoleLines;
    std::ranges::stable_sort(
        out.lines, {}, [&](const ConsoleText::Line& l) { return std::abs(l.t - nearest_to); });
    out.lines.resize(kMostConsoleLines);
  }
  std::ranges::stable_sort(out.lines, {}, &ConsoleText::Line::t);
  return out;
}

}  // namespace soakrig::dashboard
