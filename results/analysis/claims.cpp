// SPDX-License-Identifier: Apache-2.0
#include "results/analysis/claims.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "results/analysis/accelerator.hpp"
#include "results/analysis/claim_conditions.hpp"
#include "results/analysis/claim_measure.hpp"
#include "results/analysis/contention.hpp"
#include "results/analysis/fallback.hpp"
#include "results/analysis/series.hpp"

namespace soakrig::analysis {

namespace {

// What one phase and workload say about a claim.
struct Opinion {
  Verdict verdict = Verdict::inconclusive;
  std::string reason;
  std::optional<double> bar;
  Measured figures;
  const PhaseAnalysis* phase = nullptr;
  const WorkAnalysis* work = nullptr;
};

// The interval against the bar; the words print the comparison.
Opinion compare(const ClaimMeasure& what, const Claim& claim, const Measured& m, double claim_min) {
  Opinion out;
  out.figures = m;
  const double share = what.at_least ? claim_min : 2 - claim_min;
  const double bar = share * claim.value;
  out.bar = bar;
  if (!m.sustained) {
    out.reason = m.missing;
    return out;
  }
  const std::string against = fmt::format("{:.2f} x claimed = {:.4g} {}", share, bar, what.unit);
  if (!m.lower) {
    out.reason =
        m.no_interval.empty()
            ? fmt::format(
                  "one window of {:.4g} {} says nothing about its spread; soak "
                  "longer",
                  *m.sustained, what.unit)
            : fmt::format("sustained {:.4g} {}, but {}", *m.sustained, what.unit, m.no_interval);
    return out;
  }
  const bool passes = what.at_least ? *m.lower >= bar : *m.upper <= bar;
  const bool fails = what.at_least ? *m.upper < bar : *m.lower > bar;
  out.verdict = passes ? Verdict::pass : fails ? Verdict::fail : Verdict::inconclusive;
  out.reason = fmt::format("sustained {:.4g} {} [{:.4g}, {:.4g}] {} {}", *m.sustained, what.unit,
                           *m.lower, *m.upper,
                           passes  ? "meets"
                           : fails ? "misses"
                                   : "straddles",
                           against);
  if (m.accuracy) {
    out.reason += fmt::format(", measured at {} within {:.3g} %, which is in the interval",
                              m.measured_at, *m.accuracy * 100);
  }
  return out;
}

// The load was another than the claim is about, or whoever else used the machine made the figure
// another than the board's own.
void doubt(Opinion& opinion, const ClaimContext& c, const ClaimMeasure& what) {
  std::string why = fallback_of(c.run->events, c.board->name, opinion.work->spec->name);
  if (!why.empty()) {  // worth knowing whatever else is open
    opinion.verdict = Verdict::inconclusive;
    opinion.reason += ", but " + why;
    return;
  }
  // Without an interval nothing was compared; one that straddles the bar may be another's doing.
  if (!opinion.figures.lower || what.kind == MeasureKind::power) return;
  const WorkAnalysis& work = *opinion.work;
  if (const LoadBound* load = load_of(c, what, *opinion.phase, work)) {
    if (load->result.bound == Bound::impossible) why = load->result.words;
  }
  if (why.empty() && work.speed.sustained_over) {
    why = idle_accelerator(*c.board, work.spec->device, *work.speed.sustained_over);
  }
  const VerdictRules& rules = c.run->spec.rules;
  if (why.empty()) {
    why = disturbance(*c.board, *opinion.phase->dwell, c.assertions, rules.steal_max);
  }
  // Said beside a stranger too: whoever mends that one still has a client without a core.
  const std::string client =
      client_limit(*c.board, work.spec->name, work.figures.latency, *opinion.phase->dwell);
  if (!client.empty()) why += (why.empty() ? "" : ", and ") + client;
  if (why.empty() && work.speed.shortened) {
    why = "the dwell cannot hold two windows of " + format_duration(rules.window);
  }
  if (why.empty()) return;
  opinion.reason += (opinion.verdict == Verdict::inconclusive ? ", and " : ", but ") + why;
  opinion.verdict = Verdict::inconclusive;
}

// Why no load exercised a claim. One that counts what is claimed says more than one that does not.
struct Unexercised {
  std::string why;
  bool counted = false;

