// SPDX-License-Identifier: Apache-2.0
#include "results/analysis/findings.hpp"

#include <algorithm>

namespace soakrig::analysis {

Ruling rule(std::span<const Finding> findings, std::span<const std::string> rig_faults) {
  std::vector<Finding> all(findings.begin(), findings.end());
  const bool unjudged = std::ranges::any_of(all, [](const Finding& f) {
    return f.verdict == Verdict::inconclusive && f.for_want_of_data;
  });
  if (unjudged) {
    for (const std::string& fault : rig_faults) {
      all.push_back({Verdict::error, "rig fault: " + fault, false});
    }
  }
  Ruling out;
  for (const Finding& f : all) out.verdict = worst(out.verdict, f.verdict);
  std::ranges::stable_sort(all, std::greater{}, &Finding::verdict);
  for (const Finding& f : all) {
    if (f.reason.empty()) continue;
    if (f.verdict != Verdict::pass || out.verdict == Verdict::pass) out.reasons.push_back(f.reason);
  }
  return out;
}

}  // namespace soakrig::analysis
