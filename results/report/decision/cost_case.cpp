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
    out.missing.push_back({"missing_speed"});
    return;
  }
  const WorkFigures& work = *figures.work;
  out.phase = figures.phase->name;
  out.workload = work.name;
  out.inputs.tokens_per_s = bounded(*work.sustained, work.lower, work.upper);
  if (!out.inputs.tokens_per_s.lower) {
    out.notes.push_back({"speed_no_interval"});
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
    out.notes.push_back({"other_lengths"});
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
      out.notes.push_back({"power_not_at_wall", {Named{meter->measuring_point}}});
    }
    return;
  }
  if (!plan.power_w) {
    out.missing.push_back({"missing_power"});
    return;
  }
  out.inputs.busy_power_w = {*plan.power_w, std::nullopt, std::nullopt};
  out.notes.push_back({"power_stated"});
}

void take_availability(const BoardJudgement& board, const CostPlan& plan, CostCase& out) {
  if (plan.availability) {
    out.inputs.availability = {*plan.availability, std::nullopt, std::nullopt};
    out.notes.push_back({"availability_stated"});
  } else if (!board.availability) {
    out.missing.push_back({"missing_availability"});
  } else if (!(*board.availability > 0)) {
    out.missing.push_back({"never_up"});
  } else {
    out.inputs.availability = {*board.availability, std::nullopt, std::nullopt};
  }
}

void note_the_run(const Candidate& c, CostCase& out) {
  if (c.run->run.provenance != Provenance::measured) {
    out.notes.push_back({"cost_not_measured", {Word{out.provenance}}});
  }
  if (!c.board->verdict || *c.board->verdict != Verdict::pass) {
    const auto verdict = c.board->verdict;
    out.notes.push_back(
        {"verdict_not_pass", {Word{verdict ? std::string(to_string(*verdict)) : "unknown"}}});
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
    out.notes.push_back({"too_few_devices",
                         {Figure{std::floor(out.answer->capacity_per_day), As::whole},
                          Figure{out.answer->demand_per_day, As::whole}}});
  }
  return out;
}

}  // namespace soakrig::report
