// SPDX-License-Identifier: Apache-2.0
#include "results/report/decision/choice.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace soakrig::report {

namespace {

using namespace analysis;

struct Quantity {
  std::string_view name;
  std::optional<double> ChoiceRow::*value;
  bool more_is_better;
};
constexpr Quantity kQuantities[] = {
    {"tokens/s", &ChoiceRow::tokens_per_s, true}, {"ttft", &ChoiceRow::ttft_s, false},
    {"J/token", &ChoiceRow::j_per_token, false},  {"memory", &ChoiceRow::memory_bytes, false},
    {"quality", &ChoiceRow::quality, true},       {"a_cost", &ChoiceRow::per_million, false},
};

std::optional<double> number_of(const std::map<std::string, std::string>& facts, const char* key) {
  const auto found = facts.find(key);
  if (found == facts.end()) return std::nullopt;
  double out = 0;
  const char* end = found->second.data() + found->second.size();
  const auto read = std::from_chars(found->second.data(), end, out);
  return read.ec == std::errc{} && read.ptr == end && std::isfinite(out) ? std::optional(out)
                                                                         : std::nullopt;
}

void take_facts(const std::map<std::string, std::map<std::string, std::string>>& ready,
                ChoiceRow& row) {
  const auto found = ready.find(row.workload);
  if (found == ready.end()) return;
  const auto text = [&](const char* key, std::string& into) {
    const auto fact = found->second.find(key);
    if (fact != found->second.end() && into.empty()) into = fact->second;
  };
  text("shape", row.model);
  text("model", row.model);
  text("format", row.precision);
  row.memory_bytes = number_of(found->second, "memory_bytes");
  row.quality = number_of(found->second, "quality");
}

ChoiceRow row_of(const Candidate& c) {
  ChoiceRow out;
  out.label = c.label;
  const TokenFigures figures = token_figures(*c.board, "", "");
  if (figures.work == nullptr) return out;
  const WorkFigures& work = *figures.work;
  out.phase = figures.phase->name;
  out.workload = work.name;
  out.tokens_per_s = work.sustained;
  out.lower = work.lower;
  out.upper = work.upper;
  out.j_per_token = work.j_per_work;
  const auto ttft = work.latency.find("ttft");
  if (ttft != work.latency.end() && ttft->second.n > 0) out.ttft_s = ttft->second.p50;
  const auto spec = std::ranges::find(c.spec->workloads, work.name, &WorkloadSpec::name);
  if (spec != c.spec->workloads.end()) {
    out.model = spec->model;
    out.precision = spec->precision;
  }
  return out;
}

// At least as good in all that both know, and better in one; nothing where they share nothing, or
// where `b` knows something that `a` does not: then `b` may be better in it.
bool beats(const ChoiceRow& a, const ChoiceRow& b) {
  bool better = false;
  for (const Quantity& q : kQuantities) {
    const auto &of_a = a.*q.value, &of_b = b.*q.value;
    if (!of_b) continue;
    if (!of_a) return false;
    const double gain = q.more_is_better ? *of_a - *of_b : *of_b - *of_a;
    if (gain < 0) return false;
    better = better || gain > 0;
  }
  return better;
}

bool meets(std::span<const TickedRequirement> ticked, std::size_t i) {
  return std::ranges::all_of(
      ticked, [&](const TickedRequirement& t) { return t.ticks[i].met == Verdict::pass; });
}

// What there is to say of why a row is out.
std::vector<Said> unmet(std::span<const TickedRequirement> ticked, std::size_t i) {
  std::vector<Said> out;
  for (const TickedRequirement& t : ticked) {
    if (t.ticks[i].met == Verdict::pass) continue;
    const bool failed = t.ticks[i].met == Verdict::fail;
    out.push_back({failed ? "requirement_failed" : "requirement_open",
                   {Named{std::string(t.requirement.name)}}});
  }
  return out;
}

// The first quantity that all of them know decides: cost, then energy, then speed.
void decide(const std::vector<std::size_t>& left, Choice& out) {
  const Quantity* by = nullptr;
  for (const std::size_t at : {std::size_t{5}, std::size_t{2}, std::size_t{0}}) {
    const Quantity& q = kQuantities[at];
    const auto known = [&](std::size_t i) { return (out.rows[i].*q.value).has_value(); };
    if (by == nullptr && std::ranges::all_of(left, known)) by = &q;
  }
  if (by == nullptr) {
    out.why = {{"choice_no_figure"}};
    return;
  }
  const auto better = [&](std::size_t a, std::size_t b) {
    const double va = *(out.rows[a].*by->value), vb = *(out.rows[b].*by->value);
    return by->more_is_better ? va > vb : va < vb;
  };
  out.best = *std::ranges::min_element(left, better);
  const ChoiceRow& best = out.rows[*out.best];
  std::vector<Said> others;
  for (const std::size_t i : left) {
    if (i == *out.best) continue;
    others.push_back({"choice_other", {Figure{out.rows[i].*by->value}, Named{out.rows[i].label}}});
  }
  out.why = {{"choice_decides", {Word{std::string(by->name)}, Figure{best.*by->value}}}};
  if (!others.empty()) out.why.push_back({"choice_against", {std::move(others)}});
}

}  // namespace

Choice choose(std::span<const Candidate> candidates, const ReadyOf& ready,
              std::span<const TickedRequirement> ticked, const CostSheet* costs) {
  Choice out;
  if (costs != nullptr) out.currency = costs->plan.currency;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    ChoiceRow row = row_of(candidates[i]);
    if (i < ready.size()) take_facts(ready[i], row);
    if (costs != nullptr && i < costs->cases.size() && costs->cases[i].answer) {
      row.per_million = costs->cases[i].answer->edge.per_million;
    }
    out.rows.push_back(std::move(row));
  }
  for (ChoiceRow& row : out.rows) {
    for (const ChoiceRow& other : out.rows) {
      if (beats(other, row)) row.beaten_by.push_back(other.label);
    }
  }
  std::vector<std::size_t> left;
  std::vector<Said> excluded;
  for (std::size_t i = 0; i < out.rows.size(); ++i) {
    if (!out.rows[i].tokens_per_s) {
      excluded.push_back({"choice_no_tokens", {Named{out.rows[i].label}}});
    } else if (!meets(ticked, i)) {
      excluded.push_back({"choice_unmet", {Named{out.rows[i].label}, unmet(ticked, i)}});
    } else {
      left.push_back(i);
    }
  }
  if (left.empty()) {
    out.why = {{"choice_none"}};
  } else {
    decide(left, out);
  }
  out.why.insert(out.why.end(), excluded.begin(), excluded.end());
  return out;
}

}  // namespace soakrig::report
