// SPDX-License-Identifier: Apache-2.0
//
// What the screen wants to know, and the answer: plain values between the UI thread and the worker
// that reads files. The newest query wins; an older one is abandoned.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "dashboard/run/align.hpp"
#include "dashboard/run/console_text.hpp"
#include "dashboard/run/history.hpp"
#include "dashboard/run/run_session.hpp"
#include "dashboard/run/statistics.hpp"

namespace soakrig::dashboard {

enum class ViewKind : std::uint8_t { fleet, timeline, incident, compare, history, rig };
inline constexpr std::array kViewNames{"fleet",   "timeline", "incident",
                                       "compare", "history",  "rig"};
inline constexpr std::size_t kMostCompared = 8;

struct Query {
  ViewKind view = ViewKind::timeline;
  std::string archive;             // folder to list; empty = none
  std::vector<std::string> runs;   // files: of timeline, incident and rig the first one
  std::string board;               // of the first run; empty = its first
  std::optional<TimeRange> range;  // absent = the whole run
  std::optional<Nanos> follow;     // the newest so much instead
  std::size_t columns = 1000;
  std::vector<std::string> pinned;  // plots above the usual ones, by name
  bool only_pinned = false;         // and nothing below them
  std::optional<TimeRange> selection;
  AlignBy align = AlignBy::start;  // of a comparison
  std::optional<Nanos> incident;   // what was said around it is wanted
  friend bool operator==(const Query&, const Query&) = default;
};

// One run as it stands, or why it cannot be shown.
struct OpenRun {
  std::string path;
  std::shared_ptr<const RunModel> model;  // null = see error
  std::optional<Error> error;
};

struct Answer {
  Query query;
  std::uint64_t number = 0;  // counts answers
  std::vector<HistoryRow> listed;
  std::vector<OpenRun> runs;                 // in the query's order
  TimeRange range;                           // that the plots are of
  std::vector<std::vector<PlotData>> plots;  // of each run
  std::vector<PlotData> minimap;             // of the first run
  std::vector<RangeStatistics> statistics;   // of the selection, a curve each
  ConsoleText console;                       // of the range, where an incident is asked for
};

// Nothing that is drawn differs: the screen need not be drawn anew.
[[nodiscard]] bool same_picture(const Answer& a, const Answer& b);

}  // namespace soakrig::dashboard
