// SPDX-License-Identifier: Apache-2.0
#include "tests/system/ground_truth_cases.hpp"

namespace soakrig::test {

using analysis::RunView;

RunView soak(const Plant& plant, double seconds) {
  return make_run({plant.board()}, {{"soak", seconds}});
}

RunView loaded(const Load& load, const OverTime& factor, double seconds) {
  Plant plant;
  plant.sensors(seconds).work("chat", load, 0, seconds, factor);
  return soak(plant, seconds);
}

RunView limited(const std::string& limiter, double factor, double from, double to,
                const std::string& unit) {
  Plant plant;
  plant.sensors(kCaseSeconds).work("chat", {}, 0, kCaseSeconds, pulse(from, to, factor, 1));
  if (limiter == "limiter.thermal.cpu_state") plant.cut(limiter, 0, kCaseSeconds);
  const bool counter = unit == "{count}";
  const OverTime value =
      counter ? OverTime([=](double t) { return t < from ? 0 : std::min(t, to) - from; })
              : pulse(from, to, 1);
  plant.channel(limiter, unit, value, 0, kCaseSeconds);
  return soak(plant);
}

void add_incident(RunView& run, double t, const std::string& kind, const std::string& blame,
                  const std::string& workload) {
  run.events.push_back(make_event(t, "pi", event_kind::kIncident,
                                  R"({"class":")" + kind + R"(","blame":")" + blame +
                                      R"(","workload":")" + workload +
                                      R"(","evidence":["made on purpose"]})"));
}

void add_ready(RunView& run, double t) {
  run.events.push_back(make_event(t, "pi", event_kind::kWorkReady, R"({"workload":"chat"})"));
}

std::vector<GroundTruthCase> ground_truth_cases() {
  std::vector<GroundTruthCase> out;
  for (auto* part : {healthy_cases, failing_cases, incident_cases, unsure_cases, hostile_cases}) {
    for (GroundTruthCase& c : part()) out.push_back(std::move(c));
  }
  return out;
}

}  // namespace soakrig::test
