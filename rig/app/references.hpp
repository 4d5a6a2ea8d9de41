// SPDX-License-Identifier: Apache-2.0
//
// What a run needs of this machine and does not find: programs, register maps, folders, room on
// disk. Looks, and changes nothing. `soakrig check` lists it; a run would fail on it later.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "rig/base/result.hpp"
#include "rig/base/run_spec.hpp"

namespace soakrig::app {

// The folder of the running program: the agent and the workloads lie beside it.
[[nodiscard]] std::string program_folder();

// Everything that is missing, in the order of the profile; empty = ready. `programs`: where
// soakrig-agent and the workloads are.
[[nodiscard]] std::vector<Error> missing_references(const RunSpec& spec,
                                                    const std::string& programs);

struct ArchiveRoom {
  std::string folder;
  std::optional<std::int64_t> free_bytes;  // absent when it cannot be asked
  std::vector<Error> missing;              // not writable, or less room than `needed`
};
// Whether an archive at `folder`, which need not exist yet, can take `needed` bytes.
[[nodiscard]] ArchiveRoom look_at_archive(const std::string& folder, std::int64_t needed);

}  // namespace soakrig::app
