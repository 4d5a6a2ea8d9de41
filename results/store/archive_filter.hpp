// SPDX-License-Identifier: Apache-2.0
//
// Which runs of an archive are meant. Every condition that is given must hold; text is looked for
// as a part, whatever its case. Pure.
#pragma once

#include <optional>
#include <string>

#include "results/store/archived_run.hpp"

namespace soakrig::store {

struct ArchiveFilter {
  std::string board;              // in a board's name, serial or model
  std::string model;              // in the model of a workload
  std::string firmware;           // in a board's firmware
  std::optional<double> ambient;  // of a phase, within half a kelvin
  std::optional<Verdict> verdict;
  std::optional<Nanos> since, before;  // UTC of the start: since <= start < before
};

// A file that cannot be read matches: nobody knows what it is, and it is never hidden.
[[nodiscard]] bool matches(const ArchivedRun& run, const ArchiveFilter& filter);

}  // namespace soakrig::store
