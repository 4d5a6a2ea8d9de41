// SPDX-License-Identifier: Apache-2.0
#include "rig/app/open_run.hpp"

#include "results/report/judge_run.hpp"
#include "results/report/show_json.hpp"
#include "results/store/archive.hpp"

namespace soakrig::app {

Result<OpenedRun> open_run(const std::string& run, const std::string& archive) {
  store::RunName name = store::split_run_name(run);
  const auto path = store::Archive(store::archive_dir(archive)).resolve(name.run);
  if (!path) return path.error();
  auto reader = store::Reader::open(*path);
  if (!reader) return reader.error();
  return OpenedRun{std::move(*reader), std::move(name.board)};
}

Result<std::string> document_of(const OpenedRun& run) {
  auto shown = report::show_run(run.reader);
  if (!shown) {
    // The name was good: whatever is wrong inside makes the file unreadable.
    Error error = shown.error();
    if (exit_code_of(error) == 4) error.code = Errc::corrupt;
    return error;
  }
  if (run.board.empty()) return std::move(shown->json);
  return report::only_board(shown->json, run.board);
}

int exit_code_of(const Error& error) {
  return error.code == Errc::not_found || error.code == Errc::invalid ? 4 : 2;
}

}  // namespace soakrig::app
