// SPDX-License-Identifier: Apache-2.0
#include "results/report/list_runs.hpp"

#include "results/analysis/judgement.hpp"
#include "results/report/load_run_view.hpp"
#include "results/report/ordered_json.hpp"
#include "results/report/show_json.hpp"
#include "results/report/text_layout.hpp"

namespace soakrig::report {

namespace {

// What the archive knows of a run, in the words of the document.
analysis::Judgement known(const store::ArchivedRun& run) {
  analysis::Judgement out;
  out.run.file = run.path;
  if (run.error) return out;
  out.run.id = run.header.id;
  out.run.name = run.header.name;
  out.run.state = run.state;
  out.run.provenance = run.provenance;
  out.run.started_utc = run.header.start_utc_ns;
  if (run.nth > 0) out.run.sequence = {run.nth, run.of, run.aborted_before};
  if (run.ended) out.run.ended_utc = run.header.start_utc_ns + *run.ended;
  out.run.planned = run.planned;
  return out;
}

// Verdict, reasons and coverage are the stored judgement's, of a run that is over.
Json run_entry(const store::ArchivedRun& run) {
  std::optional<std::string> error;
  if (run.error) error = run.error->message();
  Json out = *parse_ordered(run_json(known(run), error));
  if (error || !is_over(run.state) || !run.judgement) return out;
  out["verdict"] = std::string(to_string(run.judgement->verdict));
  const auto document = parse_document(run.judgement->json);
  if (!document) return out;
  for (const char* key : {"reasons", "coverage"}) {
    if ((*document)["run"].contains(key)) out[key] = (*document)["run"][key];
  }
  return out;
}

std::string word(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? printable(found->get<std::string>()) : "-";
}

}  // namespace

std::string list_json(std::span<const store::ArchivedRun> runs) {
  Json out{{"runs", Json::array()}};
  for (const store::ArchivedRun& run : runs) out["runs"].push_back(run_entry(run));
  return dump(out);
}

std::string list_text(std::span<const store::ArchivedRun> runs) {
  if (runs.empty()) return "no runs\n";
  std::vector<std::vector<std::string>> rows{
      {"started", "id", "name", "verdict", "state", "provenance"}};
  std::string damaged;
  for (const store::ArchivedRun& run : runs) {
    const Json r = run_entry(run);
    if (run.error) {
      damaged += "unreadable: " + printable(run.error->message()) + "\n";
      continue;
    }
    const std::string provenance = word(r, "provenance");
    rows.push_back({word(r, "started").substr(0, 19), word(r, "id"), word(r, "name"),
                    word(r, "verdict"), word(r, "state"),
                    provenance == "simulated"  ? "SIMULATED"
                    : provenance == "replayed" ? "REPLAYED"
                                               : provenance});
  }
  return table(rows, rows.front().size(), "") + damaged +
         "verdicts as stored; soakrig verify RUN says whether a file is what was sealed\n";
}

}  // namespace soakrig::report
