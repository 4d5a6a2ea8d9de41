// SPDX-License-Identifier: Apache-2.0
//
// What a board keeps of how its previous boot ended, read once: pstore (also where systemd moved it),
// watchdogs' bootstatus, the vendor's reset reason, the previous boot's journal. Everything is
// optional, and what cannot be read without root is missing with a reason. Nothing is written or
// removed.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "probes/host_fs.hpp"
#include "rig/base/death_evidence.hpp"

namespace soakrig::probes {

// The end of the previous boot's journal, oldest first. Errc::not_found: there is none.
using ReadJournal = std::function<Result<std::vector<std::string>>()>;

[[nodiscard]] DeathEvidence read_last_death(HostFs& fs, const ReadJournal& journal);

// Runs journalctl, for a few seconds at most.
[[nodiscard]] Result<std::vector<std::string>> read_previous_journal();

// Of a kernel's dump the lines that mean something to a soak, each once, then its last ones.
[[nodiscard]] std::vector<std::string> telling_lines(std::string_view dump);

}  // namespace soakrig::probes
