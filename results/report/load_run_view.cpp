// SPDX-License-Identifier: Apache-2.0
#include "results/report/load_run_view.hpp"

#include <algorithm>

#include "results/report/ordered_json.hpp"
#include "results/store/sequence.hpp"
#include "rig/base/rig_events.hpp"

namespace soakrig::report {

namespace {

using namespace analysis;

std::map<std::string, std::string> facts_of(const std::string& json) {
  std::map<std::string, std::string> out;
  const auto object = parse_json(json);
  if (!object || !object->is_object()) return out;
  for (const auto& [key, value] : object->items()) {
    if (!value.is_null())
      out[key] = value.is_string() ? value.get<std::string>() : dump_json(value);
  }
  return out;
}

// The store's ranges include their end, the analysis' do not.
Loader loader_of(const store::Reader& reader, std::string board, std::string channel) {
  return [&reader, board = std::move(board), channel = std::move(channel)](Nanos from, Nanos to) {
    Series out;
    if (to <= from) return out;
    auto stored = reader.series(board, channel, from, to - 1);
    if (!stored) return out;
    out.t = std::move(stored->t);
    out.v = std::move(stored->v);
    if (std::ranges::any_of(stored->state, [](State s) { return s != State::good; })) {
      out.states = std::move(stored->state);
    }
    return out;
  };
}

void add_channel(const store::Reader& reader, const store::ChannelRow& row,
                 std::vector<ChannelView>& out, std::vector<InputFault>& faults) {
  const auto known =
      std::ranges::find_if(out, [&](const ChannelView& c) { return c.info.name == row.info.name; });
  if (known == out.end()) {
    out.push_back({row.info, row.period, loader_of(reader, row.board, row.info.name)});
    return;
  }
  if (known->info.unit != row.info.unit) {
    faults.push_back({row.board, row.info.name,
                      "its unit changed from " + known->info.unit + " to " + row.info.unit});
  }
  // Announced again: the worst provenance, the longest period, and the latest word on absence.
  known->info.provenance = worse(known->info.provenance, row.info.provenance);
  known->info.reason = row.info.reason;
  known->period = std::max(known->period, row.period);
}

std::vector<PhaseView> phases_of(const std::vector<store::PhaseTimes>& stored) {
  std::vector<PhaseView> out;
  for (const store::PhaseTimes& p : stored) {
    out.push_back({p.index, p.begin, p.dwell_begin, p.dwell_end, p.end, p.dwell_counted});
  }
  return out;
}

Result<RunClock> clock_of(const store::Reader& reader) {
  const auto anchors = reader.anchors();
  if (!anchors) return anchors.error();
  std::vector<ClockAnchor> own;
  for (const store::Anchor& a : *anchors) {
    if (a.board == store::kRigBoard) own.push_back(a.clock);
  }
  return RunClock(reader.header().start_utc_ns, std::move(own));
}

Result<void> load_channels(const store::Reader& reader, RunView& view) {
  const auto boards = reader.boards();
  if (!boards) return boards.error();
  for (const store::BoardRow& b : *boards) {
    BoardView board;
    board.name = b.name;
    board.facts = facts_of(b.facts_json);
    view.boards.push_back(std::move(board));
  }
  const auto channels = reader.channels();
  if (!channels) return channels.error();
  for (const store::ChannelRow& row : *channels) {
    const auto board = std::ranges::find(view.boards, row.board, &BoardView::name);
    add_channel(reader, row, board == view.boards.end() ? view.rig : board->channels,
                view.input_faults);
  }
  return {};
}

}  // namespace

Result<RunFacts> load_run_facts(const store::Reader& reader) {
  const auto state = reader.state();
  if (!state) return state.error();
  const auto ended = reader.ended();
  if (!ended) return ended.error();
  const auto provenance = reader.provenance();
  if (!provenance) return provenance.error();
  const auto clock = clock_of(reader);
  if (!clock) return clock.error();
  const auto places = store::read_places(reader);
  if (!places) return places.error();
  RunFacts out;
  if (const auto place = store::main_place(*places)) {
    out.sequence = {place->nth, place->of, place->aborted};
  }
  out.id = reader.header().id;
  out.name = reader.header().name;
  out.file = reader.path();
  out.state = *state;
  out.provenance = *provenance;
  out.started_utc = clock->utc(0);
  if (*ended) out.ended_utc = clock->utc(**ended);
  if (const auto spec = decode_run_spec(reader.header().spec_json); spec && spec->planned > 0) {
    out.planned = spec->planned;
  }
  return out;
}

Result<LoadedRun> load_run_view(const store::Reader& reader) {
  LoadedRun out;
  auto facts = load_run_facts(reader);
  if (!facts) return facts.error();
  out.view.facts = std::move(*facts);
  auto spec = decode_run_spec(reader.header().spec_json);
  if (!spec) return spec.error();
  out.view.spec = std::move(*spec);
  const auto clock = clock_of(reader);
  if (!clock) return clock.error();
  out.clock = *clock;
  const auto phases = reader.phases();
  if (!phases) return phases.error();
  out.view.phases = phases_of(*phases);
  const auto last = reader.last_time();
  if (!last) return last.error();
  out.view.now = *last;
  store::EventFilter judged;
  judged.without = event_kind::kConsoleLog;  // the most of a long run, and nothing is judged by it
  const auto events = reader.each_event(judged, [&](store::StoredEvent stored) {
    out.view.events.push_back(std::move(stored.event));
  });
  if (!events) return events.error();
  std::ranges::stable_sort(out.view.events, {}, &Event::t);
  if (auto loaded = load_channels(reader, out.view); !loaded) return loaded.error();
  out.view.ended = is_over(out.view.facts.state);
  return out;
}

}  // namespace soakrig::report
