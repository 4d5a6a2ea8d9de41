// SPDX-License-Identifier: Apache-2.0
#include "results/report/export/jsonl_export.hpp"

#include "results/report/export/output_file.hpp"
#include "results/report/export/stored_rows.hpp"
#include "results/report/ordered_json.hpp"

namespace soakrig::report {

namespace {

constexpr int kVersion = 1;

std::string line(const Json& object) { return dump(object) + "\n"; }

Json board_of(const std::string& board) { return board.empty() ? Json(nullptr) : Json(board); }

Json run_object(const store::Reader& reader, const RunClock& clock) {
  const store::RunHeader& header = reader.header();
  const auto provenance = reader.provenance();
  return {{"type", "run"},
          {"format", "soakrig-jsonl"},
          {"version", kVersion},
          {"id", header.id},
          {"name", header.name},
          {"started", clock.rfc3339(0)},
          {"provenance", provenance ? Json(std::string(to_string(*provenance))) : Json(nullptr)}};
}

Json source_object(const ExportSource& source) {
  Json channels = Json::array();
  for (const store::ChannelRow& c : source.channels) {
    channels.push_back({{"name", c.info.name},
                        {"unit", c.info.unit},
                        {"source", c.info.source},
                        {"provenance", std::string(to_string(c.info.provenance))},
                        {"reason", c.info.reason.empty() ? Json(nullptr) : Json(c.info.reason)}});
  }
  return {{"type", "source"},
          {"source", source.source.id},
          {"board", board_of(source.board)},
          {"name", source.source.info.name},
          {"period_s", to_seconds(source.source.info.period)},
          {"channels", std::move(channels)}};
}

// Values by channel; what was not good is absent there and named, with its state, in `states`.
Json row_object(const ExportSource& source, const Batch& batch, std::size_t row,
                const RunClock& clock) {
  Json values = Json::object(), states = Json::object();
  for (std::size_t c = 0; c < source.channels.size() && c < batch.columns; ++c) {
    const State state = batch.state(row, c);
    const std::string& name = source.channels[c].info.name;
    if (state == State::good)
      values[name] = batch.value(row, c);
    else
      states[name] = std::string(to_string(state));
  }
  Json out{{"type", "row"},
           {"source", source.source.id},
           {"utc", clock.rfc3339(batch.taken[row])},
           {"elapsed_s", to_seconds(batch.taken[row])},
           {"values", std::move(values)}};
  if (!states.empty()) out["states"] = std::move(states);
  return out;
}

Json gap_object(const ExportSource& source, const Gap& gap, const RunClock& clock) {
  return {{"type", "gap"},
          {"source", source.source.id},
          {"utc", clock.rfc3339(gap.from)},
          {"elapsed_s", to_seconds(gap.from)},
          {"gap_s", to_seconds(gap.to - gap.from)},
          {"reason", gap.reason}};
}

Json event_object(const Event& e, const RunClock& clock) {
  auto body = parse_ordered(e.body);
  return {{"type", "event"},
          {"board", board_of(e.board)},
          {"utc", clock.rfc3339(e.t)},
          {"elapsed_s", to_seconds(e.t)},
          {"kind", e.kind},
          {"severity", std::string(to_string(e.severity))},
          {"body", body ? std::move(*body) : Json(e.body)}};
}

}  // namespace

Result<void> export_jsonl(const store::Reader& reader, const RunClock& clock,
                          const std::string& path) {
  const auto sources = export_sources(reader);
  if (!sources) return sources.error();
  auto file = OutputFile::create(path);
  if (!file) return file.error();
  file->write(line(run_object(reader, clock)));
  for (const ExportSource& source : *sources) file->write(line(source_object(source)));
  for (const ExportSource& source : *sources) {
    const auto done = each_row(
        reader, source,
        [&](const Batch& batch, std::size_t row) {
          file->write(line(row_object(source, batch, row, clock)));
        },
        [&](const Gap& gap) { file->write(line(gap_object(source, gap, clock))); });
    if (!done) return done.error();
  }
  const auto events = reader.each_event({}, [&](const store::StoredEvent& stored) {
    file->write(line(event_object(stored.event, clock)));
  });
  if (!events) return events.error();
  return file->commit();
}

}  // namespace soakrig::report
