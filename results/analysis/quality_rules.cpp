// SPDX-License-Identifier: Apache-2.0
#include "results/analysis/quality_rules.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "results/analysis/event_body.hpp"
#include "results/analysis/phase_times.hpp"
#include "results/analysis/series.hpp"
#include "rig/base/quality_bars.hpp"

namespace soakrig::analysis {

namespace {

constexpr std::array<std::string_view, 3> kGauges{"top1", "kl", "solved"};
constexpr double kRounding = 1e-9;  // of a mean of equal values

std::vector<double> good_values(const BoardView& board, const std::string& channel,
                                const Interval& dwell) {
  std::vector<double> out;
  const ChannelView* view = board.find(channel);
  if (view == nullptr) return out;
  for_each_part(*view, dwell, [&](const Series& s) {
    for (std::size_t i = 0; i < s.size(); ++i) {
      if (s.good(i)) out.push_back(s.v[i]);
    }
  });
  return out;
}

// The limit by which the engine's agreement means nothing, as it was last told in the dwell.
std::string no_meaning(const RunView& run, const std::string& board, const std::string& workload,
                       const Interval& dwell) {
  std::string out;
  for (const Event& event : run.events) {
    if (event.kind != event_kind::kWorkNote || event.board != board || event.t >= dwell.to ||
        event.body.find("\"no_meaning\"") == std::string::npos) {
      continue;
    }
    const EventBody body(event.body);
    if (body.text("workload") != workload) continue;
    const auto note = body.object("event");
    const auto quality = note ? note->object("quality") : std::nullopt;
    if (quality) out = quality->text("no_meaning").value_or("");
  }
  return out;
}

struct Judged {
  std::optional<double> value;
  std::optional<Bounds> bounds;
};

// Which side of the bar the interval is on.
Verdict side(const QualityBar& bar, const Bounds& bounds) {
  const bool floor = bar.key->kind == BarKind::least;
  const double good_end = floor ? bounds.lower : -bounds.upper,
               bad_end = floor ? bounds.upper : -bounds.lower, line = floor ? bar.bar : -bar.bar;
  if (good_end >= line - kRounding) return Verdict::pass;
  return bad_end < line - kRounding ? Verdict::fail : Verdict::inconclusive;
}

std::string name_of(const QualityLevel& level) {
  return level.gauge + " of " + level.workload + " in phase " + level.phase;
}

// Why a level cannot be judged; empty = it can.
std::string too_little(const QualityLevel& level) {
  if (level.passes.size() >= kLeastPasses) return {};
  std::string out = fmt::format("{}: {} passes told it, {} are needed", name_of(level),
                                level.passes.size(), kLeastPasses);
  if (level.unanswered > 0) out += fmt::format(" ({} got no answer)", level.unanswered);
  if (level.passes.empty() && level.answered > 0 && level.no_meaning.empty()) {
    out += " (the engine tells no log-probabilities)";
  }
  if (!level.no_meaning.empty()) out += " (it means nothing here: " + level.no_meaning + ")";
  return out;
}

std::string unanswered_too_often(const QualityLevel& level, double coverage_min) {
  const auto all = static_cast<double>(level.passes.size() + level.unanswered);
  if (static_cast<double>(level.passes.size()) >= coverage_min * all) return {};
  return fmt::format(", but {} of {:.0f} passes in phase {} got no answer", level.unanswered, all,
                     level.phase);
}

Finding begun(const QualityBar& bar, const QualityLevel& level) {
  Finding f;
  f.rule = "quality";
  f.name = bar.key->key;
  f.phase = level.phase;
  f.workload = level.workload;
  f.bar = bar.bar;
  f.unit = "1";
  f.over = level.dwell;
  f.channel = "work." + level.workload + "." + level.gauge;
  return f;
}

void say_nothing(Finding& f, std::string why) {
  f.verdict = Verdict::inconclusive;
  f.for_want_of_data = true;
  f.reason = std::move(why);
}

// `figure`: what was judged, in words.
void decide(const QualityBar& bar, const Judged& judged, std::string figure,
            const std::string& unanswered, Finding& f) {
  f.value = judged.value;
  f.lo = judged.bounds->lower;
  f.hi = judged.bounds->upper;
  f.verdict = side(bar, *judged.bounds);
  f.reason = std::move(figure) +
             fmt::format(" [{:.4g}, {:.4g}], {} {:g}", *f.lo, *f.hi,
                         bar.key->kind == BarKind::least ? "at least" : "at most", bar.bar);
  if (f.verdict == Verdict::inconclusive) f.reason += ": the interval holds the bar";
  if (f.verdict == Verdict::pass && !unanswered.empty()) {
    f.verdict = Verdict::inconclusive;
    f.for_want_of_data = true;
    f.reason += unanswered;
  }
}

Finding judge_level(const QualityBar& bar, const QualityLevel& level, double coverage_min) {
  Finding f = begun(bar, level);
  if (std::string why = too_little(level); !why.empty()) {
    say_nothing(f, std::move(why));
    return f;
  }
  decide(bar, {level.level(), level.bounds()},
         fmt::format("{} {:.4g}", name_of(level), *level.level()),
         unanswered_too_often(level, coverage_min), f);
  return f;
}

Finding judge_fall(const QualityBar& bar, const QualityLevel& from, const QualityLevel& to,
                   double coverage_min) {
  Finding f = begun(bar, to);
  for (const QualityLevel* level : {&from, &to}) {
    if (std::string why = too_little(*level); !why.empty()) {
      say_nothing(f, std::move(why));
      return f;
    }
  }
  const double fall = *from.level() - *to.level();
  std::string unanswered = unanswered_too_often(from, coverage_min);
  if (unanswered.empty()) unanswered = unanswered_too_often(to, coverage_min);
  decide(bar, {fall, difference_bounds(from.passes, to.passes)},
         fmt::format("{} of {} fell by {:.4g} from phase {} to phase {}", to.gauge, to.workload,
                     fall, from.phase, to.phase),
         unanswered, f);
  return f;
}

void judge_bar(const QualityBar& bar, const std::vector<const QualityLevel*>& levels,
               double coverage_min, std::vector<Finding>& out) {
  if (bar.key->kind != BarKind::fall) {
    for (const QualityLevel* level : levels) out.push_back(judge_level(bar, *level, coverage_min));
    return;
  }
  const auto reference = std::ranges::find_if(levels, [](const auto* l) { return l->reference; });
  if (reference == levels.end()) return;
  for (const QualityLevel* level : levels) {
    if (level != *reference) out.push_back(judge_fall(bar, **reference, *level, coverage_min));
  }
  if (levels.size() > 1) return;
  out.push_back(begun(bar, **reference));
  say_nothing(out.back(), fmt::format("{} was told in phase {} only: there is no other to fall to",
                                      bar.key->gauge, (*reference)->phase));
}

}  // namespace

std::vector<QualityLevel> quality_levels(const RunView& run, const BoardView& board) {
  std::vector<QualityLevel> out;
  for (const WorkloadSpec& workload : run.spec.workloads) {
    if (workload.kind != "quality") continue;
    std::vector<QualityLevel> own;
    for (const PhaseView& phase : run.phases) {
      const PhaseSpec& spec = run.spec.phases[phase.spec];
      const auto dwell = dwell_of(run, phase);
      if (!dwell || std::ranges::find(spec.work, workload.name) == spec.work.end()) continue;
      const auto answered = good_values(board, "work." + workload.name + ".answered", *dwell);
      for (const std::string_view gauge : kGauges) {
        QualityLevel level;
        level.phase = spec.name;
        level.workload = workload.name;
        level.gauge = gauge;
        level.dwell = *dwell;
        level.reference = spec.reference;
        level.unanswered = static_cast<std::size_t>(std::ranges::count(answered, 0.0));
        level.answered = answered.size() - level.unanswered;
        level.passes =
            good_values(board, "work." + workload.name + "." + std::string(gauge), *dwell);
        if (gauge != "solved") {
          level.no_meaning = no_meaning(run, board.name, workload.name, *dwell);
        }
        own.push_back(std::move(level));
      }
    }
    // Without a reference phase the first one is.
    if (std::ranges::none_of(own, &QualityLevel::reference)) {
      for (std::size_t i = 0; i < std::min(own.size(), kGauges.size()); ++i) {
        own[i].reference = true;
      }
    }
    out.insert(out.end(), own.begin(), own.end());
  }
  return out;
}

std::vector<Finding> judge_quality(const RunView& run, const BoardView& board) {
  std::vector<Finding> out;
  std::vector<QualityLevel> all;
  for (const WorkloadSpec& workload : run.spec.workloads) {
    const std::vector<QualityBar> bars = quality_bars(workload);
    if (bars.empty()) continue;
    if (all.empty()) all = quality_levels(run, board);
    for (const QualityBar& bar : bars) {
      std::vector<const QualityLevel*> levels;
      for (const QualityLevel& level : all) {
        if (level.workload == workload.name && level.gauge == bar.key->gauge) {
          levels.push_back(&level);
        }
      }
      judge_bar(bar, levels, run.spec.rules.coverage_min, out);
    }
  }
  return out;
}

}  // namespace soakrig::analysis
