// SPDX-License-Identifier: Apache-2.0
//
// Everything that a report page shows of one run, read from its file. The only place of the pages
// that asks the store for more than curves.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "results/analysis/judgement.hpp"
#include "results/report/html/words.hpp"
#include "results/report/run_clock.hpp"
#include "results/store/notes.hpp"
#include "results/store/reader.hpp"
#include "results/store/verify.hpp"

namespace soakrig::report {

struct PageInput {
  const store::Reader* reader = nullptr;  // must outlive this
  analysis::Judgement judgement;
  analysis::RunView view;  // its loaders read from `reader`
  RunClock clock;
  std::vector<store::ChannelRow> channels;
  std::vector<store::BoardRow> boards;  // of the file, by id
  std::vector<store::Anchor> anchors;   // of clocks
  store::FileStats stats;
  store::Evidence evidence;  // its head is empty in a file that lists no records
  store::Notes notes;        // beside the file; empty where they cannot be read
};

// The stored judgement of a run that ended, else what is known so far (show_run). With the name of
// a board that board alone; Errc::not_found with the names there are.
[[nodiscard]] Result<PageInput> load_page_input(const store::Reader& reader,
                                                const std::string& board = {});

// "SIMULATED", "REPLAYED" in the words of the page, or nothing for what was measured.
[[nodiscard]] std::string banner_of(const PageInput& input, const Words& words);

}  // namespace soakrig::report
