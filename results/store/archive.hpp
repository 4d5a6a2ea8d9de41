// SPDX-License-Identifier: Apache-2.0
//
// A folder of runs, and how people name one of them. Holds no state but the folder's path: every
// call looks at the disk. Never writes.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "results/store/archived_run.hpp"
#include "rig/base/result.hpp"

namespace soakrig::store {

// --archive DIR, else $SOAKRIG_ARCHIVE, else ./soaks. `environment` is the variable's value.
[[nodiscard]] std::string archive_dir(std::string_view option, const char* environment);
[[nodiscard]] std::string archive_dir(std::string_view option);  // asks the process' environment

// RUN or RUN:BOARD as a person typed it.
struct RunName {
  std::string run;
  std::string board;  // empty = all
};
// Splits at the last ':' unless the whole text is an existing file.
[[nodiscard]] RunName split_run_name(std::string_view text);

class Archive {
 public:
  explicit Archive(std::string directory) : directory_(std::move(directory)) {}

  [[nodiscard]] const std::string& directory() const { return directory_; }

  // Oldest first; damaged files last. An archive that does not exist yet has no runs. Closed runs
  // come from the index (archive_index.hpp), which is brought up to date where that can be.
  [[nodiscard]] Result<std::vector<ArchivedRun>> runs() const;

  // `last` (by start), a path, an id, an id prefix, or a name (its newest run) -> the file's path.
  // Errc::not_found names the archive looked in; Errc::invalid lists the candidates of an
  // ambiguous prefix.
  [[nodiscard]] Result<std::string> resolve(std::string_view run) const;

 private:
  std::string directory_;
};

}  // namespace soakrig::store
