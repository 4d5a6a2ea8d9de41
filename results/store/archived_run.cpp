// SPDX-License-Identifier: Apache-2.0
#include "results/store/archived_run.hpp"

#include <algorithm>
#include <filesystem>

#include "results/store/reader.hpp"
#include "results/store/verify.hpp"
#include "rig/base/json_guard.hpp"
#include "rig/base/run_spec.hpp"

namespace soakrig::store {
namespace {

using nlohmann::json;

std::string fact(const json& facts, const char* key) {
  return json_get<std::string>(facts, key).value_or("");
}

// The part that a listing shows; a month's document has thousands of episodes.
Judgement run_part(const Judgement& judgement) {
  Judgement out{judgement.verdict, "{}"};
  const auto document = parse_json(judgement.json);
  if (document && document->is_object() && document->contains("run")) {
    out.json = dump_json({{"run", (*document)["run"]}, {"boards", json::array()}});
  }
  return out;
}

void take_spec(const std::string& spec_json, ArchivedRun& run) {
  const auto spec = decode_run_spec(spec_json);
  if (!spec) return;
  if (spec->planned > 0) run.planned = spec->planned;
  for (const WorkloadSpec& work : spec->workloads) {
    if (!work.model.empty()) run.models.push_back(work.model);
  }
  for (const PhaseSpec& phase : spec->phases) {
    if (phase.ambient) run.ambients.push_back(*phase.ambient);
  }
}

Result<void> take_boards(const Reader& reader, ArchivedRun& run) {
  const auto boards = reader.boards();
  if (!boards) return boards.error();
  for (const BoardRow& board : *boards) {
    const json facts = parse_json(board.facts_json).value_or(json::object());
    run.boards.push_back(
        {board.name, fact(facts, "model"), fact(facts, "serial"), fact(facts, "firmware")});
  }
  return {};
}

// The controller's last words say who ended it.
Result<bool> was_aborted(const Reader& reader, RunState state) {
  if (state == RunState::interrupted) return true;
  const auto journal = reader.journal();
  if (!journal) return journal.error();
  return std::ranges::any_of(*journal, [](const JournalEntry& entry) {
    const auto detail = parse_json(entry.detail_json);
    return entry.state == "stopping" && detail &&
           json_get<std::string>(*detail, "by") == std::optional<std::string>("operator");
  });
}

Result<void> look(const std::string& path, ArchivedRun& run) {
  const auto reader = Reader::open(path);
  if (!reader) return reader.error();
  run.header = reader->header();
  const auto state = reader->state();
  if (!state) return state.error();
  run.state = *state;
  const auto judgement = reader->judgement();
  if (!judgement) return judgement.error();
  if (*judgement) run.judgement = run_part(**judgement);
  const auto ended = reader->ended();
  if (!ended) return ended.error();
  run.ended = *ended;
  const auto provenance = reader->provenance();
  if (!provenance) return provenance.error();
  run.provenance = *provenance;
  if (auto done = take_boards(*reader, run); !done) return done;
  take_spec(run.header.spec_json, run);
  const auto aborted = was_aborted(*reader, run.state);
  if (!aborted) return aborted.error();
  run.aborted = *aborted;
  const auto evidence = read_evidence(path);
  if (!evidence) return evidence.error();
  if (evidence->complete) run.head = evidence->head;
  run.header.host_json = run.header.spec_json = "{}";
  run.header.profile_text.clear();
  return {};
}

template <class T>
json or_null(const std::optional<T>& value) {
  return value ? json(*value) : json(nullptr);
}

}  // namespace

ArchivedRun look_at(const std::string& path) {
  ArchivedRun run;
  const auto looked = look(path, run);
  if (!looked) {
    run = ArchivedRun();
    run.error = looked.error();
  }
  run.path = path;
  run.file = std::filesystem::path(path).filename();
  return run;
}

std::string encode_archived(const ArchivedRun& run) {
  json boards = json::array();
  for (const ArchivedBoard& b : run.boards) {
    boards.push_back(json::array({b.name, b.model, b.serial, b.firmware}));
  }
  const json line = {
      {"id", run.header.id},
      {"name", run.header.name},
      {"start_utc_ns", run.header.start_utc_ns},
      {"start_boot_ns", run.header.start_boot_ns},
      {"owner", {run.header.owner.pid, run.header.owner.start_time, run.header.owner.boot_id}},
      {"program", {run.header.program_version, run.header.commit, run.header.build_flags}},
      {"state", static_cast<int>(run.state)},
      {"verdict", run.judgement ? json(to_string(run.judgement->verdict)) : json(nullptr)},
      {"judgement", run.judgement ? json(run.judgement->json) : json(nullptr)},
      {"ended_ns", or_null(run.ended)},
      {"planned_ns", or_null(run.planned)},
      {"provenance", static_cast<int>(run.provenance)},
      {"boards", std::move(boards)},
      {"models", run.models},
      {"ambients", run.ambients},
      {"head", run.head},
      {"aborted", run.aborted}};
  return dump_json(line);
}

// A cache that anybody may have written: whatever does not fit is no entry, and the file is read.
std::optional<ArchivedRun> decode_archived(std::string_view text) {
  const auto line = parse_json(text);
  if (!line) return std::nullopt;
  try {
    const json& j = *line;
    ArchivedRun run;
    j.at("id").get_to(run.header.id);
    j.at("name").get_to(run.header.name);
    j.at("start_utc_ns").get_to(run.header.start_utc_ns);
    j.at("start_boot_ns").get_to(run.header.start_boot_ns);
    j.at("owner").at(0).get_to(run.header.owner.pid);
    j.at("owner").at(1).get_to(run.header.owner.start_time);
    j.at("owner").at(2).get_to(run.header.owner.boot_id);
    j.at("program").at(0).get_to(run.header.program_version);
    j.at("program").at(1).get_to(run.header.commit);
    j.at("program").at(2).get_to(run.header.build_flags);
    const int state = j.at("state").get<int>(), provenance = j.at("provenance").get<int>();
    // Only what cannot change any more is kept at all.
    if (state != static_cast<int>(RunState::sealed) &&
        state != static_cast<int>(RunState::interrupted)) {
      return std::nullopt;
    }
    if (provenance < 0 || provenance > static_cast<int>(Provenance::replayed)) return std::nullopt;
    run.state = static_cast<RunState>(state);
    run.provenance = static_cast<Provenance>(provenance);
    if (!j.at("verdict").is_null()) {
      const auto verdict = parse_verdict(j.at("verdict").get<std::string>());
      if (!verdict) return std::nullopt;
      run.judgement = Judgement{*verdict, j.at("judgement").get<std::string>()};
    }
    if (!j.at("ended_ns").is_null()) run.ended = j.at("ended_ns").get<Nanos>();
    if (!j.at("planned_ns").is_null()) run.planned = j.at("planned_ns").get<Nanos>();
    for (const json& b : j.at("boards")) {
      run.boards.push_back({b.at(0).get<std::string>(), b.at(1).get<std::string>(),
                            b.at(2).get<std::string>(), b.at(3).get<std::string>()});
    }
    j.at("models").get_to(run.models);
    j.at("ambients").get_to(run.ambients);
    j.at("head").get_to(run.head);
    j.at("aborted").get_to(run.aborted);
    return run;
  } catch (const json::exception&) {
    return std::nullopt;
  }
}

}  // namespace soakrig::store
