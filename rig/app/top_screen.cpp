// SPDX-License-Identifier: Apache-2.0
#include "rig/app/top_screen.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "rig/app/status_line.hpp"
#include "rig/app/text_width.hpp"

namespace soakrig::app {
namespace {

constexpr std::array<const char*, 8> kBlocks = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
constexpr std::size_t kLabel = 22;

std::string row(const std::string& label, const std::string& value, const std::string& picture) {
  return "  " + pad(label, kLabel) + pad(value, 16) + picture;
}

std::string range_of(const std::vector<double>& values, int decimals) {
  if (values.empty()) return {};
  const auto [least, greatest] = std::ranges::minmax(values);
  return fmt::format("  {:.{}f}…{:.{}f}", least, decimals, greatest, decimals);
}

void add_board(const LiveBoard& board, std::vector<std::string>& lines) {
  std::string head = board.name;
  if (board.frequency) head += fmt::format("  {:.2f} GHz", *board.frequency / 1e9);
  if (board.power) head += fmt::format("  {:.1f} W", *board.power);
  if (board.incidents > 0) head += fmt::format("  {} incidents", board.incidents);
  lines.push_back(head);
  lines.push_back(row("soc.temperature", figure(board.temperature, "°C"),
                      spark_line(board.temperatures) + range_of(board.temperatures, 1)));
  for (const LiveWork& work : board.work) {
    const char* unit = work.unit == "{token}" ? "tokens/s" : "/s";
    lines.push_back(row("work." + work.name, figure(work.speed, unit),
                        spark_line(work.history) + range_of(work.history, 1)));
  }
  if (!board.limiters.empty()) {
    lines.push_back("  throttled by " + fmt::format("{}", fmt::join(board.limiters, ", ")));
  }
  lines.emplace_back();
}

}  // namespace

std::string spark_line(const std::vector<double>& values) {
  if (values.empty()) return {};
  const auto [least, greatest] = std::ranges::minmax(values);
  std::string out;
  for (const double v : values) {
    // A flat series is drawn at half height: neither "all" nor "nothing".
    const double share = greatest > least ? (v - least) / (greatest - least) : 0.5;
    out += kBlocks[std::min<std::size_t>(7, static_cast<std::size_t>(share * 8))];
  }
  return out;
}

std::string bar(double share, std::size_t width) {
  const double bounded = std::clamp(share, 0.0, 1.0);
  const auto filled = static_cast<std::size_t>(bounded * static_cast<double>(width) + 0.5);
  std::string out;
  for (std::size_t i = 0; i < width; ++i) out += i < filled ? "█" : "░";
  return out;
}

std::vector<std::string> top_screen(const LiveView& view, std::size_t width, std::size_t height) {
  std::vector<std::string> lines;
  const char* label = view.provenance == Provenance::simulated  ? "  SIMULATED"
                      : view.provenance == Provenance::replayed ? "  REPLAYED"
                                                                : "";
  lines.push_back(fmt::format("soakrig top — {} ({}){}", view.name, view.id, label));
  const double share = view.planned > 0 ? to_seconds(view.now) / to_seconds(view.planned) : 0;
  lines.push_back(fmt::format("{}  {} of ~{}   phase {} · {}", bar(share, 20),
                              format_duration(view.now), format_duration(view.planned), view.phase,
                              view.stage));
  if (view.chamber) {
    lines.push_back(fmt::format("chamber {}, set-point {}", figure(view.chamber, "°C"),
                                figure(view.set_point, "°C")));
  }
  lines.emplace_back();
  for (const LiveBoard& board : view.boards) add_board(board, lines);
  if (!view.events.empty()) lines.push_back("last events");
  for (const std::string& event : view.events) lines.push_back("  " + event);
  const std::string foot = "q or Ctrl-C leaves; the run goes on";
  const std::size_t room = height > 1 ? height - 1 : 1;
  if (lines.size() > room) lines.resize(room);
  lines.push_back(foot);
  for (std::string& line : lines) line = fit(line, width);
  return lines;
}

}  // namespace soakrig::app
