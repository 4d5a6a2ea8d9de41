// SPDX-License-Identifier: Apache-2.0
//
// What a buyer states of costs, joined with what one board's run measured. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "results/analysis/cost.hpp"
#include "results/report/compare/comparison.hpp"

namespace soakrig::report {

// A price with where it comes from; there is none without a date.
struct DatedPrice {
  std::string name;  // "edge.price"
  double value = 0;
  std::string currency, date, source;  // date: YYYY-MM-DD
};

// A cost file as read (docs/formats/cost.md). `stated` holds everything that is not measured, in
// `currency`; its speed, power and availability are empty.
struct CostPlan {
  std::string currency;
  std::string cloud_name;
  std::string phase, workload;  // which figures to take; empty = the slowest phase that has tokens
  double swing = 0.2;
  bool count_devices = false;  // as many as the requests need, instead of stated.devices
  std::optional<double> power_w, availability;  // where they were not measured
  analysis::CostInputs stated;
  std::vector<DatedPrice> prices;  // prices and rates, in the order of the file
};

// One board's answer.
struct CostCase {
  std::string label, run, board, phase, workload, provenance;
  std::vector<analysis::Said> missing;  // what was neither measured nor stated; then no answer
  std::vector<analysis::Said> notes;    // what to know before believing it
  analysis::CostInputs inputs;
  std::optional<analysis::CostAnswer> answer;
};

struct CostSheet {
  CostPlan plan;
  std::vector<CostCase> cases;  // in the order in which the boards were named
};

// The figures that the plan asks for: null where no such phase and workload counted tokens.
struct TokenFigures {
  const analysis::PhaseFigures* phase = nullptr;
  const analysis::WorkFigures* work = nullptr;
};
[[nodiscard]] TokenFigures token_figures(const analysis::BoardJudgement& board,
                                         const std::string& phase, const std::string& workload);

[[nodiscard]] CostCase cost_case(const CostPlan& plan, const Candidate& candidate);

}  // namespace soakrig::report
