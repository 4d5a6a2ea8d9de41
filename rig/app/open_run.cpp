// SPDX-License-Identifier: Apache-2.0
#include "rig/app/open_run.hpp"

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

int exit_code_of(const Error& error) {
  return error.code == Errc::not_found || error.code == Errc::invalid ? 4 : 2;
}

}  // namespace soakrig::app
