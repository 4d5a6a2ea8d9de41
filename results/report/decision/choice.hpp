// SPDX-License-Identifier: Apache-2.0
//
// Which model on which board: the figures of a choice side by side, which of them are beaten in
// everything that is known (Pareto), and which is best under a buyer's requirements, with what
// decides it. Pure.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "results/report/compare/requirements.hpp"
#include "results/report/decision/cost_case.hpp"
#include "results/report/html/markup.hpp"
#include "results/report/html/words.hpp"

namespace soakrig::report {

struct ChoiceRow {
  std::string label, model, precision, phase, workload;
  std::optional<double> tokens_per_s, lower, upper;  // sustained, of the slowest phase with tokens
  std::optional<double> ttft_s;                      // p50
  std::optional<double> j_per_token;
  std::optional<double> memory_bytes;  // of the model, as the workload told
  std::optional<double> quality;       // share of tasks solved, as the workload told
  std::optional<double> per_million;   // cost, where there are prices
  std::vector<std::string> beaten_by;  // labels: at least as good in all that both know
};

struct Choice {
  std::vector<ChoiceRow> rows;
  std::string currency;             // of per_million; empty = no prices
  std::optional<std::size_t> best;  // a row; absent = none, or not decided
  std::vector<analysis::Said> why;  // what decides it, or why nothing does
};

// What the workloads said when they were ready, by board and workload.
using ReadyOf = std::vector<std::map<std::string, std::map<std::string, std::string>>>;

// `ready`: one map of workload to facts a candidate, in order; may be empty. `costs` may be null.
[[nodiscard]] Choice choose(std::span<const Candidate> candidates, const ReadyOf& ready,
                            std::span<const TickedRequirement> ticked, const CostSheet* costs);

[[nodiscard]] std::string choice_text(const Choice& choice, std::size_t width);
// The object of the key `choice` of `compare --json`.
[[nodiscard]] std::string choice_json(const Choice& choice);
// Table and picture: cost (else energy a token) to the right, sustained speed upwards; the row
// nothing beats are joined.
[[nodiscard]] Markup choice_section(const Choice& choice, const std::string& banner,
                                    Language language);

}  // namespace soakrig::report
