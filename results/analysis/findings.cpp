// SPDX-License-Identifier: Apache-2.0
#include "results/analysis/findings.hpp"

#include <algorithm>

namespace soakrig::analysis {

Ruling rule(std::span<const Finding> findings, std::span<const std::string> rig_faults) {
  Ruling out;
  out.findings.assign(findings.begin(), findings.end());
  const bool unjudged = std::ranges::any_of(findings, [](const Finding& f) {
    return f.verdict == Verdict::inconclusive && f.for_want_of_data;
  });
  if (unjudged) {
    for (const std::string& fault : rig_faults) {
      Finding of_rig{Verdict::error, "rig fault: " + fault, false};
      of_rig.rule = "rig";
      out.findings.push_back(std::move(of_rig));
    }
  }
  for (const Finding& f : out.findings) out.verdict = worst(out.verdict, f.verdict);
  std::ranges::stable_sort(out.findings, std::greater{}, &Finding::verdict);
  for (const Finding& f : out.findings) {
    if (f.reason.empty()) continue;
    if (f.verdict != Verdict::pass || out.verdict == Verdict::pass) out.reasons.push_back(f.reason);
  }
  return out;
}

}  // namespace soakrig::analysis
