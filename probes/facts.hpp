// SPDX-License-Identifier: Apache-2.0
//
// What is fixed about a board between two boots: the conditions that every result is kept with.
// Plain key and value; an unknown fact is left out, never guessed.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "probes/host_fs.hpp"

namespace soakrig::probes {

// Keys: model serial soc firmware microcode kernel os cpu cores_online memory_bytes governor
// power_mode cpu_clock machine boot_id and trip_points.ZONE for each thermal zone, each only where it can be read. Values are printable, at most 200 characters.
[[nodiscard]] std::map<std::string, std::string> read_facts(HostFs& fs);

// The name of mode `mode` in an nvpmodel.conf text: "< POWER_MODEL ID=2 NAME=MODE_15W >".
[[nodiscard]] std::optional<std::string> nvpmodel_name(std::string_view table, std::uint64_t mode);

}  // namespace soakrig::probes
