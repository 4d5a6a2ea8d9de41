// SPDX-License-Identifier: Apache-2.0
#include "results/report/decision/suit_case.hpp"

#include <fmt/format.h>

namespace soakrig::report {

namespace {

using namespace analysis;

void note_the_link(const SitePlan& plan, SuitCase& out) {
  if (!plan.link) return;
  const LinkFigures& link = *plan.link;
  out.notes.push_back(fmt::format(
      "the link's trace: {:.1f} h, {} outage{}, the longest {:.0f} s, round trip p50 {:.0f} ms",
      link.span_s / 3600, link.outages, link.outages == 1 ? "" : "s", link.longest_outage_s,
      link.rtt_p50_ms.value_or(0)));
  if (link.loss) {
    out.notes.push_back(fmt::format("{:.2g} % of packets were lost: what that adds is in no figure",
                                    100 * *link.loss));
  }
}

}  // namespace

SuitCase suit_case(const SitePlan& plan, const Candidate& candidate) {
  SuitCase out;
  out.label = candidate.label;
  out.run = candidate.run->run.id;
  out.board = candidate.board->name;
  out.provenance = to_string(candidate.run->run.provenance);
  out.inputs = plan.stated;
  const TokenFigures figures = token_figures(*candidate.board, plan.phase, plan.workload);
  if (figures.work != nullptr) {
    const auto ttft = figures.work->latency.find("ttft");
    if (ttft != figures.work->latency.end() && ttft->second.n > 0) {
      out.inputs.edge_latency = ttft->second.p90;
    }
  }
  out.inputs.edge_availability = candidate.board->availability;
  if (out.provenance != "measured") {
    out.notes.push_back("the run is " + out.provenance + ": this decides for no real board");
  }
  if (plan.cost) {
    CostCase cost = cost_case(*plan.cost, candidate);
    out.inputs.cost = cost.answer;
    for (std::string& m : cost.missing) out.notes.push_back("no cost: missing " + std::move(m));
  }
  note_the_link(plan, out);
  out.answer = suit(out.inputs);
  return out;
}

Verdict verdict_of(const SuitAnswer& answer) {
  switch (answer.place) {
    case Place::edge:
    case Place::hybrid:
      return Verdict::pass;
    case Place::cloud:
    case Place::none:
      return Verdict::fail;
    case Place::inconclusive:
      break;
  }
  return Verdict::inconclusive;
}

}  // namespace soakrig::report
