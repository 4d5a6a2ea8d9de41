// SPDX-License-Identifier: Apache-2.0
#include "results/report/html/board_chart.hpp"

#include <algorithm>
#include <map>

#include "results/analysis/phase_times.hpp"
#include "results/analysis/progress.hpp"
#include "results/analysis/series.hpp"

namespace soakrig::report {

namespace {

using namespace analysis;

void add_bin(Curve& curve, const store::ViewBin& bin) {
  if (bin.good > 0) {
    curve.bins.push_back({to_seconds(bin.t0), to_seconds(bin.t1), bin.min, bin.max,
                          bin.sum / static_cast<double>(bin.good), true});
  } else if (bin.rows > 0 || (bin.flags & store::kBinGap) != 0) {
    curve.bins.push_back({to_seconds(bin.t0), to_seconds(bin.t1), 0, 0, 0, false});
  }  // else it was sampled less often than this, and the line goes on
}

// Whole cycles of consecutive columns, taken together.
class CycleBins {
 public:
  CycleBins(Curve& curve, const Interval& range, std::size_t bins)
      : curve_(curve),
        width_(std::max<Nanos>(
            1, range.length() / static_cast<Nanos>(std::max<std::size_t>(1, bins)))) {}

  void add(const Cycle& c) {
    if (c.busy <= 0) return;
    if (busy_ > 0 && c.when.to - from_ > width_) end();
    // A silence is no speed: the line breaks.
    if (last_ > 0 && c.when.from - last_ > std::max<Nanos>(10 * kSecond, 3 * width_)) {
      curve_.bins.push_back({to_seconds(last_), to_seconds(c.when.from), 0, 0, 0, false});
    }
    const double speed = c.work / c.busy;
    if (busy_ == 0) {
      from_ = c.when.from;
      min_ = max_ = speed;
    }
    min_ = std::min(min_, speed);
    max_ = std::max(max_, speed);
    work_ += c.work;
    busy_ += c.busy;
    last_ = c.when.to;
  }
  void end() {
    if (busy_ <= 0) return;
    curve_.bins.push_back({to_seconds(from_), to_seconds(last_), min_, max_, work_ / busy_, true});
    work_ = busy_ = 0;
  }

