// SPDX-License-Identifier: Apache-2.0
#include "rig/base/verdict.hpp"

#include <array>
#include <cstddef>

namespace soakrig {
namespace {

// Indexed by the enumerator.
constexpr std::array<std::string_view, 4> kVerdicts = {"pass", "inconclusive", "error", "fail"};
constexpr std::array<int, 4> kExitCodes = {0, 3, 2, 1};
constexpr std::array<std::string_view, 5> kBlames = {"board", "rig", "config", "operator",
                                                     "unknown"};
constexpr std::array<std::string_view, 17> kClasses = {
    "workload-crash", "workload-hang",    "oom",            "model-refused", "output-mismatch",
    "kernel-panic",   "lockup",           "watchdog-reset", "power-loss",    "thermal-shutdown",
    "link-loss",      "planned-reboot",   "unknown-reset",  "memory-leak",   "starvation",
    "deadlock",       "priority-inversion"};
constexpr std::array<std::string_view, 9> kCauses = {
    "thermal",         "under-voltage", "over-current", "power-cap", "user-cap",
    "memory-pressure", "contention",    "workload",     "unknown"};

template <class Enum, std::size_t N>
std::optional<Enum> find_in(const std::array<std::string_view, N>& names, std::string_view text) {
  for (std::size_t i = 0; i < N; ++i) {
    if (names[i] == text) return static_cast<Enum>(i);
  }
  return std::nullopt;
}

}  // namespace

std::string_view to_string(Verdict v) { return kVerdicts[static_cast<std::size_t>(v)]; }
std::string_view to_string(Blame b) { return kBlames[static_cast<std::size_t>(b)]; }
std::string_view to_string(IncidentClass c) { return kClasses[static_cast<std::size_t>(c)]; }
std::string_view to_string(Cause c) { return kCauses[static_cast<std::size_t>(c)]; }
int exit_code(Verdict v) { return kExitCodes[static_cast<std::size_t>(v)]; }

std::optional<Verdict> parse_verdict(std::string_view t) { return find_in<Verdict>(kVerdicts, t); }
std::optional<Blame> parse_blame(std::string_view t) { return find_in<Blame>(kBlames, t); }
std::optional<Cause> parse_cause(std::string_view t) { return find_in<Cause>(kCauses, t); }
std::optional<IncidentClass> parse_incident_class(std::string_view t) {
  return find_in<IncidentClass>(kClasses, t);
}

}  // namespace soakrig
