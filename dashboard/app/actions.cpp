// SPDX-License-Identifier: Apache-2.0
#include "dashboard/app/actions.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "dashboard/plot/curve.hpp"
#include "dashboard/plot/value_axis.hpp"
#include "dashboard/views/fleet_scene.hpp"
#include "dashboard/views/history_scene.hpp"
#include "dashboard/views/incident_scene.hpp"

namespace soakrig::dashboard {
namespace {

void show(Screen& s, ViewKind view) {
  s.view = view;
  s.row = 0;
  s.first_plot = 0;
}

// A change of the range by hand: only the view stops following, the run goes on.
void set_range(Screen& s, TimeRange range) {
  s.range = sane(range);
  s.follow.reset();
}

Nanos centre(const Screen& s) {
  const TimeRange shown = s.shown();
  return s.marks.hover.value_or(shown.from + shown.length() / 2);
}

void step_incident(Screen& s, bool forward) {
  const RunModel* run = s.run();
  if (run == nullptr) return;
  const TimeRange shown = s.shown();
  const Nanos from = s.incident.value_or(forward ? shown.from - 1 : shown.to + 1);
  const auto found = next_stop(*run, from, forward);
  if (!found) {
    s.said = forward ? "no later incident" : "no earlier incident";
    return;
  }
  s.incident = *found;
  s.line = 0;
  s.marks.a = *found;
  if (s.view != ViewKind::incident) {
    const Nanos length = std::min(shown.length(), 10 * kMinute);
    set_range(s, {*found - length / 3, *found + length - length / 3});
  }
  s.said = "incident at " + time_text(*found, kSecond, s.settings.format, run->clock);
}

void step_run(Screen& s, bool forward) {
  if (s.runs.empty()) return;
  s.current = (s.current + (forward ? 1 : s.runs.size() - 1)) % s.runs.size();
  s.board = 0;
  s.range.reset();
  s.marks = {};
  s.incident.reset();
}

void follow(Screen& s) {
  if (s.follow) {
    s.range = s.shown();
    s.follow.reset();
    s.said = "paused: the view stands, the run goes on";
    return;
  }
  if (!s.live()) {
    s.said = "this run has ended: there is nothing to follow";
    return;
  }
  const RunModel* run = s.run();
  s.follow = s.range ? s.range->length() : std::max(run->whole().length(), 10 * kSecond);
  s.said = "following the newest " + length_text(*s.follow);
}

void scale(Screen& s, float by) {
  s.settings.scale = std::clamp(std::round((s.settings.scale + by) * 8) / 8, 0.75f, 2.5f);
  s.said = fmt::format("size {:.0f} %", s.settings.scale * 100);
}

void open_box(Screen& s, Box box) {
  s.box = box;
  s.typed.clear();
  s.choice = 0;
}

void add_note(Screen& s) {
  if (s.run() != nullptr) open_box(s, Box::note);
}

void pin(Screen& s) {
  if (s.pinned.empty()) {
    open_box(s, Box::find);
    return;
  }
  s.pinned.clear();
  s.said = "no channels pinned";
}

void scroll_plots(Screen& s, int by) {
  const std::size_t plots = s.plots() != nullptr ? s.plots()->size() : 0;
  if (by > 0 && s.first_plot + 1 < plots) ++s.first_plot;
  if (by < 0 && s.first_plot > 0) --s.first_plot;
}

void choose_line(Screen& s, int by) {
  if (s.run() == nullptr) return;
  const auto lines = incident_lines(timeline_of(s), *s.incident);
  const int own = static_cast<int>(own_line(lines, *s.incident));
  const int last = std::max(0, static_cast<int>(lines.size()) - 1);
  s.line = std::clamp(own + s.line + by, 0, last) - own;
}

void choose_row(Screen& s, int by) {
  if (s.view == ViewKind::history || s.view == ViewKind::fleet) {
    s.row = by < 0 ? s.row - std::min<std::size_t>(s.row, static_cast<std::size_t>(-by))
                   : s.row + static_cast<std::size_t>(by);
    if (s.answer) {
      const std::size_t rows = s.view == ViewKind::history
                                   ? history_rows(s.answer->listed, s.filter).size()
                                   : tiles_of(*s.answer).size();
      s.row = std::min(s.row, std::max<std::size_t>(rows, 1) - 1);
    }
  } else if (s.view == ViewKind::incident && s.incident) {
    choose_line(s, by);
  } else {
    scroll_plots(s, by);
  }
}

void enter(Screen& s) {
  if (s.view == ViewKind::history && s.answer) {
    const auto rows = history_rows(s.answer->listed, s.filter);
    if (rows.empty()) return;
    open_run(s, rows[std::min(s.row, rows.size() - 1)].path);
  } else if (s.view == ViewKind::fleet && s.answer) {
    const auto tiles = tiles_of(*s.answer);
    if (tiles.empty()) return;
    const Tile& tile = tiles[std::min(s.row, tiles.size() - 1)];
    open_run(s, s.answer->runs[tile.run].path);
    s.board = tile.board;
  }
}

void choose_for_comparison(Screen& s) {
  std::string path = s.path();
  if (s.view == ViewKind::history && s.answer) {
    const auto rows = history_rows(s.answer->listed, s.filter);
    if (rows.empty()) return;
    path = rows[std::min(s.row, rows.size() - 1)].path;
  }
  if (path.empty()) return;
  const auto at = std::ranges::find(s.compared, path);
  if (at != s.compared.end()) {
    s.compared.erase(at);
  } else if (s.compared.size() < kMostCompared) {
    s.compared.push_back(path);
  }
  s.said = fmt::format("{} runs chosen for comparison (view 4)", s.compared.size());
}

constexpr auto kZoom = [](Screen& s, double factor) {
  set_range(s, zoomed(s.shown(), centre(s), factor));
};
constexpr auto kMove = [](Screen& s, double by) { set_range(s, moved(s.shown(), by)); };

// clang-format off
const std::array kActions{
    Action{"1", "fleet wall: all open runs", [](Screen& s) { show(s, ViewKind::fleet); }},
    Action{"2", "timeline of the run", [](Screen& s) { show(s, ViewKind::timeline); }},
    Action{"3", "incident: a minute before to two after", [](Screen& s) {
      show(s, ViewKind::incident);
      if (!s.incident) step_incident(s, true);
    }},
    Action{"4", "compare the chosen runs", [](Screen& s) { show(s, ViewKind::compare); }},
    Action{"5", "history: all runs of the folder", [](Screen& s) { show(s, ViewKind::history); }},
    Action{"6", "rig: instruments, links, safety", [](Screen& s) { show(s, ViewKind::rig); }},
    Action{"W", "zoom in", [](Screen& s) { kZoom(s, 1 / 1.5); }},
    Action{"S", "zoom out", [](Screen& s) { kZoom(s, 1.5); }},
    Action{"Shift+W", "zoom in fast", [](Screen& s) { kZoom(s, 0.25); }},
    Action{"Shift+S", "zoom out fast", [](Screen& s) { kZoom(s, 4); }},
    Action{"A", "move left", [](Screen& s) { kMove(s, -0.25); }},
    Action{"D", "move right", [](Screen& s) { kMove(s, 0.25); }},
    Action{"Home", "go to the start of the run", [](Screen& s) { set_range(s, {0, s.shown().length()}); }},
    Action{"End", "go to the newest", [](Screen& s) {
      if (const RunModel* run = s.run()) set_range(s, {run->last - s.shown().length(), run->last});
    }},
    Action{"F", "fit the whole run", [](Screen& s) { s.range.reset(); s.follow.reset(); }},
    Action{"Space", "follow the newest, or pause the view", follow},
    Action{"]", "next incident or throttling", [](Screen& s) { step_incident(s, true); }},
    Action{"[", "previous incident or throttling", [](Screen& s) { step_incident(s, false); }},
    Action{"Shift+A", "set cursor A", [](Screen& s) { s.marks.a = centre(s); }},
    Action{"Shift+B", "set cursor B", [](Screen& s) { s.marks.b = centre(s); }},
    Action{"R", "select what is shown: statistics", [](Screen& s) { s.marks.selection = s.shown(); }},
    Action{"Z", "zoom to the selected range", [](Screen& s) { if (s.marks.selection) set_range(s, *s.marks.selection); }},
    Action{"Escape", "take back selection and cursors", [](Screen& s) { s.marks = {}; s.said.clear(); }},
    Action{"M", "write a note at the cursor or range", add_note},
    Action{"Ctrl+F", "find a channel and pin it on top", [](Screen& s) { open_box(s, Box::find); }},
    Action{"P", "pin a channel, or take all pinned ones back", pin},
    Action{"Up", "scroll up, or the row or line above", [](Screen& s) { choose_row(s, -1); }},
    Action{"Down", "scroll down, or the row or line below", [](Screen& s) { choose_row(s, 1); }},
    Action{"PageUp", "ten rows or lines up", [](Screen& s) { choose_row(s, -10); }},
    Action{"PageDown", "ten rows or lines down", [](Screen& s) { choose_row(s, 10); }},
    Action{"Shift+Up", "scroll the plots up", [](Screen& s) { scroll_plots(s, -1); }},
    Action{"Shift+Down", "scroll the plots down", [](Screen& s) { scroll_plots(s, 1); }},
    Action{"Enter", "open the chosen run", enter},
    Action{"C", "choose the run for comparison, or not", choose_for_comparison},
    Action{"Tab", "next open run", [](Screen& s) { step_run(s, true); }},
    Action{"Shift+Tab", "previous open run", [](Screen& s) { step_run(s, false); }},
    Action{"G", "lay compared runs over one another by start, dwell or event", [](Screen& s) {
      s.align = static_cast<AlignBy>((static_cast<int>(s.align) + 1) % 3);
      s.said = "laid over one another by " + std::string(to_string(s.align));
    }},
    Action{"/", "filter the history", [](Screen& s) { if (s.view == ViewKind::history) open_box(s, Box::filter); }},
    Action{"B", "next board of the run", [](Screen& s) {
      if (const RunModel* run = s.run(); run != nullptr && !run->boards.empty()) s.board = (s.board + 1) % run->boards.size();
    }},
    Action{"T", "time as elapsed, UTC or local", [](Screen& s) {
      s.settings.format = static_cast<TimeFormat>((static_cast<int>(s.settings.format) + 1) % 3);
      s.said = "time: " + std::string(to_string(s.settings.format));
    }},
    Action{"L", "theme: light, dark or high contrast", [](Screen& s) { s.settings.theme = (s.settings.theme + 1) % kThemeNames.size(); }},
    Action{"Ctrl++", "larger", [](Screen& s) { scale(s, 0.125f); }},
    Action{"Ctrl+-", "smaller", [](Screen& s) { scale(s, -0.125f); }},
    Action{"Ctrl+C", "copy the range as CSV", [](Screen& s) {
      s.wishes.copy = csv_of(s);
      s.said = fmt::format("copied {} lines of CSV", std::ranges::count(*s.wishes.copy, '\n'));
    }},
    Action{"F12", "save the picture beside the run", [](Screen& s) { s.wishes.save_picture = true; }},
    Action{"Ctrl+P", "find an action", [](Screen& s) { open_box(s, Box::palette); }},
    Action{"?", "help: all keys", [](Screen& s) { open_box(s, Box::help); }},
    Action{"Ctrl+Q", "leave", [](Screen& s) { s.wishes.leave = true; }},
};
// clang-format on

}  // namespace

std::span<const Action> actions() { return kActions; }

bool press(Screen& screen, std::string_view key) {
  const auto found = std::ranges::find(kActions, key, &Action::key);
  if (key.empty() || found == kActions.end()) return false;
  found->act(screen);
  return true;
}

void open_run(Screen& screen, const std::string& path) {
  auto at = std::ranges::find(screen.runs, path);
  if (at == screen.runs.end()) at = screen.runs.insert(screen.runs.end(), path);
  screen.current = static_cast<std::size_t>(at - screen.runs.begin());
  screen.board = 0;
  screen.range.reset();
  screen.follow.reset();
  screen.incident.reset();
  screen.marks = {};
  show(screen, ViewKind::timeline);
}

std::vector<std::pair<std::string, std::string>> readout_of(const Screen& screen) {
  std::vector<std::pair<std::string, std::string>> out;
  const Marks& marks = screen.marks;
  const RunModel* run = screen.run();
  if (run == nullptr) return out;
  if (marks.selection) {
    out.emplace_back("length", length_text(marks.selection->length()));
    for (const RangeStatistics& s : screen.answer->statistics) {
      for (auto& line : lines_of(s)) out.push_back(std::move(line));
    }
    return out;
  }
  if (!marks.a && !marks.b) return out;
  const auto when = [&](Nanos t) {
    return time_text(t, kMillisecond * 10, screen.settings.format, run->clock);
  };
  for (const auto& [name, t] : {std::pair{"A", marks.a}, {"B", marks.b}}) {
    if (!t) continue;
    out.emplace_back(name, when(*t));
    for (const std::string& word : words_at(*run, screen.board_name(), *t, screen.shown()))
      out.emplace_back("", word);
  }
  if (marks.a && marks.b) out.emplace_back("B − A", length_text(*marks.b - *marks.a));
  const auto* plots = screen.plots();
  if (plots == nullptr) return out;
  for (const PlotData& plot : *plots) {
    for (std::size_t i = 0; i < plot.views.size(); ++i) {
      const auto value = [&](const std::optional<Nanos>& t) {
        return t ? value_at(plot.views[i], *t) : std::nullopt;
      };
      const auto a = value(marks.a), b = value(marks.b);
      const std::string& unit = plot.spec.unit;
      out.emplace_back(plot.spec.curves[i].label, "");
      if (a) out.emplace_back("at A", value_with_unit(a->mean, unit));
      if (b) out.emplace_back("at B", value_with_unit(b->mean, unit));
      if (a && b) {
        out.emplace_back("difference", value_with_unit(b->mean - a->mean, unit));
        const double hours = to_seconds(*marks.b - *marks.a) / 3600;
        if (hours != 0)
          out.emplace_back("slope", value_with_unit((b->mean - a->mean) / hours, unit) + "/h");
      }
    }
  }
  return out;
}

namespace {
// A name from a profile may hold anything: quoted where CSV needs it (RFC 4180).
std::string csv_field(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string out = "\"";
  for (const char c : text) out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + "\"";
}
}  // namespace

std::string csv_of(const Screen& screen) {
  constexpr std::size_t kMostLines = 200'000;
  std::string out = "board,channel,unit,from_s,to_s,n,min,mean,max,flags\n";
  const auto* plots = screen.plots();
  if (plots == nullptr) return out;
  const TimeRange range = screen.marks.selection.value_or(screen.shown());
  std::size_t lines = 0;
  for (const PlotData& plot : *plots) {
    for (std::size_t i = 0; i < plot.views.size(); ++i) {
      const CurveSource& curve = plot.spec.curves[i];
      for (const store::ViewBin& bin : plot.views[i].bins) {
        if (bin.t1 <= range.from || bin.t0 >= range.to || (bin.rows == 0 && bin.flags == 0))
          continue;
        if (++lines > kMostLines) return out;
        out += fmt::format("{},{},{},{:.6f},{:.6f},{}", csv_field(curve.board),
                           csv_field(curve.is_derived() ? curve.label : curve.channel),
                           csv_field(curve.unit), to_seconds(bin.t0), to_seconds(bin.t1), bin.good);
        // No reading is an empty field, never a zero.
        out += bin.good > 0 ? fmt::format(",{:.9g},{:.9g},{:.9g}", bin.min,
                                          bin.sum / static_cast<double>(bin.good), bin.max)
                            : ",,,";
        out += fmt::format(",{}{}{}{}\n", (bin.flags & store::kBinGap) != 0 ? "gap " : "",
                           (bin.flags & store::kBinNoData) != 0 ? "no_data " : "",
                           (bin.flags & store::kBinStale) != 0 ? "stale " : "",
                           (bin.flags & store::kBinError) != 0 ? "error" : "");
      }
    }
  }
  return out;
}

}  // namespace soakrig::dashboard
