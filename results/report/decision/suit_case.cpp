// SPDX-License-Identifier: Apache-2.0
#include "results/report/decision/suit_case.hpp"

#include <utility>

namespace soakrig::report {

namespace {

using namespace analysis;

constexpr double kShortSeconds = 24 * 3600;

void note_the_link(const SitePlan& plan, SuitCase& out) {
  if (!plan.link) return;
  const LinkFigures& link = *plan.link;
  const bool measured = plan.link_source == LinkSource::measured;
  out.notes.push_back(
      {measured ? "link_measured" : "link_traced",
       {Figure{link.span_s, As::duration}, Figure{static_cast<double>(link.outages), As::whole},
        Figure{link.longest_outage_s, As::duration}, Figure{link.rtt_p50_ms, As::milliseconds}}});
  if (link.kbit_s_p5) {
    out.notes.push_back({"link_up_speed", {Figure{link.kbit_s_p5, As::whole}}});
  }
  if (link.down_kbit_s_p5) {
    out.notes.push_back({"link_down_speed", {Figure{link.down_kbit_s_p5, As::whole}}});
  } else if (measured) {
    out.notes.push_back({"link_down_unknown"});
  }
  if (measured && link.span_s < kShortSeconds) out.notes.push_back({"link_short"});
  if (link.loss) out.notes.push_back({"link_loss", {Figure{link.loss, As::percent}}});
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
    out.notes.push_back({"run_not_measured", {Word{out.provenance}}});
  }
  if (plan.cost) {
    CostCase cost = cost_case(*plan.cost, candidate);
    out.inputs.cost = cost.answer;
    for (Said& m : cost.missing) {
      out.notes.push_back({"no_cost", {std::vector<Said>{std::move(m)}}});
    }
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
