// SPDX-License-Identifier: Apache-2.0
#include "results/analysis/drift.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "results/analysis/series.hpp"
#include "results/analysis/trend.hpp"

namespace soakrig::analysis {

namespace {

constexpr double kMebibyte = 1024.0 * 1024.0;
constexpr double kLeakShare = 0.02;  // of the level
constexpr double kWorkLeak = 4 * kMebibyte;
constexpr double kBoardLeak = 64 * kMebibyte;
constexpr double kFall = 0.2;  // of memory: it was given back, so growth begins anew
constexpr std::size_t kLeastPoints = 10;

// A quantity over time.
struct Points {
  std::vector<Nanos> t;
  std::vector<double> y;
  [[nodiscard]] std::vector<double> hours() const {
    std::vector<double> out;
    for (const Nanos at : t) out.push_back(to_seconds(at - t.front()) / 3600);
    return out;
  }
};

std::vector<Interval> steps_of(const Interval& range) {
  const Nanos step = std::max(kMinute, range.length() / 600);
  std::vector<Interval> out;
  for (Nanos t = range.from; t + step <= range.to; t += step) out.push_back({t, t + step});
  return out;
}

Points step_means(const ChannelView& channel, const Interval& range) {
  const std::vector<Interval> steps = steps_of(range);
  const auto sums = summarise_each(channel, steps);
  Points out;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (!sums[i]) continue;
    out.t.push_back(steps[i].from + steps[i].length() / 2);
    out.y.push_back(sums[i]->mean);
  }
  return out;
}

Points window_speeds(const WorkAnalysis& work, const Interval& range) {
  Points out;
  for (const Window& w : inside(work.speed.windows, range)) {
    out.t.push_back(w.when.from + w.when.length() / 2);
    out.y.push_back(w.speed());
  }
  return out;
}

Points longest_without_fall(const Points& all) {
  std::size_t best = 0, length = 0, from = 0;
  for (std::size_t i = 0; i <= all.y.size(); ++i) {
    if (i < all.y.size() && (i == from || all.y[i] >= (1 - kFall) * all.y[i - 1])) continue;
    if (i - from > length) {
      best = from;
      length = i - from;
    }
    from = i;
  }
  const auto b = static_cast<std::ptrdiff_t>(best), e = static_cast<std::ptrdiff_t>(best + length);
  return {{all.t.begin() + b, all.t.begin() + e}, {all.y.begin() + b, all.y.begin() + e}};
}

// What all drifts of one phase have in common.
class PhaseDrifts {
 public:
  PhaseDrifts(const PhaseAnalysis& phase, std::vector<Drift>& out) : phase_(phase), out_(out) {}

  Drift* add(std::string quantity, const std::string& workload, const ChannelInfo& info,
             const Points& points) {
    if (points.t.size() < kLeastPoints) return nullptr;
    const auto trend = theil_sen(points.hours(), points.y);
    if (!trend) return nullptr;
    Drift d;
    d.quantity = std::move(quantity);
    d.phase = phase_.spec->name;
    d.workload = workload;
    d.channel = info.name;
    d.unit = info.unit;
    d.over = {points.t.front(), points.t.back()};
    d.level = trend->level;
    d.per_hour = trend->slope;
    d.lower = trend->lower;
    d.upper = trend->upper;
    d.direction = direction_of(*trend);
    out_.push_back(std::move(d));
    return &out_.back();
  }

  void add_memory(const std::string& workload, const ChannelInfo& info, const Points& all,
                  double least) {
    const Points points = longest_without_fall(all);
    Drift* drift = add("memory", workload, info, points);
    if (drift == nullptr) return;
    least = std::max(least, kLeakShare * drift->level);
    drift->leak = grows_without_end(points.hours(), points.y, least);
  }

 private:
  const PhaseAnalysis& phase_;
  std::vector<Drift>& out_;
};

void add_work(const BoardView& board, const WorkAnalysis& work, const Interval& settled,
              const Interval& warm, PhaseDrifts& out) {
  const std::string prefix = "work." + work.spec->name + ".";
  ChannelInfo speed;
  speed.name = prefix + work.spec->work;
  speed.unit = work.figures.unit;
  out.add("speed", work.spec->name, speed, window_speeds(work, settled));
  for (const auto& entry : work.figures.latency) {
    const ChannelView* channel = board.find(prefix + entry.first);
    if (channel == nullptr) continue;
    out.add("latency", work.spec->name, channel->info, step_means(*channel, settled));
  }
  if (const ChannelView* memory = board.find(prefix + "memory")) {
    out.add_memory(work.spec->name, memory->info, step_means(*memory, warm), kWorkLeak);
  }
}

// The board's memory less what the given channels hold of it, at the times at which all were read.
Points memory_beyond(const BoardView& board, const ChannelView& used, const Interval& range) {
  Points out = step_means(used, range);
  for (const ChannelView& channel : board.channels) {
    const std::string& name = channel.info.name;
    const bool ours =
        name == "agent.memory" || (name.starts_with("work.") && name.ends_with(".memory"));
    if (!ours) continue;
    const Points own = step_means(channel, range);
    std::size_t k = 0;
    for (std::size_t i = 0; i < out.t.size(); ++i) {
      while (k < own.t.size() && own.t[k] < out.t[i]) ++k;
      if (k < own.t.size() && own.t[k] == out.t[i]) out.y[i] -= own.y[k];
    }
  }
  return out;
}

}  // namespace

std::vector<Drift> find_drifts(const BoardView& board, std::span<const PhaseAnalysis> phases) {
  std::vector<Drift> out;
  for (const PhaseAnalysis& phase : phases) {
    if (!phase.dwell || phase.work.empty()) continue;
    PhaseDrifts drifts(phase, out);
    const Interval warm{phase.dwell->from + phase.dwell->length() / 10, phase.dwell->to};
    const Interval settled{phase.steady.value_or(phase.dwell->from), phase.dwell->to};
    for (const WorkAnalysis& work : phase.work) add_work(board, work, settled, warm, drifts);
    if (const ChannelView* used = board.find("memory.used")) {
      drifts.add_memory({}, used->info, memory_beyond(board, *used, warm), kBoardLeak);
    }
  }
  return out;
}

std::vector<Incident> leak_incidents(std::span<const Drift> drifts,
                                     std::span<const Incident> known) {
  std::vector<Incident> out;
  for (const Drift& d : drifts) {
    const auto told = [&](const Incident& i) {
      return i.kind == IncidentClass::memory_leak && i.workload == d.workload;
    };
    if (!d.leak || std::ranges::any_of(known, told) || std::ranges::any_of(out, told)) continue;
    Incident i;
    i.at = d.over.from;
    i.kind = IncidentClass::memory_leak;
    i.blame = Blame::unknown;
    i.workload = d.workload;
    i.evidence.push_back(fmt::format(
        "{} grew by {:.1f} MiB/h [{:.1f}, {:.1f}] from {:.1f} s to {:.1f} s and did not level; "
        "median {:.1f} MiB",
        d.channel, d.per_hour / kMebibyte, *d.lower / kMebibyte, *d.upper / kMebibyte,
        to_seconds(d.over.from), to_seconds(d.over.to), d.level / kMebibyte));
    if (d.workload.empty()) {
      i.evidence.push_back("that is beyond the memory of the workloads and of the agent");
    }
    out.push_back(std::move(i));
  }
  return out;
}

}  // namespace soakrig::analysis
