// SPDX-License-Identifier: Apache-2.0
#include "dashboard/run/run_model.hpp"

#include <algorithm>

#include "dashboard/run/event_pages.hpp"
#include "results/report/event_text.hpp"
#include "results/report/judge_run.hpp"
#include "results/report/load_run_view.hpp"
#include "results/report/parse_show_json.hpp"
#include "rig/base/json_guard.hpp"
#include "rig/base/rig_events.hpp"

namespace soakrig::dashboard {
namespace {

struct Look {
  std::string_view kind;
  Marker marker;
  bool incident;
};
constexpr Look kLooks[] = {{event_kind::kIncident, Marker::triangle, true},
                           {event_kind::kTrip, Marker::cross, true},
                           {event_kind::kLimit, Marker::diamond, true},
                           {event_kind::kRigFault, Marker::square, true},
                           {event_kind::kBoot, Marker::circle, true},
                           {event_kind::kLink, Marker::square, false},
                           {event_kind::kGap, Marker::square, false},
                           {event_kind::kConsoleLink, Marker::square, false},
                           {event_kind::kPower, Marker::square, false},
                           {event_kind::kKernelLog, Marker::circle, false},
                           {event_kind::kChamber, Marker::circle, false},
                           {event_kind::kOperator, Marker::flag, false},
                           {event_kind::kWorkRestart, Marker::circle, false}};

// Keeps what could be read and remembers what could not.
template <class T>
void take(Result<T> from, T& into, std::vector<std::string>& problems) {
  if (from) {
    into = std::move(*from);
  } else {
    problems.push_back(from.error().message());
  }
}

void load_marks(const store::Reader& reader, RunModel& run, KnownMarks& known) {
  const std::size_t before = known.marks.size();
  const auto read = each_event(reader, {}, known.after, [] { return false; },
                               [&known](const store::StoredEvent& stored) {
                                 if (auto mark = mark_of(stored.event))
                                   known.marks.push_back(std::move(*mark));
                               });
  if (!read) run.problems.push_back(read.error().message());
  if (known.marks.size() != before) {
    std::ranges::stable_sort(known.marks, {}, &EventMark::t);
    if (known.marks.size() > kMostMarks) {
      const std::size_t more = known.marks.size() - kMostMarks;
      known.left_out += more;
      known.marks.erase(known.marks.begin(),
                        known.marks.begin() + static_cast<std::ptrdiff_t>(more));
    }
  }
  run.marks = known.marks;
  run.marks_left_out = known.left_out;
}

// A controller that goes on with a run says so in the journal: "resumed".
std::optional<TimeRange> resumed_in(const store::Reader& reader) {
  const auto journal = reader.journal();
  if (!journal) return std::nullopt;
  std::optional<TimeRange> out;
  for (std::size_t i = 1; i < journal->size(); ++i) {
    if ((*journal)[i].state.starts_with("resume")) out = {(*journal)[i - 1].t, (*journal)[i].t};
  }
  return out;
}

}  // namespace

TimeRange RunModel::whole() const { return {0, std::max(last, kSecond)}; }

const analysis::BoardJudgement* RunModel::judged(std::string_view board) const {
  if (!judgement) return nullptr;
  const auto found = std::ranges::find(judgement->boards, board, &analysis::BoardJudgement::name);
  return found == judgement->boards.end() ? nullptr : &*found;
}

std::optional<EventMark> mark_of(const Event& event) {
  EventMark out;
  out.text = report::event_text(event);
  if (out.text.empty()) return std::nullopt;
  out.t = event.t;
  out.severity = event.severity;
  out.board = event.board;
  out.kind = event.kind;
  const auto look = std::ranges::find(kLooks, event.kind, &Look::kind);
  if (look != std::end(kLooks)) {
    out.marker = look->marker;
    out.incident = look->incident;
  }
  if (event.kind == event_kind::kLink || event.kind == event_kind::kConsoleLink) {
    const auto body = parse_json(event.body);
    if (body) out.up = json_get<bool>(*body, "up");
  }
  return out;
}

Result<RunModel> load_run(const store::Reader& reader, KnownMarks& known) {
  const auto facts = report::load_run_facts(reader);
  if (!facts) return facts.error();
  RunModel out;
  out.path = reader.path();
  out.id = facts->id;
  out.name = facts->name;
  out.state = facts->state;
  out.provenance = facts->provenance;
  auto spec = decode_run_spec(reader.header().spec_json);
  take(std::move(spec), out.spec, out.problems);
  out.clock = report::RunClock(reader.header().start_utc_ns);
  if (const auto anchors = reader.anchors()) {
    std::vector<ClockAnchor> own;
    for (const store::Anchor& a : *anchors) {
      if (a.board == store::kRigBoard) own.push_back(a.clock);
    }
    out.clock = report::RunClock(reader.header().start_utc_ns, std::move(own));
  }
  take(reader.last_time(), out.last, out.problems);
  take(reader.phases(), out.phases, out.problems);
  take(reader.channels(), out.channels, out.problems);
  take(store::read_notes(out.path), out.notes, out.problems);
  const auto boards = reader.boards();
  if (boards) {
    for (const store::BoardRow& board : *boards) out.boards.push_back(board.name);
  }
  out.resumed = resumed_in(reader);
  load_marks(reader, out, known);
  out.contacts = contacts_of(out);
  const auto stored = reader.judgement();
  if (stored && *stored && is_over(out.state)) {
    const auto shown = report::show_run(reader);
    auto judged = shown ? report::parse_show_json(shown->json, out.clock) : shown.error();
    if (judged) out.judgement = std::move(*judged);
    if (!judged) out.problems.push_back(judged.error().message());
  }
  return out;
}

std::vector<BoardContact> contacts_of(const RunModel& run) {
  std::vector<BoardContact> out;
  for (const std::string& name : run.boards) {
    BoardContact contact;
    contact.board = name;
    const BoardSpec* spec = run.spec.find_board(name);
    contact.remote = spec != nullptr && spec->connect.starts_with("ssh:");
    contact.has_console = spec != nullptr && !spec->console.empty();
    for (const EventMark& mark : run.marks) {
      if (mark.board != name) continue;
      if (mark.kind == event_kind::kLink && mark.up) contact.link = mark;
      if (mark.kind == event_kind::kConsoleLink && mark.up) contact.console = mark;
      if (mark.kind == event_kind::kPower) contact.power = mark;
    }
    out.push_back(std::move(contact));
  }
  return out;
}

std::string words_of(const RunModel& run) {
  std::string out = run.name;
  for (const std::string& board : run.boards) out += board;
  for (const store::PhaseTimes& phase : run.phases) out += phase.name;
  for (const store::Note& note : run.notes.notes) out += note.author + note.text;
  for (const EventMark& mark : run.marks) {
    // Most are plain; only what is not costs anything.
    if (std::ranges::any_of(mark.text,
                            [](char c) { return static_cast<unsigned char>(c) >= 0x80; }))
      out += mark.text;
  }
  return out;
}

std::optional<Nanos> next_stop(const RunModel& run, Nanos t, bool forward) {
  std::optional<Nanos> out;
  const auto consider = [&](Nanos at) {
    if (forward ? at <= t : at >= t) return;
    if (!out || (forward ? at < *out : at > *out)) out = at;
  };
  for (const EventMark& mark : run.marks) {
    if (mark.incident) consider(mark.t);
  }
  if (run.judgement) {
    for (const auto& board : run.judgement->boards) {
      for (const auto& episode : board.episodes) consider(episode.when.from);
      for (const auto& incident : board.incidents) consider(incident.at);
    }
  }
  return out;
}

}  // namespace soakrig::dashboard
