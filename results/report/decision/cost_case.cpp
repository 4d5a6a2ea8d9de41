// SPDX-License-Identifier: Apache-2.0
#include "results/report/decision/cost_case.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace soakrig::report {

namespace {

using namespace analysis;

constexpr std::string_view kTokens = "{token}/s";

// Its interval, unless that reaches down to nothing: then it bounds no cost.
Bounded bounded(double value, const std::optional<double>& lower,
                const std::optional<double>& upper) {
  Bounded out{value, std::nullopt, std::nullopt};
  if (lower && upper && *lower > 0 && *lower <= value && value <= *upper) {
    out.lower = lower;
    out.upper = upper;
  }
  return out;
}

void take_speed(const TokenFigures& figures, const Candidate& c, CostCase& out) {
  if (figures.work == nullptr) {
    out.missing.emplace_back(
        "a sustained speed in tokens: no phase asked for has a workload that counts them");
    return;
  }
  const WorkFigures& work = *figures.work;
  out.phase = figures.phase->name;
  out.workload = work.name;
  out.inputs.tokens_per_s = bounded(*work.sustained, work.lower, work.upper);
  if (!out.inputs.tokens_per_s.lower) {
    out.notes.emplace_back("the sustained speed has no interval: the phase was too short for one");
  }
  const auto spec = std::ranges::find(c.spec->workloads, work.name, &WorkloadSpec::name);
  if (spec == c.spec->workloads.end()) return;
  const auto differs = [&](const char* option, double wanted) {
    const auto at = std::ranges::find(spec->argv, option);
    return at != spec->argv.end() && at + 1 != spec->argv.end() &&
           *(at + 1) != fmt::format("{:g}", wanted);
  };
  if (differs("--prompt-tokens", out.inputs.prompt_tokens) ||
      differs("--answer-tokens", out.inputs.answer_tokens)) {
    out.notes.emplace_back(
        "the soak's prompts and answers were not as long as those of the cost file: the speed is "
        "of "
        "the soak's");
  }
}

void take_power(const TokenFigures& figures, const CostPlan& plan, CostCase& out) {
  if (figures.work != nullptr && figures.work->power_w && *figures.work->power_w > 0) {
    const double power = *figures.work->power_w;
    out.inputs.busy_power_w = {power, std::nullopt, std::nullopt};
    const auto& meter = figures.phase->power;
    if (meter && meter->mean_w && meter->lower_w && meter->upper_w && *meter->mean_w > 0) {
      out.inputs.busy_power_w = bounded(power, power * *meter->lower_w / *meter->mean_w,
                                        power * *meter->upper_w / *meter->mean_w);
    }
    if (meter && meter->measuring_point != "wall") {
      out.notes.push_back("power was measured at '" + meter->measuring_point +
                          "', not at the wall: the supply's losses are not in it");
    }
    return;
  }
  if (!plan.power_w) {
    out.missing.emplace_back("power: the run has no board.power; state edge.power_w");
    return;
  }
  out.inputs.busy_power_w = {*plan.power_w, std::nullopt, std::nullopt};
  out.notes.emplace_back("power is as stated in the cost file, not measured");
}

void take_availability(const BoardJudgement& board, const CostPlan& plan, CostCase& out) {
  if (plan.availability) {
    out.inputs.availability = {*plan.availability, std::nullopt, std::nullopt};
    out.notes.emplace_back("availability is as stated in the cost file, not measured");
  } else if (!board.availability) {
    out.missing.emplace_back("availability: the run has none; state edge.availability");
  } else if (!(*board.availability > 0)) {
    out.missing.emplace_back("availability: the board was never up in the run");
  } else {
    out.inputs.availability = {*board.availability, std::nullopt, std::nullopt};
  }
}

void note_the_run(const Candidate& c, CostCase& out) {
  if (c.run->run.provenance != Provenance::measured) {
    out.notes.push_back("the run is " + out.provenance + ": this is no board's cost");
  }
  if (!c.board->verdict || *c.board->verdict != Verdict::pass) {
    out.notes.push_back("the board's verdict is " +
                        (c.board->verdict ? std::string(to_string(*c.board->verdict)) : "unknown") +
                        ": a cost assumes that it works");
  }
}

}  // namespace

TokenFigures token_figures(const BoardJudgement& board, const std::string& phase,
                           const std::string& workload) {
  TokenFigures out;
  for (const PhaseFigures& p : board.phases) {
    if (!phase.empty() && p.name != phase) continue;
    for (const WorkFigures& w : p.work) {
      if ((!workload.empty() && w.name != workload) || w.unit != kTokens || !w.sustained) continue;
      if (!(*w.sustained > 0) || (out.work != nullptr && *out.work->sustained <= *w.sustained)) {
        continue;
      }
      out = {&p, &w};
    }
  }
  return out;
}

CostCase cost_case(const CostPlan& plan, const Candidate& candidate) {
  CostCase out;
  out.label = candidate.label;
  out.run = candidate.run->run.id;
  out.board = candidate.board->name;
  out.provenance = to_string(candidate.run->run.provenance);
  out.inputs = plan.stated;
  const TokenFigures figures = token_figures(*candidate.board, plan.phase, plan.workload);
  take_speed(figures, candidate, out);
  take_power(figures, plan, out);
  take_availability(*candidate.board, plan, out);
  note_the_run(candidate, out);
  if (!out.missing.empty()) return out;
  if (plan.count_devices) {
    out.inputs.devices = 1;
    const double one = capacity_per_day(out.inputs);
    out.inputs.devices = std::max(1.0, std::ceil(*plan.stated.requests_per_day / one));
  }
  out.answer = cost_of(out.inputs, plan.swing);
  if (out.answer->demand_per_day > out.answer->capacity_per_day) {
    out.notes.push_back(fmt::format("the devices can serve {:.0f} of the {:.0f} requests a day",
                                    std::floor(out.answer->capacity_per_day),
                                    out.answer->demand_per_day));
  }
  return out;
}

}  // namespace soakrig::report
