// SPDX-License-Identifier: Apache-2.0
#include "results/analysis/findings.hpp"

#include <algorithm>

namespace soakrig::analysis {

Ruling rule(std::span<const Finding> findings, std::span<const Finding> rig_faults) {
  Ruling out;
  out.findings.assign(findings.begin(), findings.end());
  const bool unjudged = std::ranges::any_of(findings, [](const Finding& f) {
    return f.verdict == Verdict::inconclusive && f.for_want_of_data;
  });
  if (unjudged) {
    out.findings.insert(out.findings.end(), rig_faults.begin(), rig_faults.end());
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