  void hear(std::string other, bool counts) {
    if (!why.empty() && (counted || !counts)) return;
    why = std::move(other);
    counted = counts;
  }
};

std::vector<Opinion> opinions(const ClaimContext& c, const Claim& claim, const ClaimMeasure& what,
                              std::span<const PhaseAnalysis* const> phases,
                              Unexercised& unexercised) {
  std::vector<Opinion> out;
  for (const PhaseAnalysis* phase : phases) {
    for (const WorkAnalysis& work : phase->work) {
      const auto said = c.ready.find(work.spec->name);
      std::string why = why_not_exercised(
          claim, what, *work.spec, said == c.ready.end() ? Ready{} : said->second, *c.board);
      if (!why.empty()) {
        unexercised.hear(std::move(why), counts_it(what, *work.spec, *c.board));
        continue;
      }
      Opinion o = compare(what, claim, measure(what, c, *phase, work), c.run->spec.rules.claim_min);
      o.phase = phase;
      o.work = &work;
      doubt(o, c, what);
      o.reason += " (" + work.spec->name + " in phase " + phase->spec->name + ")";
      out.push_back(std::move(o));
    }
  }
  return out;
}

// The worst opinion of the phases at the claimed ambient, or a hotter one that proves the claim.
Opinion decide(const ClaimContext& c, const Claim& claim, const ClaimMeasure& what) {
  const PhaseChoice choice = phases_for(claim, c.phases);
  Unexercised unexercised;
  std::vector<Opinion> all = opinions(c, claim, what, choice.at, unexercised);
  if (!all.empty()) return *std::ranges::max_element(all, {}, &Opinion::verdict);
  for (Opinion& o : opinions(c, claim, what, choice.hotter, unexercised)) {
    if (o.verdict == Verdict::pass) return o;
  }
  Opinion out;
  out.reason = !choice.at.empty() || choice.problem.empty()
                   ? (unexercised.why.empty() ? "no phase ran a workload" : unexercised.why)
                   : choice.problem;
  return out;
}

// Highest ambient that was soaked without a thermal episode, below any with one.
Opinion decide_ambient(const ClaimContext& c, const Claim& claim) {
  Opinion out;
  if (!has_thermal_signal(*c.board)) {
    out.reason = "no thermal limiter was readable, so a cool board cannot be told from a blind one";
    return out;
  }
  std::optional<double> throttled;
  for (const PhaseAnalysis& phase : c.phases) {
    if (!phase.dwell || !phase.measured_ambient || phase.work.empty()) continue;
    const bool hot = std::ranges::any_of(c.episodes, [&](const Episode& e) {
      return e.cause == Cause::thermal && overlap(e.when, *phase.dwell).length() > 0;
    });
    const double at = *phase.measured_ambient;
    if (hot && (!throttled || at < *throttled)) {
      throttled = at;
      out.phase = &phase;
    }
    if (!hot && (!out.figures.sustained || at > *out.figures.sustained)) {
      out.figures.sustained = at;
      if (!throttled) out.phase = &phase;
    }
  }
  out.bar = claim.value;
  const double tolerance = kAmbientTolerance;
  if (throttled && *throttled <= claim.value + tolerance) {
    out.verdict = Verdict::fail;
    out.reason = fmt::format("it throttled at an ambient of {:.1f} Cel", *throttled);
  } else if (out.figures.sustained && *out.figures.sustained >= claim.value - tolerance) {
    out.verdict = Verdict::pass;
    out.reason = fmt::format("no thermal episode at {:.1f} Cel", *out.figures.sustained);
  } else {
    out.reason = fmt::format("no phase with a measured ambient of {:g} Cel", claim.value);
  }
  return out;
}

ClaimResult judge_claim(const ClaimContext& c, const Claim& claim) {
  ClaimResult out;
  out.name = claim.name;
  out.claimed = claim.value;
  out.conditions = conditions_of(claim);
  const ClaimMeasure* what = find_measure(claim.name);
  if (what == nullptr) {
    out.reason = "this version does not know a claim of that name";
    return out;
  }
  out.unit = what->unit;
  Opinion o =
      what->kind == MeasureKind::ambient ? decide_ambient(c, claim) : decide(c, claim, *what);
  out.peak = o.figures.peak;
  out.sustained = o.figures.sustained;
  out.lower = o.figures.lower;
  out.upper = o.figures.upper;
  out.verdict = o.verdict;
  out.reason = o.reason;
  out.bar = o.bar;
  if (o.phase != nullptr) {
    out.phase = o.phase->spec->name;
    out.over = o.phase->dwell;
  }
  if (o.work != nullptr) {
    out.workload = o.work->spec->name;
    out.channel = channel_of(*what, *o.work->spec);
    if (o.work->speed.sustained_over) out.over = o.work->speed.sustained_over;
    out.bound = bound_of(c, claim, *what, o.figures, *o.phase, *o.work);
  }
  if (c.run->facts.provenance != Provenance::measured && out.verdict != Verdict::inconclusive) {
    out.verdict = Verdict::inconclusive;
    out.reason += ", but the run is " + std::string(to_string(c.run->facts.provenance)) +
                  " and proves nothing about a board";
  }
  return out;
}

}  // namespace

bool claims_at_least(std::string_view name) {
  const ClaimMeasure* what = find_measure(name);
  return what == nullptr || what->at_least;
}

std::string_view claim_unit(std::string_view name) {
  const ClaimMeasure* what = find_measure(name);
  return what == nullptr ? std::string_view{} : what->unit;
}

std::vector<ClaimResult> judge_claims(const ClaimContext& context) {
  std::vector<ClaimResult> out;
  const BoardSpec* spec = context.run->spec.find_board(context.board->name);
  if (spec == nullptr) return out;
  for (const Claim& claim : spec->claims) out.push_back(judge_claim(context, claim));
  return out;
}

}  // namespace soakrig::analysis
