// SPDX-License-Identifier: Apache-2.0
//
// A buyer's requirements against what stored runs sustained: ticked, not ticked, or not decided
// with the reason. Pure. A figure with an interval meets a requirement only with all of it; what
// was not seen, or was simulated, meets none.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "results/report/compare/comparison.hpp"

namespace soakrig::report {

struct Requirement {
  std::string name;  // one of requirement_names()
  double value = 0;
  std::optional<double> ambient;  // Cel: it must hold in the phases at least that hot
  std::string workload;           // empty = the primary one of each phase
};

struct RequirementName {
  std::string_view name, unit;
  bool at_least = true;  // else at most
  bool by_phase = true;  // else of the whole run
  std::string_view meaning;
};
[[nodiscard]] std::span<const RequirementName> requirement_names();

struct Tick {
  Verdict met = Verdict::inconclusive;  // pass, fail or inconclusive
  std::string reason;
};

struct TickedRequirement {
  Requirement requirement;
  RequirementName name;
  std::vector<Tick> ticks;  // one a candidate
};

// In the order of `requirements`. The names must be known.
[[nodiscard]] std::vector<TickedRequirement> tick(std::span<const Requirement> requirements,
                                                  std::span<const Candidate> candidates);

[[nodiscard]] bool all_met(std::span<const TickedRequirement> ticked);

}  // namespace soakrig::report
