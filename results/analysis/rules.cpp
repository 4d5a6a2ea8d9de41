// SPDX-License-Identifier: Apache-2.0
#include "results/analysis/rules.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "results/analysis/event_body.hpp"
#include "results/analysis/phase_times.hpp"
#include "results/analysis/search_course.hpp"

namespace soakrig::analysis {

namespace {

Interval moment(Nanos t) { return {t, t + 1}; }

Interval whole(const RunView& run) { return {0, run.now + 1}; }

Finding finding(std::string_view rule, Verdict verdict, std::string reason) {
  Finding out;
  out.rule = rule;
  out.verdict = verdict;
  out.reason = std::move(reason);
  return out;
}

}  // namespace

std::vector<Finding> judge_limits(std::span<const Breach> breaches) {
  std::vector<Finding> out;
  for (const Breach& b : breaches) {
    if (b.limit.action == LimitAction::warn) continue;
    Finding f = finding("limit", b.of_rig ? Verdict::error : Verdict::fail, "limit: " + b.words);
    f.name = f.channel = b.limit.channel;
    f.value = b.value;
    f.bar = b.above ? b.limit.max : b.limit.min;
    f.unit = b.unit;
    f.over = b.over;
    out.push_back(std::move(f));
  }
  return out;
}

std::vector<Finding> claim_findings(const RunView& run, std::span<const ClaimResult> claims) {
  std::vector<Finding> out;
  for (const ClaimResult& c : claims) {
    Finding f = finding("claim", c.verdict, "claim " + c.name + ": " + c.reason);
    f.for_want_of_data = c.verdict == Verdict::inconclusive && !c.sustained;
    f.name = c.name;
    f.phase = c.phase;
    f.workload = c.workload;
    f.value = c.sustained;
    f.lo = c.lower;
    f.hi = c.upper;
    f.bar = c.bar;
    f.unit = c.unit;
    f.over = c.over.value_or(whole(run));
    f.channel = c.channel;
    out.push_back(std::move(f));
  }
  return out;
}

Finding judge_incidents(const RunView& run, std::span<const Incident> incidents) {
  const int most = run.spec.rules.max_incidents;
  std::string words;
  int count = 0;
  Interval over = whole(run);
  for (const Incident& i : incidents) {
    if (i.blame != Blame::board && i.blame != Blame::unknown) continue;
    if (count == 0) over = moment(i.at);
    over.to = std::max(over.to, i.at + 1);
    ++count;
    if (count > 5) continue;
    words += fmt::format("{}{} at {:.1f} s", words.empty() ? "" : ", ", to_string(i.kind),
                         to_seconds(i.at));
  }
  Finding f =
      finding("incidents", Verdict::pass, fmt::format("{} incidents, {} allowed", count, most));
  f.value = count;
  f.bar = most;
  f.unit = "{count}";
  f.over = over;
  if (count <= most) return f;
  f.verdict = Verdict::fail;
  f.reason = fmt::format("{} incidents with blame board or unknown, {} allowed: {}{}", count, most,
                         words, count > 5 ? ", …" : "");
  return f;
}

std::vector<Finding> judge_coverage(const RunView& run, const Coverage& coverage) {
  const double bar = run.spec.rules.coverage_min;
  std::vector<Finding> out;
  for (const ChannelCoverage& c : coverage.channels) {
    if (c.ratio >= bar) continue;
    out.push_back(
        finding("coverage", Verdict::inconclusive,
                fmt::format("coverage {:.3f} < {:g}: {}: {}", c.ratio, bar, c.what, c.problem)));
    out.back().for_want_of_data = true;
    out.back().name = out.back().channel = c.what;
    out.back().value = c.ratio;
  }
  if (out.empty() && coverage.ratio) {
    out.push_back(finding("coverage", Verdict::pass,
                          fmt::format("coverage {:.3f} >= {:g}", *coverage.ratio, bar)));
    out.back().value = coverage.ratio;
  }
  for (Finding& f : out) {
    f.bar = bar;
    f.unit = "1";
    f.over = whole(run);
  }
  return out;
}

std::vector<Finding> judge_course(const RunView& run) {
  std::vector<Finding> out;
  const SearchCourse search = search_course(run);
  for (std::size_t i = 0; i < run.spec.phases.size(); ++i) {
    if (search.passed_over.contains(i)) continue;
    const auto found = std::ranges::find(run.phases, i, &PhaseView::spec);
    if (found != run.phases.end() && found->dwell_end) continue;
    const std::string& name = run.spec.phases[i].name;
    const bool began = found != run.phases.end() && found->dwell_begin;
    Finding f = finding("phase", Verdict::inconclusive,
                        began ? "phase " + name + " did not finish its dwell"
                              : "phase " + name + " never reached its dwell");
    f.for_want_of_data = true;
    f.phase = name;
    f.over = found == run.phases.end() ? moment(run.now)
                                       : phase_of(run, *found).value_or(moment(run.now));
    out.push_back(std::move(f));
  }
  for (const Event& e : run.events) {
    if (e.kind != event_kind::kOperator) continue;
    const std::string action = EventBody(e.body).text("action").value_or("");
    if (action != "stop" && action != "interrupt") continue;
    out.push_back(
        finding("operator", Verdict::inconclusive,
                fmt::format("the operator stopped the run at {:.1f} s", to_seconds(e.t))));
    out.back().over = moment(e.t);
  }
  return out;
}

std::vector<Finding> judge_input(const RunView& run, const BoardView& board,
                                 std::span<const Episode> episodes) {
  std::vector<Finding> out;
  const auto add = [&](std::string reason, const Interval& over) {
    out.push_back(finding("input", Verdict::inconclusive, std::move(reason)));
    out.back().over = over;
  };
  for (const Event& e : run.events) {
    if (e.kind != event_kind::kGap || (!e.board.empty() && e.board != board.name)) continue;
    const EventBody body(e.body);
    const std::string why = body.text("reason").value_or("");
    if (why.find("backwards") == std::string::npos) continue;
    const std::string source = body.text("source").value_or("a source");
    add(fmt::format("the clock of {} ran backwards at {:.1f} s: {}", source, to_seconds(e.t), why),
        moment(e.t));
    out.back().name = source;
    break;  // one says it; the events have them all
  }
  for (const InputFault& fault : run.input_faults) {
    if (!fault.board.empty() && fault.board != board.name) continue;
    add(fault.channel + ": " + fault.what, whole(run));
    out.back().name = out.back().channel = fault.channel;
  }
  if (episodes.size() > kMostEpisodes) {
    add(fmt::format("{} episodes: more than {}, so a signal flaps or the windows are too short",
                    episodes.size(), kMostEpisodes),
        {episodes.front().when.from, episodes.back().when.to});
    out.back().value = static_cast<double>(episodes.size());
    out.back().bar = static_cast<double>(kMostEpisodes);
  }
  return out;
}

std::vector<Finding> rig_faults(const RunView& run, std::string_view board,
                                std::span<const Incident> incidents) {
  std::vector<Finding> out;
  const auto add = [&](const std::string& words, Nanos t) {
    out.push_back(finding("rig", Verdict::error,
                          fmt::format("rig fault: {} (at {:.1f} s)", words, to_seconds(t))));
    out.back().over = moment(t);
  };
  for (const Incident& i : incidents) {
    // What was said while a link was away came later: nothing was kept from being judged.
    if (i.blame != Blame::rig || (i.kind == IncidentClass::link_loss && i.recovered_after_s)) {
      continue;
    }
    add(std::string(to_string(i.kind)) + (i.evidence.empty() ? "" : ": " + i.evidence.front()),
        i.at);
  }
  for (const Event& e : run.events) {
    if (e.kind != event_kind::kRigFault && e.kind != event_kind::kTrip) continue;
    if (!e.board.empty() && e.board != board) continue;
    const EventBody body(e.body);
    if (!body.flag("counts").value_or(true)) continue;
    std::string words = body.text("what").value_or(body.text("reason").value_or(e.body));
    if (const auto remedy = body.text("remedy")) words += "; " + *remedy;
    add(words, e.t);
  }
  return out;
}

}  // namespace soakrig::analysis
