// SPDX-License-Identifier: Apache-2.0
//
// Verdicts, blame, incident classes and episode causes: the closed vocabularies of design and
// glossary, with their spelling in files and pictures. A verdict is data, never an exception.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace soakrig {

enum class Verdict : std::uint8_t { pass, inconclusive, error, fail };  // from best to worst

[[nodiscard]] constexpr Verdict worst(Verdict a, Verdict b) { return a > b ? a : b; }
[[nodiscard]] std::string_view to_string(Verdict verdict);
[[nodiscard]] std::optional<Verdict> parse_verdict(std::string_view text);
// pass 0, fail 1, error 2, inconclusive 3.
[[nodiscard]] int exit_code(Verdict verdict);

enum class Blame : std::uint8_t { board, rig, config, operator_, unknown };
[[nodiscard]] std::string_view to_string(Blame blame);
[[nodiscard]] std::optional<Blame> parse_blame(std::string_view text);

enum class IncidentClass : std::uint8_t {
  workload_crash, workload_hang, oom, model_refused, output_mismatch, kernel_panic, lockup,
  watchdog_reset, power_loss, thermal_shutdown, link_loss, planned_reboot, unknown_reset,
  memory_leak, starvation, deadlock, priority_inversion,
};
[[nodiscard]] std::string_view to_string(IncidentClass c);  // "workload-crash"
[[nodiscard]] std::optional<IncidentClass> parse_incident_class(std::string_view text);

enum class Cause : std::uint8_t {
  thermal, under_voltage, over_current, power_cap, user_cap, memory_pressure, contention, workload,
  unknown,
};
[[nodiscard]] std::string_view to_string(Cause cause);  // "under-voltage"
[[nodiscard]] std::optional<Cause> parse_cause(std::string_view text);

}  // namespace soakrig
