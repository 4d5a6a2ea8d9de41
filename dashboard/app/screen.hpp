// SPDX-License-Identifier: Apache-2.0
//
// Everything the window shows, as a plain value: which view of which runs, which range, which
// marks, what is typed. Keys and pointer change it (actions.hpp, pointer.hpp); draw_screen draws
// it; query_of says what it needs to know. Tested without a window.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "dashboard/app/query.hpp"
#include "dashboard/canvas/theme.hpp"
#include "dashboard/run/align.hpp"
#include "dashboard/views/history_scene.hpp"
#include "dashboard/views/timeline_scene.hpp"

namespace soakrig::dashboard {

struct Settings {
  std::size_t theme = 0;  // in kThemeNames
  float scale = 1;        // 0.75 to 2.5
  TimeFormat format = TimeFormat::elapsed;
};

// A box that takes what is typed.
enum class Box : std::uint8_t { none, palette, find, note, filter, help };

// What must be done outside of the screen; the window does it and clears it.
struct Wishes {
  std::optional<std::string> copy;  // to the clipboard
  bool save_picture = false;
  std::optional<store::Note> note;  // to be kept beside the current run
  bool leave = false;
};

struct Screen {
  Settings settings;
  ViewKind view = ViewKind::timeline;
  std::string archive;             // folder that is listed; empty = none
  std::vector<std::string> runs;   // open ones
  std::size_t current = 0;         // of runs
  std::size_t board = 0;           // of the current run's boards
  std::optional<TimeRange> range;  // absent = the whole run
  std::optional<Nanos> follow;     // the newest so much, while live
  std::optional<Nanos> incident;   // what the incident view is about
  int line = 0;                    // chosen line of its log, counted from the incident's own
  std::optional<Point> pointer;    // over a view with a time axis: what lies there is told
  Marks marks;
  std::vector<std::string> pinned;
  bool only_pinned = false;
  std::size_t first_plot = 0, row = 0;  // scrolled to; chosen row of a list
  std::vector<std::string> compared;    // chosen in the history, at most kMostCompared
  std::string filter;                   // of the history
  AlignBy align = AlignBy::start;       // of the comparison
  Box box = Box::none;
  std::string typed;       // in the box
  std::size_t choice = 0;  // in the box' list
  std::string said;        // the last thing worth telling: "copied 240 rows"
  Wishes wishes;
  std::shared_ptr<const Answer> answer;  // null until the first one came
  Nanos now_utc = 0;                     // set by whoever has a clock, for ages

  [[nodiscard]] const std::string& path() const;  // of the current run; "" without one
  [[nodiscard]] const RunModel* run() const;      // of the answer; null = not known (yet)
  [[nodiscard]] std::string board_name() const;
  [[nodiscard]] const std::vector<PlotData>* plots() const;
  [[nodiscard]] TimeRange shown() const;  // what the time axis spans now
  [[nodiscard]] bool live() const;        // the current run goes on
};

[[nodiscard]] Query query_of(const Screen& screen, std::size_t columns);

// What a user must know of the current run's state; empty = all is well. Live, stale, recovering,
// controller lost, resumed with a gap, damaged: each in words, with lengths.
[[nodiscard]] std::string banner_of(const RunModel& run, const std::optional<Error>& error,
                                    Nanos now_utc);

// Where the timeline is in the area of a view that has one.
[[nodiscard]] TimelineLayout timeline_layout(const Screen& screen, const Theme& theme,
                                             const Rect& view);

[[nodiscard]] History history_of(const Screen& screen);
[[nodiscard]] Timeline timeline_of(const Screen& screen);

[[nodiscard]] std::string tab_label(std::size_t view);  // "2 timeline"

// The parts of the window. The views' own layouts lie inside `view`.
struct ScreenLayout {
  Rect bar, view, status;
};
[[nodiscard]] ScreenLayout lay_out_screen(const Theme& theme, const Rect& area);
void draw_screen(Canvas& canvas, const Theme& theme, const Screen& screen, const Rect& area);

// Every character that it shows beyond the usual ones, for the fonts.
[[nodiscard]] std::string characters_of(const Screen& screen);

}  // namespace soakrig::dashboard
