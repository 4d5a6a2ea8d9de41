// SPDX-License-Identifier: Apache-2.0
//
// Which runs an archive may let go. Pure: deleting is the caller's.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "results/store/archived_run.hpp"

namespace soakrig::store {

struct Retention {
  std::optional<Nanos> older_than;          // age of the start
  std::optional<std::uint64_t> keep_bytes;  // the oldest go until the archive is at most this large
};

struct Pruned {
  const ArchivedRun* run = nullptr;
  std::string why;
};

// Oldest first. Never a run that is signed, is being written, is interrupted and may be gone on
// with, or cannot be read: these count towards the size all the same. `runs` in order of their
// start.
[[nodiscard]] std::vector<Pruned> choose_to_prune(std::span<const ArchivedRun> runs,
                                                  const Retention& rules, Nanos now_utc);

}  // namespace soakrig::store
