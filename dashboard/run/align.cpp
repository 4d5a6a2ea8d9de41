// SPDX-License-Identifier: Apache-2.0
#include "dashboard/run/align.hpp"

#include <algorithm>

namespace soakrig::dashboard {
namespace {

std::map<std::string, std::string> environment(const RunModel& run) {
  std::map<std::string, std::string> out;
  for (const PhaseSpec& phase : run.spec.phases) {
    out["phases"] +=
        (out["phases"].empty() ? "" : ", ") + phase.name + " " + length_text(phase.soak);
  }
  for (const WorkloadSpec& load : run.spec.workloads) {
    out["workload " + load.name] = load.kind + " " + load.model + " " + load.precision;
  }
  out["provenance"] = to_string(run.provenance);
  if (!run.judgement || run.judgement->boards.empty()) return out;
  for (const auto& [name, value] : run.judgement->boards.front().facts) out[name] = value;
  return out;
}

}  // namespace

std::string_view to_string(AlignBy by) {
  switch (by) {
    case AlignBy::start:
      return "start";
    case AlignBy::dwell:
      return "dwell";
    case AlignBy::event:
      break;
  }
  return "event";
}

std::optional<AlignBy> parse_align(std::string_view text) {
  for (const auto by : {AlignBy::start, AlignBy::dwell, AlignBy::event}) {
    if (to_string(by) == text) return by;
  }
  return std::nullopt;
}

Nanos anchor_of(const RunModel& run, AlignBy by) {
  if (by == AlignBy::event) return next_stop(run, -1, true).value_or(0);
  if (by == AlignBy::start) return 0;
  for (auto phase = run.phases.rbegin(); phase != run.phases.rend(); ++phase) {
    if (phase->dwell_begin) return *phase->dwell_begin;
  }
  return 0;
}

std::map<std::string, std::vector<std::string>> differences(
    const std::vector<const RunModel*>& runs) {
  std::map<std::string, std::vector<std::string>> out;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    for (auto& [name, value] : environment(*runs[i])) {
      auto& values = out[name];
      values.resize(runs.size(), "–");
      values[i] = value;
    }
  }
  std::erase_if(out, [](const auto& entry) {
    return std::ranges::all_of(entry.second,
                               [&](const std::string& v) { return v == entry.second.front(); });
  });
  return out;
}

}  // namespace soakrig::dashboard
