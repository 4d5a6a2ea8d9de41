// SPDX-License-Identifier: Apache-2.0
#include "results/report/html/page_input.hpp"

#include "results/report/judge_run.hpp"
#include "results/report/load_run_view.hpp"
#include "results/report/parse_show_json.hpp"
#include "results/report/show_json.hpp"

namespace soakrig::report {

Result<PageInput> load_page_input(const store::Reader& reader, const std::string& board) {
  PageInput out;
  out.reader = &reader;
  auto loaded = load_run_view(reader);
  if (!loaded) return loaded.error();
  out.view = std::move(loaded->view);
  out.clock = loaded->clock;
  const auto shown = show_run(reader);
  if (!shown) return shown.error();
  const auto document =
      board.empty() ? Result<std::string>(shown->json) : only_board(shown->json, board);
  if (!document) return document.error();
  auto judgement = parse_show_json(*document, out.clock);
  if (!judgement) return judgement.error();
  out.judgement = std::move(*judgement);
  auto channels = reader.channels();
  if (!channels) return channels.error();
  out.channels = std::move(*channels);
  auto boards = reader.boards();
  if (!boards) return boards.error();
  out.boards = std::move(*boards);
  auto anchors = reader.anchors();
  if (!anchors) return anchors.error();
  out.anchors = std::move(*anchors);
  const auto stats = reader.stats();
  if (!stats) return stats.error();
  out.stats = *stats;
  if (auto evidence = store::read_evidence(reader.path())) out.evidence = std::move(*evidence);
  if (auto notes = store::read_notes(reader.path())) out.notes = std::move(*notes);
  return out;
}

std::string banner_of(const PageInput& input, const Words& words) {
  const Provenance provenance = input.judgement.run.provenance;
  if (provenance == Provenance::measured) return {};
  return std::string(provenance == Provenance::simulated ? words.simulated : words.replayed);
}

}  // namespace soakrig::report
