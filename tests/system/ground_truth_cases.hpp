// SPDX-License-Identifier: Apache-2.0
//
// Plants of which the truth is known, and what an honest judge must say of them. Simulated: each is
// a board, its load and what befalls it, made up sample by sample.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "results/analysis/run_view.hpp"
#include "results/store/writer.hpp"
#include "tests/support/plant.hpp"

namespace soakrig::test {

struct Truth {
  Verdict verdict = Verdict::pass;
  std::vector<Cause> causes;           // of its episodes, each once, in order of the enumeration
  std::vector<IncidentClass> classes;  // of its incidents, in order of time
  std::string reason;                  // a part of the first reason; empty = any
};

struct GroundTruthCase {
  std::string name;  // short, unique
  std::string what;  // what is the case, in a sentence's part
  Truth truth;
  std::function<analysis::RunView()> make;
  std::function<void(store::Writer&)> also = {};  // written after the run: what no RunView can say
};

[[nodiscard]] std::vector<GroundTruthCase> healthy_cases();   // pass
[[nodiscard]] std::vector<GroundTruthCase> failing_cases();   // fail, but for incidents
[[nodiscard]] std::vector<GroundTruthCase> incident_cases();  // each class, each blame
[[nodiscard]] std::vector<GroundTruthCase> unsure_cases();    // inconclusive and error
[[nodiscard]] std::vector<GroundTruthCase> hostile_cases();   // what nobody should be able to store

// All of them, in that order.
[[nodiscard]] std::vector<GroundTruthCase> ground_truth_cases();

// Building blocks.
inline constexpr double kCaseSeconds = 1800;
[[nodiscard]] analysis::RunView soak(const Plant& plant, double seconds = kCaseSeconds);
[[nodiscard]] analysis::RunView loaded(const Load& load, const OverTime& factor = constant(1),
                                       double seconds = kCaseSeconds);
// With `limiter` at `high` and the speed at `factor` from `from` to `to`.
[[nodiscard]] analysis::RunView limited(const std::string& limiter, double factor, double from,
                                        double to, const std::string& unit = "{state}");
void add_incident(analysis::RunView& run, double t, const std::string& kind,
                  const std::string& blame, const std::string& workload = "chat");
void add_ready(analysis::RunView& run, double t);

}  // namespace soakrig::test
