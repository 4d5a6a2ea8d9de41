// SPDX-License-Identifier: Apache-2.0
//
// Laying runs over one another: what counts as the same instant in each. Pure.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "dashboard/run/run_model.hpp"

namespace soakrig::dashboard {

enum class AlignBy : std::uint8_t { start, dwell, event };
[[nodiscard]] std::string_view to_string(AlignBy by);
[[nodiscard]] std::optional<AlignBy> parse_align(std::string_view text);

// Run time of the instant that is laid over that of the other runs: its start; the beginning of its
// last dwell; its first incident or throttling. Without such, 0.
[[nodiscard]] Nanos anchor_of(const RunModel& run, AlignBy by);

// Facts and settings that are not the same in all runs: name -> one value a run.
[[nodiscard]] std::map<std::string, std::vector<std::string>> differences(
    const std::vector<const RunModel*>& runs);

}  // namespace soakrig::dashboard
