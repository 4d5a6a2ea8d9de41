// SPDX-License-Identifier: Apache-2.0
#include "results/report/compare/requirements.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "results/report/text_layout.hpp"

namespace soakrig::report {

namespace {

using namespace analysis;

constexpr double kAmbientTolerance = 2.0;  // K, as for claims

constexpr std::array kNames{
    RequirementName{"tokens_per_s", "{token}/s", true, true, "sustained tokens per second"},
    RequirementName{"sustained", "", true, true, "sustained speed, in the workload's own unit"},
    RequirementName{"stability", "1", true, true, "worst ÷ best window"},
    RequirementName{"retention", "1", true, true, "sustained ÷ the run's peak"},
    RequirementName{"power_w", "W", false, true, "mean power of the dwell"},
    RequirementName{"j_per_work", "J", false, true, "energy per unit of work"},
    RequirementName{"ttft_ms", "ms", false, true, "median time to the first token"},
    RequirementName{"coverage", "1", true, false, "part seen of what the verdict needs"},
    RequirementName{"availability", "1", true, false, "1 − time down ÷ dwell"},
    RequirementName{"incidents", "", false, false, "incidents with blame board or unknown"},
};

struct Measured {
  std::optional<double> value, lower, upper;
  bool needs_interval = false;
  std::string missing;  // why there is no figure, or no interval
};

const WorkFigures* work_of(const PhaseFigures& phase, const std::string& name) {
  if (name.empty()) return phase.work.empty() ? nullptr : &phase.work.front();
  const auto found = std::ranges::find(phase.work, name, &WorkFigures::name);
  return found == phase.work.end() ? nullptr : &*found;
}

Measured in_phase(const Requirement& r, const PhaseFigures& phase, const WorkFigures& w) {
  const std::string_view name = r.name;
  if (name == "tokens_per_s" && w.unit != "{token}/s") {
    return {{}, {}, {}, true, w.name + " counts " + w.unit + ", not tokens"};
  }
  if (name == "tokens_per_s" || name == "sustained") {
    return {w.sustained, w.lower, w.upper, true, "the phase is too short for an interval"};
  }
  if (name == "stability") return {w.stability, {}, {}, false, "the phase cannot hold two windows"};
  if (name == "retention") return {w.retention, {}, {}, false, "the run's peak is not known"};
  if (name == "j_per_work") {
    return {w.j_per_work, w.j_per_work_lower, w.j_per_work_upper, true,
            "the meter's accuracy is not known"};
  }
  if (name == "power_w") {
    if (!phase.power) return {{}, {}, {}, true, "no board.power was recorded"};
    return {phase.power->mean_w, phase.power->lower_w, phase.power->upper_w, true,
            "the meter's accuracy is not known"};
  }
  const auto ttft = w.latency.find("ttft");
  if (ttft == w.latency.end()) return {{}, {}, {}, false, "the workload tells no ttft"};
  return {ttft->second.p50 * 1000, {}, {}, false, ""};
}

Measured of_run(const Requirement& r, const BoardJudgement& board) {
  if (r.name == "coverage") return {board.coverage, {}, {}, false, "coverage is not known"};
  if (r.name == "availability")
    return {board.availability, {}, {}, false, "availability is not known"};
  const auto counted = std::ranges::count_if(board.incidents, [](const Incident& i) {
    return i.blame == Blame::board || i.blame == Blame::unknown;
  });
  return {static_cast<double>(counted), {}, {}, false, ""};
}

Tick decide(const Requirement& r, const RequirementName& name, const Measured& m,
            const std::string& where) {
  const std::string unit =
      name.unit.empty() || name.unit == "1" ? "" : " " + std::string(name.unit);
  if (!m.value) return {Verdict::inconclusive, where + m.missing};
  std::string seen = where + figure(*m.value) + unit;
  if (m.lower && m.upper) seen += " [" + figure(*m.lower) + ", " + figure(*m.upper) + "]";
  const double low = m.lower.value_or(*m.value), high = m.upper.value_or(*m.value);
  const bool met = name.at_least ? low >= r.value : high <= r.value;
  const bool broken = name.at_least ? high < r.value : low > r.value;
  if (m.needs_interval && (!m.lower || !m.upper)) {
    return {Verdict::inconclusive, seen + ", but " + m.missing};
  }
  if (met) return {Verdict::pass, seen};
  if (broken) return {Verdict::fail, seen};
  return {Verdict::inconclusive, seen + " holds the requirement: measure longer"};
}

// The worst phase counts, as for claims.
Tick worst_phase(const Requirement& r, const RequirementName& name, const BoardJudgement& board) {
  std::optional<Tick> worst_tick;
  for (const PhaseFigures& p : board.phases) {
    if (r.ambient && (!p.ambient || *p.ambient < *r.ambient - kAmbientTolerance)) continue;
    const WorkFigures* w = work_of(p, r.workload);
    if (w == nullptr) continue;
    const Tick one = decide(r, name, in_phase(r, p, *w), p.name + ": ");
    if (!worst_tick || worst(worst_tick->met, one.met) != worst_tick->met) worst_tick = one;
  }
  if (worst_tick) return *worst_tick;
  std::string what = r.workload.empty() ? "no phase ran a workload" : "no phase ran " + r.workload;
  if (r.ambient) what += fmt::format(" at {:g} Cel or hotter", *r.ambient);
  return {Verdict::inconclusive, what};
}

Tick tick_one(const Requirement& r, const RequirementName& name, const Candidate& c) {
  Tick out =
      name.by_phase ? worst_phase(r, name, *c.board) : decide(r, name, of_run(r, *c.board), "");
  const RunFacts& run = c.run->run;
  if (out.met == Verdict::inconclusive) return out;
  if (run.provenance != Provenance::measured) {
    return {Verdict::inconclusive, out.reason + ", but the run is " +
                                       std::string(to_string(run.provenance)) +
                                       " and proves nothing about a board"};
  }
  if (out.met == Verdict::pass && !is_over(run.state)) {
    return {Verdict::inconclusive, out.reason + ", but the run did not end"};
  }
  return out;
}

}  // namespace

std::span<const RequirementName> requirement_names() { return kNames; }

std::vector<TickedRequirement> tick(std::span<const Requirement> requirements,
                                    std::span<const Candidate> candidates) {
  std::vector<TickedRequirement> out;
  for (const Requirement& r : requirements) {
    const auto name = std::ranges::find(kNames, r.name, &RequirementName::name);
    RIG_ASSERT(name != kNames.end());
    TickedRequirement one{r, *name, {}};
    for (const Candidate& c : candidates) one.ticks.push_back(tick_one(r, *name, c));
    out.push_back(std::move(one));
  }
  return out;
}

bool all_met(std::span<const TickedRequirement> ticked) {
  return std::ranges::all_of(ticked, [](const TickedRequirement& r) {
    return std::ranges::all_of(r.ticks, [](const Tick& t) { return t.met == Verdict::pass; });
  });
}

}  // namespace soakrig::report
