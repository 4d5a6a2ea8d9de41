// SPDX-License-Identifier: Apache-2.0
//
// What a run looks like to the analysis: its facts, its plan, when its phases really were, its
// boards with their channels, and its events. Pure input: whoever has the data (the store's reader,
// a test's plant simulator) fills it in; nothing here knows of SQLite, files or JSON.
//
// Memory: channels are named here but loaded on demand, one time range at a time, so that judging a
// month of 100 channels holds a few of them at once. Times are run time (ns since the run's start).
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rig/base/channel.hpp"
#include "rig/base/event.hpp"
#include "rig/base/run_spec.hpp"
#include "rig/base/run_state.hpp"
#include "rig/base/time.hpp"

namespace soakrig::analysis {

// Half-open: from <= t < to.
struct Interval {
  Nanos from = 0;
  Nanos to = 0;
  [[nodiscard]] Nanos length() const { return to > from ? to - from : 0; }
  [[nodiscard]] bool contains(Nanos t) const { return t >= from && t < to; }
  friend bool operator==(const Interval&, const Interval&) = default;
};

// The samples of one channel in a range, in order of time. A value counts only where its state is
// good; elsewhere it is 0 and means nothing.
struct Series {
  std::vector<Nanos> t;
  std::vector<double> v;
  std::vector<State> states;  // empty = all good
  [[nodiscard]] std::size_t size() const { return t.size(); }
  [[nodiscard]] bool empty() const { return t.empty(); }
  [[nodiscard]] bool good(std::size_t i) const {
    return states.empty() || states[i] == State::good;
  }
};

// Loads the samples with from <= t < to. May be called often and from one thread; throws nothing:
// what cannot be read is simply not there, and coverage says so.
using Loader = std::function<Series(Nanos from, Nanos to)>;

struct ChannelView {
  ChannelInfo info;
  Nanos period = 0;  // of its source; 0 = irregular (a row when something happens)
  Loader load;
};

struct BoardView {
  std::string name;
  std::map<std::string, std::string> facts;
  // One entry a name: where a channel was announced again (a new agent, a new boot), its loader
  // joins the parts. Instruments that measure this board (its power meter) are listed here too.
  std::vector<ChannelView> channels;

  [[nodiscard]] const ChannelView* find(std::string_view channel) const;
};

// A phase as it really went. Absent = not reached.
struct PhaseView {
  std::size_t spec = 0;              // index in RunSpec::phases
  std::optional<Nanos> begin;        // the ramp starts
  std::optional<Nanos> dwell_begin;  // in tolerance (or at once, without a chamber), work running
  std::optional<Nanos> dwell_end;    // for a phase under way: absent
  std::optional<Nanos> end;
  std::optional<Nanos>
      counted;  // dwell that counts towards `soak`; absent = dwell_end - dwell_begin
};

// The run's place among the runs of the archive for the same board serial. Absent = not recorded.
struct Sequence {
  std::optional<std::int64_t> nth, of, aborted;
};

struct RunFacts {
  std::string id, name, file;
  RunState state = RunState::running;
  Provenance provenance = Provenance::measured;
  std::optional<Nanos> started_utc, ended_utc;  // UTC ns
  std::optional<Nanos> planned;                 // whole run, ramps included
  Sequence sequence;
};

// What was stored about a channel but cannot be meant, as its reader saw it.
struct InputFault {
  std::string board;  // empty = the rig's
  std::string channel;
  std::string what;
};

struct RunView {
  RunFacts facts;
  RunSpec spec;
  std::vector<PhaseView> phases;  // one per phase that the journal knows, in order
  std::vector<BoardView> boards;
  std::vector<ChannelView> rig;  // chamber.*, ambient.*, meters that belong to no board
  std::vector<Event> events;     // in order of time
  std::vector<InputFault> input_faults;
  Nanos now = 0;       // run time of the last thing stored: where an open phase ends
  bool ended = false;  // it ended in order, or its controller asks at its very end

  // The board's channel, else the rig's of that name.
  [[nodiscard]] const ChannelView* find(const BoardView& board, std::string_view channel) const;
};

}  // namespace soakrig::analysis
