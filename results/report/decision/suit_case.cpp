// SPDX-License-Identifier: Apache-2.0
#include "results/report/decision/suit_case.hpp"

#include <fmt/format.h>

namespace soakrig::report {

namespace {

using namespace analysis;

constexpr double kShortSeconds = 24 * 3600;

std::string span_text(double seconds) {
  return seconds < 3600 ? fmt::format("{:.0f} s", seconds)
                        : fmt::format("{:.1f} h", seconds / 3600);
}

void note_the_link(const SitePlan& plan, SuitCase& out) {
  if (!plan.link) return;
  const LinkFigures& link = *plan.link;
  const bool measured = plan.link_source == LinkSource::measured;
  out.notes.push_back(
      fmt::format("the link{}: {}, {} outage{}, the longest {:.0f} s, round trip p50 {}",
                  measured ? ", measured just now" : "'s trace", span_text(link.span_s),
                  link.outages, link.outages == 1 ? "" : "s", link.longest_outage_s,
                  link.rtt_p50_ms ? fmt::format("{:.3g} ms", *link.rtt_p50_ms) : "unknown"));
  if (link.kbit_s_p5) {
    out.notes.push_back(
        fmt::format("it took {:.0f} kbit/s upwards in its slowest twentieth", *link.kbit_s_p5));
  }
  if (measured && link.span_s < kShortSeconds) {
    out.notes.push_back(
        "what is rarer than the measurement was long is not in it: record a trace of a week");
  }
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