 private:
  Curve& curve_;
  Nanos width_, from_ = 0, last_ = 0;
  double work_ = 0, busy_ = 0, min_ = 0, max_ = 0;
};

// The workloads of the phases that touch the range, each once, the primary ones first.
std::vector<const WorkloadSpec*> workloads_in(const RunView& run, const Interval& range) {
  std::vector<const WorkloadSpec*> out;
  for (const PhaseView& phase : run.phases) {
    const auto when = phase_of(run, phase);
    if (!when || phase.spec >= run.spec.phases.size() || overlap(*when, range).length() == 0)
      continue;
    for (const std::string& name : run.spec.phases[phase.spec].work) {
      const WorkloadSpec* load = run.spec.find_workload(name);
      if (load != nullptr && std::ranges::find(out, load) == out.end()) out.push_back(load);
    }
  }
  return out;
}

void add_speeds(TimeChart& chart, const PageInput& input, const BoardView& board,
                const Interval& range, const Words& words) {
  constexpr std::size_t kMostCurves = 4;
  std::map<std::string, Panel> by_unit;
  for (const WorkloadSpec* load : workloads_in(input.view, range)) {
    if (load->kind == "quality") continue;  // its pace is what the load beside it leaves
    Curve curve = speed_curve(input.view, board, load->name, range, kPictureBins);
    Panel& panel = by_unit[load->unit + "/s"];
    panel.unit = load->unit + "/s";
    if (curve.bins.empty() || panel.curves.size() >= kMostCurves) continue;
    curve.label = std::string(words.speed) + " " + load->name;
    panel.curves.push_back(std::move(curve));
  }
  for (auto& [unit, panel] : by_unit) {
    panel.from_zero = true;
    panel.height = 110;
    if (!panel.curves.empty()) chart.panels.push_back(std::move(panel));
  }
}

// A panel of the named channels that have anything to show.
void add_channels(TimeChart& chart, const PageInput& input, const Interval& range,
                  const std::vector<std::pair<std::string, std::string>>& wanted, double height,
                  bool from_zero) {
  Panel panel;
  panel.height = height;
  panel.from_zero = from_zero;
  for (const auto& [board, name] : wanted) {
    const auto row = std::ranges::find_if(input.channels, [&](const store::ChannelRow& c) {
      return c.board == board && c.info.name == name;
    });
    if (row == input.channels.end()) continue;
    Curve curve = channel_curve(*input.reader, board, name, range, kPictureBins);
    const bool any = std::ranges::any_of(curve.bins, &CurveBin::known);
    if (!any || (!panel.curves.empty() && panel.unit != row->info.unit)) continue;
    panel.unit = row->info.unit;
    curve.label = name;
    panel.curves.push_back(std::move(curve));
  }
  if (!panel.curves.empty()) chart.panels.push_back(std::move(panel));
}

// What engines answered while they were soaked: agreement, and tasks solved.
void add_quality(TimeChart& chart, const PageInput& input, const std::string& board,
                 const Interval& range) {
  std::vector<std::pair<std::string, std::string>> wanted;
  for (const WorkloadSpec* load : workloads_in(input.view, range)) {
    if (load->kind != "quality") continue;
    for (const char* gauge : {"top1", "solved"}) {
      wanted.emplace_back(board, "work." + load->name + "." + gauge);
    }
  }
  add_channels(chart, input, range, wanted, 70, true);
}

void add_phases(TimeChart& chart, const RunView& run, const Words& words) {
  Lane lane{std::string(words.phase), {}};
  for (const PhaseView& phase : run.phases) {
    const auto when = phase_of(run, phase);
    if (!when || phase.spec >= run.spec.phases.size()) continue;
    const std::string& name = run.spec.phases[phase.spec].name;
    const auto dwell = dwell_of(run, phase);
    if (dwell && dwell->from > when->from) {
      lane.items.push_back({to_seconds(when->from), to_seconds(dwell->from), "ramp", "", name});
    }
    const Interval shown = dwell ? *dwell : *when;
    lane.items.push_back(
        {to_seconds(shown.from), to_seconds(shown.to), dwell ? "dwell" : "ramp", name, name});
  }
  if (!lane.items.empty()) chart.lanes.push_back(std::move(lane));
}

void add_findings(TimeChart& chart, const PageInput& input, const BoardJudgement& board,
                  const Words& words) {
  Lane episodes{std::string(words.lane_episodes), {}};
  for (const Episode& e : board.episodes) {
    const std::string cause(to_string(e.cause));
    episodes.items.push_back({to_seconds(e.when.from), to_seconds(e.when.to), "cause-" + cause,
                              cause, cause + ": " + e.effect});
  }
  Lane events{std::string(words.lane_events), {}};
  for (const Incident& i : board.incidents) {
    events.items.push_back(
        {to_seconds(i.at), to_seconds(i.at), "incident", "", std::string(to_string(i.kind))});
  }
  for (const Event& e : input.view.events) {
    const bool ours = e.board.empty() || e.board == board.name;
    const bool told = e.kind == event_kind::kLimit || e.kind == event_kind::kTrip ||
                      e.kind == event_kind::kGap || e.kind == event_kind::kRigFault ||
                      e.kind == event_kind::kOperator;
    if (!ours || !told) continue;
    const std::string style =
        e.kind == event_kind::kRigFault || e.kind == event_kind::kTrip ? "fault" : "event";
    events.items.push_back({to_seconds(e.t), to_seconds(e.t), style, "", e.kind});
  }
  std::ranges::stable_sort(events.items, {}, &LaneItem::from);
  chart.lanes.push_back(std::move(episodes));
  chart.lanes.push_back(std::move(events));
}

}  // namespace

Curve channel_curve(const store::Reader& reader, const std::string& board,
                    const std::string& channel, const Interval& range, std::size_t bins) {
  Curve out;
  if (range.length() == 0) return out;
  const auto view = reader.view(board, channel, range.from, range.to - 1, bins);
  if (!view) return out;
  for (const store::ViewBin& bin : view->bins) add_bin(out, bin);
  return out;
}

Curve speed_curve(const RunView& run, const BoardView& board, const std::string& workload,
                  const Interval& range, std::size_t bins) {
  Curve out;
  const WorkloadSpec* load = run.spec.find_workload(workload);
  if (load == nullptr) return out;
  CycleBins columns(out, range, bins);
  for (const PhaseView& phase : run.phases) {
    const auto when = phase_of(run, phase);
    if (!when || phase.spec >= run.spec.phases.size()) continue;
    const auto& work = run.spec.phases[phase.spec].work;
    const Interval part = overlap(*when, range);
    if (part.length() == 0 || std::ranges::find(work, workload) == work.end()) continue;
    const Progress progress = load_progress(board, load->name, load->work, part, kLongestGap);
    for (const Cycle& c : whole_cycles(progress, part)) columns.add(c);
    columns.end();
  }
  return out;
}

TimeChart board_chart(const PageInput& input, const BoardJudgement& board, const Interval& range,
                      const Words& words) {
  TimeChart out;
  const auto found = std::ranges::find(input.view.boards, board.name, &BoardView::name);
  if (found == input.view.boards.end() || range.length() == 0) return out;
  out.from = to_seconds(range.from);
  out.to = to_seconds(range.to);
  out.title = board.name;
  out.banner = banner_of(input, words);
  add_speeds(out, input, *found, range, words);
  add_quality(out, input, board.name, range);
  add_channels(
      out, input, range,
      {{board.name, "soc.temperature"}, {"", "chamber.temperature"}, {"", "ambient.temperature"}},
      90, false);
  add_channels(out, input, range, {{board.name, "cpu.frequency"}}, 50, true);
  add_channels(out, input, range, {{board.name, "board.power"}}, 50, true);
  add_phases(out, input.view, words);
  add_findings(out, input, board, words);
  return out;
}

Interval whole_run(const PageInput& input) { return {0, input.view.now + 1}; }

}  // namespace soakrig::report
