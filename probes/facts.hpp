// SPDX-License-Identifier: Apache-2.0
//
// What is fixed about a board between two boots: the conditions that every result is kept with.
// Plain key and value; an unknown fact is left out, never guessed.
#pragma once

#include <map>
#include <string>

#include "probes/host_fs.hpp"

namespace soakrig::probes {

// Keys: model serial soc firmware kernel os cpu cores_online memory_bytes governor power_mode
// machine boot_id, each only where it can be read. Values are printable, at most 200 characters.
[[nodiscard]] std::map<std::string, std::string> read_facts(HostFs& fs);

} // namespace soakrig::probes
