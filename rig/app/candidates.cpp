// SPDX-License-Identifier: Apache-2.0
#include "rig/app/candidates.hpp"

#include <set>

namespace soakrig::app {

namespace {

// "night:pi", "night:pi (2)": as short as tells them apart.
std::string label_of(const report::PageInput& input, const analysis::BoardJudgement& board,
                     std::set<std::string>& taken) {
  const std::string& name = input.judgement.run.name;
  const std::string base = name + ":" + board.name;
  std::string label = base;
  for (int n = 2; !taken.insert(label).second; ++n) label = base + " (" + std::to_string(n) + ")";
  return label;
}

}  // namespace

Result<Candidates> open_candidates(const std::vector<std::string>& names,
                                   const std::string& archive, BoardChoice choice) {
  Candidates out;
  std::set<std::string> labels;
  for (const std::string& name : names) {
    auto opened = open_run(name, archive);
    if (!opened) return opened.error();
    out.runs.push_back(std::make_unique<OpenedRun>(std::move(*opened)));
    const OpenedRun& run = *out.runs.back();
    auto input = report::load_page_input(run.reader, run.board);
    if (!input) return input.error();
    out.inputs.push_back(std::make_unique<report::PageInput>(std::move(*input)));
    const report::PageInput& page = *out.inputs.back();
    const auto& boards = page.judgement.boards;
    if (choice == BoardChoice::only_one && boards.size() != 1) {
      return Error{Errc::invalid, "'" + name + "' has " + std::to_string(boards.size()) + " boards",
                   "name one: " + name + ":BOARD"};
    }
    const store::RunHeader& header = run.reader.header();
    for (const analysis::BoardJudgement& board : boards) {
      out.list.push_back({label_of(page, board, labels), &page.judgement, &board, &page.view.spec,
                          header.program_version + " " + header.commit});
    }
  }
  if (out.list.size() > report::kMostCandidates) {
    return Error{Errc::invalid, "these are " + std::to_string(out.list.size()) + " boards",
                 "name at most " + std::to_string(report::kMostCandidates) + " as RUN:BOARD"};
  }
  return out;
}

}  // namespace soakrig::app
