// SPDX-License-Identifier: Apache-2.0
//
// What the dashboard knows of one run without its samples: facts, plan, phases, channels, events as
// marks, judgement, notes. A plain value, made off the UI thread and handed over whole.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dashboard/canvas/shapes.hpp"
#include "dashboard/plot/time_axis.hpp"
#include "results/analysis/judgement.hpp"
#include "results/report/run_clock.hpp"
#include "results/store/notes.hpp"
#include "results/store/reader.hpp"
#include "rig/base/run_spec.hpp"

namespace soakrig::dashboard {

struct EventMark {
  Nanos t = 0;
  Marker marker = Marker::circle;
  Severity severity = Severity::info;
  std::string board, kind, text;
  bool incident = false;    // what "next incident" stops at
  std::optional<bool> up{};  // of a link, a console, a supply: whether it is there from now on
};

// How one board can be reached and heard, as the newest events have it.
struct BoardContact {
  std::string board;
  bool remote = false;  // over ssh
  bool has_console = false;
  std::optional<EventMark> link, console, power;  // newest word of each
  [[nodiscard]] bool lost() const { return link && link->up == false; }
};

struct RunModel {
  std::string path, id, name;
  RunState state = RunState::running;
  Provenance provenance = Provenance::measured;
  RunSpec spec;
  report::RunClock clock;
  Nanos last = 0;  // newest stored time of anything
  std::vector<store::PhaseTimes> phases;
  std::vector<std::string> boards;
  std::vector<store::ChannelRow> channels;
  std::vector<BoardContact> contacts;  // of boards, in their order
  std::vector<EventMark> marks;        // in order of time
  std::size_t marks_left_out = 0;  // older ones beyond the bound
  store::Notes notes;
  std::optional<TimeRange> resumed;  // between the last word of a lost controller and its successor
  std::optional<analysis::Judgement> judgement;
  std::string not_judged;  // why there is none, where that was tried
  std::vector<std::string> problems;  // parts that could not be read; the rest is good

  // From the start to the newest sample, never empty.
  [[nodiscard]] TimeRange whole() const;
  [[nodiscard]] const analysis::BoardJudgement* judged(std::string_view board) const;
};

inline constexpr std::size_t kMostMarks = 20'000;

// What was read of a live run's events, so that the next look takes in the newer ones alone.
struct KnownMarks {
  std::uint64_t after = 0;       // the newest event's id
  std::vector<EventMark> marks;  // in order of time
  std::size_t left_out = 0;
};

// Everything but the judgement of a run that has none stored: that takes a pass over its samples
// (app/background_judge.hpp). An error only where the file cannot be read at all.
// `known` is lengthened by what is new.
[[nodiscard]] Result<RunModel> load_run(const store::Reader& reader, KnownMarks& known);

// A stored event as a mark; nothing for bookkeeping.
[[nodiscard]] std::optional<EventMark> mark_of(const Event& event);

// In the order of the run's boards.
[[nodiscard]] std::vector<BoardContact> contacts_of(const RunModel& run);

// Names and notes of it, for the fonts: what may need more than the usual characters.
[[nodiscard]] std::string words_of(const RunModel& run);

// The incident mark or episode start nearest after (before) `t`; nothing when there is none.
[[nodiscard]] std::optional<Nanos> next_stop(const RunModel& run, Nanos t, bool forward);

}  // namespace soakrig::dashboard
