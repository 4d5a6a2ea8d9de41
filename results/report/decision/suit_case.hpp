// SPDX-License-Identifier: Apache-2.0
//
// What a site states, joined with what one board's run measured. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "results/analysis/link_trace.hpp"
#include "results/analysis/suit.hpp"
#include "results/report/decision/cost_case.hpp"

namespace soakrig::report {

enum class LinkSource : std::uint8_t { trace, measured };

// A site file as read (docs/formats/suit.md), its trace and cost file with it.
struct SitePlan {
  std::string name;
  std::string phase, workload;  // which figures to take; empty = the slowest phase with tokens
  std::optional<CostPlan> cost;
  std::optional<analysis::LinkFigures> link;  // from a trace or a measurement
  LinkSource link_source = LinkSource::trace;
  analysis::SuitInputs stated;  // everything that is not measured
};

struct SuitCase {
  std::string label, run, board, provenance;
  std::vector<analysis::Said> notes;
  analysis::SuitInputs inputs;
  analysis::SuitAnswer answer;
};

[[nodiscard]] SuitCase suit_case(const SitePlan& plan, const Candidate& candidate);

// edge and hybrid: pass; cloud and none: fail.
[[nodiscard]] Verdict verdict_of(const analysis::SuitAnswer& answer);

}  // namespace soakrig::report
