// SPDX-License-Identifier: Apache-2.0
//
// Incidents from the events that were stored (docs/formats/events.md): an agent or a controller
// names them where it sees them; a changed boot_id is one even if nobody did. Pure.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "results/analysis/judgement.hpp"
#include "results/analysis/run_view.hpp"

namespace soakrig::analysis {

// A class that takes the whole board down.
[[nodiscard]] bool is_reset(IncidentClass kind);

// The board's incidents in order of time, with the time to the next readiness of the workload
// concerned (any workload after a reset), of a lost link to its return. A class or blame that this version does not know counts
// as unknown-reset with blame unknown, and the evidence says what was stored.
[[nodiscard]] std::vector<Incident> find_incidents(std::span<const Event> events,
                                                   std::string_view board);

// When the board was not at work although it should have been: from each incident that stopped it
// until it had recovered, or to `until` if it never did.
[[nodiscard]] std::vector<Interval> down_times(std::span<const Incident> incidents, Nanos until);

}  // namespace soakrig::analysis
