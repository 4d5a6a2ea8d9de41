// SPDX-License-Identifier: Apache-2.0
#include "dashboard/views/lanes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "dashboard/plot/unit_words.hpp"

namespace soakrig::dashboard {
namespace {

Health health_of(std::uint8_t flags) {
  if ((flags & store::kBinGap) != 0) return Health::gap;
  if ((flags & (store::kBinNoData | store::kBinError)) != 0) return Health::unread;
  return (flags & store::kBinStale) != 0 ? Health::stale : Health::good;
}

}  // namespace

std::vector<LaneSpan> phase_spans(const RunModel& run) {
  std::vector<LaneSpan> out;
  for (const store::PhaseTimes& phase : run.phases) {
    const Nanos end = phase.end.value_or(run.last);
    std::string label = phase.name;
    if (phase.index < run.spec.phases.size() && run.spec.phases[phase.index].ambient) {
      label += fmt::format(" {:g} °C", *run.spec.phases[phase.index].ambient);
    }
    const Nanos dwell = phase.dwell_begin.value_or(end);
    const Nanos dwell_end = std::clamp(phase.dwell_end.value_or(end), dwell, std::max(dwell, end));
    if (dwell > phase.begin) {
      out.push_back({{phase.begin, dwell},
                     phase.dwell_begin ? "ramp" : label + ", ramp",
                     "ramp of " + label + ", " + length_text(dwell - phase.begin),
                     false});
    }
    if (phase.dwell_begin && dwell_end > dwell) {
      out.push_back({{dwell, dwell_end},
                     label,
                     "dwell of " + label + ", " + length_text(dwell_end - dwell),
                     true});
    }
  }
  return out;
}

std::vector<LaneSpan> episode_spans(const RunModel& run, std::string_view board) {
  std::vector<LaneSpan> out;
  const analysis::BoardJudgement* judged = run.judged(board);
  if (judged == nullptr) return out;
  for (const analysis::Episode& episode : judged->episodes) {
    std::string detail =
        std::string(to_string(episode.cause)) + ", " + length_text(episode.when.length());
    if (!episode.effect.empty()) detail += ", " + episode.effect;
    for (const std::string& evidence : episode.evidence) detail += "\n" + evidence;
    out.push_back({{episode.when.from, episode.when.to},
                   std::string(to_string(episode.cause)),
                   with_unit_words(detail),
                   true});
  }
  return out;
}

std::vector<EventMark> marks_in(const RunModel& run, std::string_view board, TimeRange range) {
  std::vector<EventMark> out;
  for (const EventMark& mark : run.marks) {
    if (mark.t >= range.from && mark.t <= range.to && (mark.board.empty() || mark.board == board)) {
      out.push_back(mark);
    }
  }
  for (const store::Note& note : run.notes.notes) {
    const Nanos at = note.from.value_or(0);
    if (at < range.from || at > range.to) continue;
    EventMark mark;
    mark.t = at;
    mark.marker = Marker::flag;
    mark.kind = "note";
    mark.text = "note of " + note.author + ": " + note.text;
    out.push_back(std::move(mark));
  }
  std::ranges::stable_sort(out, {}, &EventMark::t);
  return out;
}

std::vector<std::string> words_at(const RunModel& run, std::string_view board, Nanos t,
                                  TimeRange shown) {
  std::vector<std::string> out;
  const auto add = [&](const std::vector<LaneSpan>& spans) {
    for (const LaneSpan& span : spans) {
      if (t >= span.when.from && t < span.when.to)
        out.push_back(span.detail.substr(0, span.detail.find('\n')));
    }
  };
  add(phase_spans(run));
  add(episode_spans(run, board));
  const Nanos near = std::max<Nanos>(1, shown.length() / 100);
  for (const EventMark& mark : marks_in(run, board, {t - near, t + near})) out.push_back(mark.text);
  if (out.size() > kMostWords) out.resize(kMostWords);
  return out;
}

std::string_view to_string(Health health) {
  switch (health) {
    case Health::good:
      return "ok";
    case Health::stale:
      return "stale";
    case Health::unread:
      return "no reading";
    case Health::gap:
      break;
  }
  return "gap";
}

std::vector<HealthSpan> health_spans(std::span<const PlotData> plots) {
  // Bins of different sources have different edges: the worst between any two neighbouring edges.
  struct Step {
    int change[4] = {0, 0, 0, 0};
  };
  std::map<Nanos, Step> steps;
  for (const PlotData& plot : plots) {
    for (std::size_t i = 0; i < plot.views.size(); ++i) {
      if (plot.spec.curves[i].is_derived()) continue;
      for (const store::ViewBin& bin : plot.views[i].bins) {
        if (bin.rows == 0 && (bin.flags & store::kBinGap) == 0) continue;
        const auto health = static_cast<std::size_t>(health_of(bin.flags));
        ++steps[bin.t0].change[health];
        --steps[bin.t1].change[health];
      }
    }
  }
  std::vector<HealthSpan> out;
  int now[4] = {0, 0, 0, 0};
  for (auto at = steps.begin(); at != steps.end() && std::next(at) != steps.end(); ++at) {
    for (std::size_t k = 0; k < 4; ++k) now[k] += at->second.change[k];
    Health worst = Health::good;
    bool any = now[0] > 0;
    for (const Health h : {Health::stale, Health::unread, Health::gap}) {
      if (now[static_cast<std::size_t>(h)] > 0) worst = h, any = true;
    }
    const TimeRange when{at->first, std::next(at)->first};
    if (!out.empty() && out.back().when.to == when.from && (out.back().health == worst || !any)) {
      out.back().when.to = when.to;  // a channel sampled less often than this goes on as it was
    } else if (any) {
      out.push_back({when, worst});
    }
  }
  return out;
}

}  // namespace soakrig::dashboard
