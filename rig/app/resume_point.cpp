// SPDX-License-Identifier: Apache-2.0
#include "rig/app/resume_point.hpp"

#include <poll.h>
#include <signal.h>

#include <cerrno>
#include <map>
#include <utility>

#include "rig/base/rig_events.hpp"

namespace soakrig::app {
namespace {

constexpr Nanos kSafeWithin = 30 * kSecond;
constexpr Nanos kGoWithin = 10 * kSecond;
constexpr int kLookMs = 50;

}  // namespace

namespace {

// What the run has of its boards, for agents that are still there.
Result<std::map<std::string, control::BoardMemory>> memories(const store::Reader& reader) {
  const auto boards = reader.boards();
  if (!boards) return boards.error();
  const auto cursors = reader.cursors();
  if (!cursors) return cursors.error();
  const auto anchors = reader.anchors();
  if (!anchors) return anchors.error();
  std::map<std::string, control::BoardMemory> out;
  for (const store::BoardRow& board : *boards) {
    control::BoardMemory& memory = out[board.name];
    for (const store::Cursor& cursor : *cursors) {
      if (cursor.board == board.id) memory.have[cursor.stream] = cursor.seq;
    }
    for (const store::Anchor& anchor : *anchors) {
      if (anchor.board == board.id) memory.clocks[anchor.boot_id] = anchor.clock;
    }
  }
  return out;
}

}  // namespace

Result<control::ResumePoint> resume_point(const store::Reader& reader) {
  const auto state = reader.state();
  if (!state) return state.error();
  const store::RunHeader& header = reader.header();
  if (*state == RunState::running) {
    return Error{Errc::busy, "run " + header.id + " goes on", "see soakrig status", reader.path()};
  }
  if (*state != RunState::interrupted) {
    return Error{Errc::unsupported, "run " + header.id + " has ended: there is nothing to resume",
                 "see soakrig show " + header.id, reader.path()};
  }
  const auto phases = reader.phases();
  if (!phases) return phases.error();
  const auto last = reader.last_time();
  if (!last) return last.error();
  control::ResumePoint point;
  point.last = *last;
  auto boards = memories(reader);
  if (!boards) return boards.error();
  point.boards = std::move(*boards);
  store::EventFilter rungs;
  rungs.kind = event_kind::kSearch;
  const auto ended = reader.events(rungs);
  if (!ended) return ended.error();
  if (!ended->empty()) point.last_rung = ended->back().event.body;
  for (const store::PhaseTimes& phase : *phases) {
    if (phase.end) {
      point.progress.index = phase.index + 1;
      continue;
    }
    point.progress = {phase.index,     phase.begin,       phase.dwell_begin,
                      phase.dwell_end, phase.end, phase.dwell_counted};
    return point;
  }
  point.progress.begin = point.last;
  return point;
}

Nanos boot_time_of_start(const store::RunHeader& header, const Clock& clock) {
  if (header.owner.boot_id == current_boot_id()) return header.start_boot_ns;
  return clock.boot_ns() - (clock.utc_ns() - header.start_utc_ns);
}

Result<void> take_from_guard(const guard::Files& files, const std::string& run,
                             const Clock& clock) {
  const Nanos begin = clock.boot_ns();
  for (;;) {
    if (const auto plan = files.plan(run); !plan && plan.error().sys == ENOENT) return {};
    const auto state = files.state(run);
    if (!state) return state.error();
    if (state->stage == guard::Stage::tripped) {
      return Error{Errc::unsupported, "run " + run + " tripped: " + state->reason,
                   "look at the chamber and the boards, then soakrig guard clear " + run};
    }
    const auto unguarded = files.lock_run(run);
    if (unguarded) return {};  // nobody has it: what follows identifies and sets it anew
    if (unguarded.error().code != Errc::busy) return unguarded.error();
    if (state->stage == guard::Stage::lost && state->safe) {
      signal_process(state->guard, SIGTERM);
      if (clock.boot_ns() - begin > kSafeWithin + kGoWithin) break;
    } else if (clock.boot_ns() - begin > kSafeWithin) {
      break;
    }
    ::poll(nullptr, 0, kLookMs);
  }
  return Error{Errc::timeout, "the guard has not made the chamber of run " + run + " safe yet",
               "see soakrig guard status, and try again"};
}

}  // namespace soakrig::app
