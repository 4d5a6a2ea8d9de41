// SPDX-License-Identifier: Apache-2.0
#include "dashboard/app/screen.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "dashboard/app/actions.hpp"
#include "dashboard/app/boxes.hpp"
#include "dashboard/views/incident_scene.hpp"
#include "dashboard/views/run_panel.hpp"

namespace soakrig::dashboard {
namespace {

constexpr Nanos kStaleAfter = 10 * kSecond;
constexpr Nanos kLost = 90 * kSecond;  // of silence, while its controller lives
constexpr double kBeforeIncident = 60, kAfterIncident = 120;  // s

TimeRange around(Nanos incident) {
  return {incident - from_seconds(kBeforeIncident), incident + from_seconds(kAfterIncident)};
}

// Boards whose link is down: the rig looks for them, their agents keep what they measure.
std::string lost_boards(const RunModel& run) {
  std::string out;
  for (const BoardContact& contact : run.contacts) {
    if (!contact.lost()) continue;
    out += (out.empty() ? "recovering: no link to " : ", ") + contact.board + " for " +
           length_text(std::max<Nanos>(0, run.last - contact.link->t));
  }
  return out;
}

void draw_bar(Canvas& canvas, const Theme& theme, const Screen& screen, const Rect& bar) {
  canvas.fill(bar, theme.lane);
  canvas.fill({bar.x, bar.bottom() - 1, bar.w, 1}, theme.border);
  const TextMetrics& m = canvas.metrics();
  const float y = bar.y + (bar.h - m.height(TextStyle::normal)) / 2;
  float x = bar.x + theme.em(0.8f);
  for (std::size_t i = 0; i < kViewNames.size(); ++i) {
    const bool now = i == static_cast<std::size_t>(screen.view);
    const std::string label = tab_label(i);
    const float w = m.width(label, TextStyle::normal) + theme.em(1);
    if (x + w > bar.right() - theme.em(2)) break;
    if (now) {
      canvas.fill({x, bar.y + theme.em(0.25f), w, bar.h - theme.em(0.25f)}, theme.panel);
      canvas.fill({x, bar.y + theme.em(0.25f), w, theme.em(0.2f)}, theme.accent);
    }
    draw_text(canvas, {x + theme.em(0.5f), y}, label, TextStyle::normal,
              now ? theme.text : theme.dim);
    x += w + theme.em(0.2f);
  }
  float right = bar.right() - theme.em(0.8f);
  const auto chip = [&](std::string_view text, Colour colour, Marker marker) {
    const float w = m.width(text, TextStyle::normal) + theme.em(1.9f);
    if (right - w < x) return;
    const Rect place{right - w, bar.y + theme.em(0.3f), w, bar.h - theme.em(0.6f)};
    draw_frame(canvas, place, colour);
    draw_marker(canvas, marker, {place.x + theme.em(0.8f), place.y + place.h / 2}, theme.em(0.7f),
                colour);
    draw_text(canvas, {place.x + theme.em(1.4f), y}, text, TextStyle::normal, colour);
    right = place.x - theme.em(0.6f);
  };
  chip("? help", theme.dim, Marker::circle);
  const RunModel* run = screen.run();
  if (run != nullptr && run->state == RunState::running) {
    if (screen.follow) chip("LIVE", theme.good, Marker::circle);
    if (!screen.follow) {
      chip(fmt::format("PAUSED, {} behind",
                       length_text(std::max<Nanos>(0, run->last - screen.shown().to))),
           theme.warn, Marker::square);
    }
  } else if (run != nullptr) {
    const StateLook look = look_of(theme, run->state);
    chip(look.text, look.colour, look.marker);
  }
  if (screen.runs.size() > 1)
    chip(fmt::format("run {} of {}", screen.current + 1, screen.runs.size()), theme.dim,
         Marker::square);
}

void draw_status(Canvas& canvas, const Theme& theme, const Screen& screen, const Rect& status) {
  const float y = status.y + (status.h - canvas.metrics().height(TextStyle::small)) / 2;
  const std::string hint =
      "Ctrl+P all actions   W/S zoom   A/D move   [ ] incidents   Space follow   Shift+drag "
      "statistics";
  const float x = status.x + theme.em(0.8f);
  const std::string left = screen.said.empty() ? hint : screen.said;
  draw_text(canvas, {x, y}, fit_text(canvas.metrics(), left, TextStyle::small, status.w * 0.6f),
            TextStyle::small, screen.said.empty() ? theme.dim : theme.text);
  const std::string path =
      fit_text(canvas.metrics(), screen.path(), TextStyle::small, status.w * 0.38f);
  draw_text(canvas, {status.right() - theme.em(0.8f), y}, path, TextStyle::small, theme.dim,
            Align::right);
}

// A few lines in the middle: nothing to show, and what to do about it.
void draw_notice(Canvas& canvas, const Theme& theme, const Rect& area, std::string_view title,
                 const std::vector<std::string>& lines) {
  float y = area.y + area.h * 0.35f;
  const float middle = area.x + area.w / 2;
  draw_text(canvas, {middle, y}, fit_text(canvas.metrics(), title, TextStyle::title, area.w * 0.9f),
            TextStyle::title, theme.text, Align::centre);
  y += theme.em(2);
  for (const std::string& line : lines) {
    draw_text(canvas, {middle, y},
              fit_text(canvas.metrics(), line, TextStyle::normal, area.w * 0.9f), TextStyle::normal,
              theme.dim, Align::centre);
    y += theme.em(1.5f);
  }
}

bool draw_states(Canvas& canvas, const Theme& theme, const Screen& screen, const Rect& area) {
  if (screen.view == ViewKind::fleet || screen.view == ViewKind::history) {
    if (screen.answer && screen.answer->listed.empty() && screen.runs.empty()) {
      draw_notice(canvas, theme, area, "No runs here yet",
                  {"in " + screen.archive,
                   "start one:   soakrig init -o first.toml && soakrig run first.toml",
                   "or open a file:   soakrig-dashboard FILE.soak"});
      return true;
    }
    return false;
  }
  if (screen.runs.empty()) {
    draw_notice(canvas, theme, area, "No run is open",
                {"press 5 for the history and choose one with Enter",
                 "start one:   soakrig init -o first.toml && soakrig run first.toml"});
    return true;
  }
  if (screen.run() != nullptr) return false;
  if (screen.answer && !screen.answer->runs.empty() &&
      screen.answer->runs[0].path == screen.path() && screen.answer->runs[0].error) {
    const Error& error = *screen.answer->runs[0].error;
    draw_notice(canvas, theme, area,
                error.code == Errc::unsupported ? "This file is not for this program"
                                                : "This run cannot be read",
                {error.file, error.what, error.remedy, "nothing was changed in it"});
    return true;
  }
  draw_notice(canvas, theme, area, "Connecting…", {screen.path()});
  return true;
}

}  // namespace

const std::string& Screen::path() const {
  static const std::string kNone;
  return current < runs.size() ? runs[current] : kNone;
}

const RunModel* Screen::run() const {
  if (!answer) return nullptr;
  const auto found = std::ranges::find(answer->runs, path(), &OpenRun::path);
  return found == answer->runs.end() ? nullptr : found->model.get();
}

std::string Screen::board_name() const {
  const RunModel* r = run();
  return r != nullptr && board < r->boards.size() ? r->boards[board] : std::string();
}

const std::vector<PlotData>* Screen::plots() const {
  if (!answer || answer->plots.empty() || answer->runs.empty() || answer->runs[0].path != path())
    return nullptr;
  return &answer->plots[0];
}

TimeRange Screen::shown() const {
  if (view == ViewKind::incident && incident) return around(*incident);
  if (range && !follow) return *range;
  const RunModel* r = run();
  const TimeRange whole = r != nullptr ? r->whole() : TimeRange{0, kSecond};
  if (follow) return sane({whole.to - *follow, whole.to});
  return padded(whole, 0.005);
}

bool Screen::live() const {
  const RunModel* r = run();
  return r != nullptr && r->state == RunState::running;
}

Query query_of(const Screen& screen, std::size_t columns) {
  Query out;
  out.view = screen.view;
  out.columns = std::clamp<std::size_t>(columns, 50, 8192);
  if (screen.view == ViewKind::fleet || screen.view == ViewKind::history)
    out.archive = screen.archive;
  if (screen.view == ViewKind::fleet) {
    out.runs = screen.runs;
    out.columns = 240;
    return out;
  }
  if (!screen.path().empty()) out.runs.push_back(screen.path());
  if (screen.view == ViewKind::compare) {
    for (const std::string& path : screen.compared) {
      if (std::ranges::find(out.runs, path) == out.runs.end() && out.runs.size() < kMostCompared)
        out.runs.push_back(path);
    }
  }
  out.board = screen.board_name();
  if (screen.view == ViewKind::incident && screen.incident) {
    out.range = around(*screen.incident);
    out.incident = screen.incident;
  } else {
    out.range = screen.range;
    out.follow = screen.follow;
  }
  out.pinned = screen.pinned;
  out.only_pinned = screen.only_pinned;
  out.selection = screen.marks.selection;
  out.align = screen.align;
  return out;
}

std::string banner_of(const RunModel& run, const std::optional<Error>& error, Nanos now_utc) {
  if (error) return "cannot be read any more, the last good data is shown: " + error->message();
  if (run.state == RunState::interrupted) {
    return "controller lost: its process is gone and the run never ended; soakrig resume goes on "
           "with it";
  }
  const Nanos silent = now_utc > 0 ? now_utc - run.clock.utc(run.last) : 0;
  if (run.state == RunState::running && silent > kLost) {
    return "recovering or stuck: nothing new for " + length_text(silent) + ", its controller lives";
  }
  if (run.state == RunState::running && silent > kStaleAfter)
    return "stale: nothing new for " + length_text(silent);
  if (run.state == RunState::running) {
    if (std::string lost = lost_boards(run); !lost.empty()) return lost;
  }
  if (!run.problems.empty())
    return "damaged: part of this file cannot be read, the rest is shown (read-only)";
  if (run.resumed) {
    return "the controller crashed and the run was resumed after " +
           length_text(run.resumed->length()) + " without it, at " +
           time_text(run.resumed->to, kSecond, TimeFormat::elapsed, run.clock);
  }
  return {};
}

std::string tab_label(std::size_t view) { return fmt::format("{} {}", view + 1, kViewNames[view]); }

History history_of(const Screen& screen) {
  History out;
  out.rows = history_rows(screen.answer->listed, screen.filter);
  out.chosen = screen.row;
  out.compared = screen.compared;
  out.archive = screen.archive;
  out.filter = screen.filter;
  return out;
}

Timeline timeline_of(const Screen& screen) {
  Timeline out;
  out.run = screen.run();
  out.board = screen.board_name();
  out.range = screen.shown();
  out.format = screen.settings.format;
  out.plots = screen.plots();
  out.minimap = out.plots != nullptr ? &screen.answer->minimap : nullptr;
  out.first_plot = screen.first_plot;
  out.marks = screen.marks;
  out.line = screen.line;
  if (out.run == nullptr) return out;
  if (out.plots != nullptr && screen.answer->query.incident == screen.incident)
    out.console = &screen.answer->console;
  const auto found = std::ranges::find(screen.answer->runs, screen.path(), &OpenRun::path);
  out.banner = banner_of(*out.run, found->error, screen.now_utc);
  out.readout = readout_of(screen);
  return out;
}

TimelineLayout timeline_layout(const Screen& screen, const Theme& theme, const Rect& view) {
  const bool incident = screen.view == ViewKind::incident && screen.incident;
  return lay_out(timeline_of(screen), theme,
                 incident ? lay_out_incident(theme, view).timeline : view);
}

ScreenLayout lay_out_screen(const Theme& theme, const Rect& area) {
  const float bar = theme.em(2.1f), status = theme.em(1.5f);
  return {{area.x, area.y, area.w, bar},
          {area.x, area.y + bar, area.w, std::max(1.0f, area.h - bar - status)},
          {area.x, area.bottom() - status, area.w, status}};
}

void draw_screen(Canvas& canvas, const Theme& theme, const Screen& screen, const Rect& area) {
  const ScreenLayout layout = lay_out_screen(theme, area);
  canvas.fill(area, theme.background);
  if (!draw_states(canvas, theme, screen, layout.view))
    draw_view(canvas, theme, screen, layout.view);
  draw_bar(canvas, theme, screen, layout.bar);
  draw_status(canvas, theme, screen, layout.status);
  draw_box(canvas, theme, screen, layout.view);
}

std::string characters_of(const Screen& screen) {
  std::string out = screen.typed + screen.filter;
  if (!screen.answer) return out;
  for (const OpenRun& open : screen.answer->runs) {
    if (open.model) out += words_of(*open.model);
  }
  for (const ConsoleText::Line& line : screen.answer->console.lines) {
    if (std::ranges::any_of(line.text,
                            [](char c) { return static_cast<unsigned char>(c) >= 0x80; }))
      out += line.text;
  }
  for (const HistoryRow& row : screen.answer->listed) out += row.name + row.file + row.boards;
  return out;
}

}  // namespace soakrig::dashboard
