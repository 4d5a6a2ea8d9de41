// SPDX-License-Identifier: Apache-2.0
#include "dashboard/run/plots.hpp"

#include <algorithm>
#include <cctype>
#include <set>

#include "dashboard/plot/value_axis.hpp"

namespace soakrig::dashboard {
namespace {

const store::ChannelRow* find_channel(const RunModel& run, std::string_view board,
                                      std::string_view name) {
  const auto found = std::ranges::find_if(run.channels, [&](const store::ChannelRow& row) {
    return row.board == board && row.info.name == name;
  });
  return found == run.channels.end() ? nullptr : &*found;
}

bool holds(const ChannelInfo& info) {
  return info.unit == "{state}" || info.unit == "{count}" || info.name.ends_with("set_point") ||
         info.name.ends_with(".frequency_cap");
}

CurveSource direct(const store::ChannelRow& row, std::string label = {}) {
  CurveSource out;
  out.board = row.board;
  out.channel = row.info.name;
  out.label = label.empty() ? row.info.name : std::move(label);
  out.unit = row.info.unit;
  out.steps = holds(row.info);
  out.provenance = row.info.provenance;
  return out;
}

std::optional<CurveSource> speed(const RunModel& run, const std::string& board,
                                 const WorkloadSpec& workload) {
  const std::string prefix = "work." + workload.name + ".";
  const auto* work = find_channel(run, board, prefix + workload.work);
  const auto* busy = find_channel(run, board, prefix + workload.work + "_busy");
  if (busy == nullptr) busy = find_channel(run, board, prefix + "busy");
  if (work == nullptr || busy == nullptr) return std::nullopt;
  CurveSource out = direct(*work, "speed of " + workload.name);
  out.busy = busy->info.name;
  out.unit = workload.unit + "/s";
  out.steps = false;
  return out;
}

// p50 and p99 of what a workload's histograms count: only the load client sends such.
std::optional<PlotSpec> quantiles(const RunModel& run, const std::string& board,
                                  const WorkloadSpec& workload, const std::string& series,
                                  const std::string& what) {
  if (workload.kind != "openai") return std::nullopt;
  const auto* row = find_channel(run, board, "work." + workload.name + "." + workload.work);
  if (row == nullptr) return std::nullopt;
  PlotSpec plot;
  plot.title = what + " of " + workload.name;
  plot.unit = "s";
  for (const auto& [quantile, word] : {std::pair{0.5, "p50"}, {0.99, "p99"}}) {
    CurveSource curve = direct(*row, what + " " + word);
    curve.unit = "s";
    curve.steps = false;
    curve.series = series;
    curve.quantile = quantile;
    plot.curves.push_back(std::move(curve));
  }
  return plot;
}

// Limits of the board, or of the chamber for the rig's channels.
void add_limits(const RunModel& run, const std::string& board, const std::string& channel,
                PlotSpec& plot) {
  static const std::vector<Limit> kNone;
  const BoardSpec* spec = run.spec.find_board(board);
  const std::vector<Limit>& limits = spec != nullptr    ? spec->limits
                                     : run.spec.chamber ? run.spec.chamber->limits
                                                        : kNone;
  for (const Limit& limit : limits) {
    if (limit.channel != channel) continue;
    const auto add = [&](const std::optional<double>& value, const char* word) {
      if (!value) return;
      plot.lines.push_back({PlotLine::Kind::limit, *value,
                            std::string(word) + " " + value_with_unit(*value, plot.unit) + " " +
                                std::string(to_string(limit.action)),
                            std::nullopt});
    };
    add(limit.max, "max");
    add(limit.min, "min");
    if (limit.max) plot.max = plot.max ? std::min(*plot.max, *limit.max) : *limit.max;
    if (limit.min) plot.min = plot.min ? std::max(*plot.min, *limit.min) : *limit.min;
  }
}

// Peak and sustained of each phase, and what was claimed of this workload's speed.
void add_figures(const RunModel& run, const std::string& board, const WorkloadSpec& workload,
                 PlotSpec& plot) {
  const analysis::BoardJudgement* judged = run.judged(board);
  if (judged == nullptr) return;
  const auto number = [&](double value) { return value_with_unit(value, plot.unit); };
  std::optional<std::pair<double, TimeRange>> peak;
  for (const analysis::PhaseFigures& phase : judged->phases) {
    for (const analysis::WorkFigures& work : phase.work) {
      if (work.name != workload.name || !phase.dwell) continue;
      const TimeRange dwell{phase.dwell->from, phase.dwell->to};
      if (work.peak && (!peak || *work.peak > peak->first)) peak = {*work.peak, dwell};
      if (!work.sustained) continue;
      const TimeRange over = work.sustained_over
                                 ? TimeRange{work.sustained_over->from, work.sustained_over->to}
                                 : dwell;
      plot.lines.push_back({PlotLine::Kind::sustained, *work.sustained,
                            "sustained " + number(*work.sustained), over});
    }
  }
  if (peak) {
    plot.lines.push_back(
        {PlotLine::Kind::peak, peak->first, "peak " + number(peak->first), std::nullopt});
  }
  for (const analysis::ClaimResult& claim : judged->claims) {
    if (claim.unit == plot.unit && claim.name == "tokens_per_s") {
      plot.lines.push_back(
          {PlotLine::Kind::claim, claim.claimed, "claimed " + number(claim.claimed), std::nullopt});
    }
  }
}

PlotSpec speed_plot(const RunModel& run, const std::string& board, const WorkloadSpec& workload,
                    CurveSource curve) {
  PlotSpec plot;
  plot.title = curve.label;
  plot.unit = curve.unit;
  plot.curves.push_back(std::move(curve));
  add_figures(run, board, workload, plot);
  return plot;
}

// The channels of these names that exist, of the board or else of the rig, in one plot.
void add_plot(const RunModel& run, const std::string& board, std::vector<std::string> names,
              const std::string& title, std::vector<PlotSpec>& out) {
  PlotSpec plot;
  plot.title = title;
  for (const std::string& name : names) {
    const auto* row = find_channel(run, board, name);
    if (row == nullptr) row = find_channel(run, "", name);
    // One that was absent from the start says nothing here; it is found by its name.
    if (row == nullptr || !row->info.reason.empty()) continue;
    if (!plot.unit.empty() && row->info.unit != plot.unit) continue;
    plot.unit = row->info.unit;
    plot.curves.push_back(direct(*row));
    add_limits(run, row->board, name, plot);
  }
  if (!plot.curves.empty()) out.push_back(std::move(plot));
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

// A word that begins a name, or a part of it, is meant more likely than one within.
std::size_t place_rank(const std::string& name, std::size_t at) {
  if (at == 0) return 0;
  return name[at - 1] == '.' || name[at - 1] == ' ' ? 1 : 2;
}

constexpr std::string_view kSpeedOf = "speed of ", kLatencyOf = "latency of ",
                           kFirstTokenOf = "first token of ";

// The plot that is named by a workload, if it is one of these.
std::optional<PlotSpec> derived_plot(const RunModel& run, const std::string& board,
                                     std::string_view name) {
  const auto of = [&](std::string_view prefix) {
    return name.starts_with(prefix) ? run.spec.find_workload(name.substr(prefix.size())) : nullptr;
  };
  if (const auto* workload = of(kSpeedOf)) {
    auto curve = speed(run, board, *workload);
    if (curve) return speed_plot(run, board, *workload, std::move(*curve));
  }
  if (const auto* workload = of(kLatencyOf))
    return quantiles(run, board, *workload, "latency", "latency");
  if (const auto* workload = of(kFirstTokenOf))
    return quantiles(run, board, *workload, "ttft", "first token");
  return std::nullopt;
}

// Beside its speed: what else tells whether a workload of this kind is served well.
void add_service(const RunModel& run, const std::string& board, const WorkloadSpec& workload,
                 std::vector<PlotSpec>& out) {
  const std::string prefix = "work." + workload.name + ".";
  if (auto plot = quantiles(run, board, workload, "latency", "latency"))
    out.push_back(std::move(*plot));
  if (workload.kind == "openai") {
    add_plot(run, board, {prefix + "failed"}, "failed requests", out);
    return;
  }
  if (workload.kind != "frames") return;
  add_plot(run, board, {prefix + "latency_p50", prefix + "latency_p99"},
           "latency of " + workload.name, out);
  std::vector<std::string> missed;
  for (const store::ChannelRow& row : run.channels) {
    if (row.board == board && row.info.name.starts_with(prefix + "missed_percent_"))
      missed.push_back(row.info.name);
  }
  std::ranges::sort(missed);
  const std::size_t before = out.size();
  add_plot(run, board, std::move(missed), "missed deadlines", out);
  if (out.size() == before) return;
  // A gauge has no unit of its own; its name says percent.
  out.back().unit = "%";
  for (CurveSource& curve : out.back().curves) {
    curve.unit = "%";
    curve.label = "stream " + curve.channel.substr(prefix.size() + 15);
  }
}

}  // namespace

std::vector<PlotSpec> default_plots(const RunModel& run, const std::string& board) {
  std::vector<PlotSpec> out;
  for (const WorkloadSpec& workload : run.spec.workloads) {
    if (auto curve = speed(run, board, workload)) {
      out.push_back(speed_plot(run, board, workload, std::move(*curve)));
    }
    add_service(run, board, workload, out);
  }
  add_plot(run, board,
           {"soc.temperature", "chamber.temperature", "chamber.set_point", "ambient.temperature"},
           "temperature", out);
  add_plot(run, board, {"board.power", "board.power_self"}, "power", out);
  add_plot(run, board, {"cpu.frequency", "gpu.frequency", "npu.frequency"}, "clock", out);
  if (out.empty()) {  // another kind of run: its first channels are better than nothing
    for (const std::string& name : plot_names(run)) {
      if (auto plot = find_plot(run, name)) out.push_back(std::move(*plot));
      if (out.size() == 4) break;
    }
  }
  return out;
}

std::optional<PlotSpec> find_plot(const RunModel& run, std::string_view name) {
  std::string board;
  const auto colon = name.find(':');
  // A board's name comes before a colon; a workload's may have one in it.
  const bool named =
      colon != std::string_view::npos &&
      std::ranges::find(run.boards, name.substr(0, colon)) != run.boards.end();
  if (named) {
    board = name.substr(0, colon);
    name.remove_prefix(colon + 1);
  }
  for (const std::string& one : run.boards) {
    if (named && one != board) continue;
    if (auto plot = derived_plot(run, one, name)) return plot;
  }
  const auto found = std::ranges::find_if(run.channels, [&](const store::ChannelRow& row) {
    return row.info.name == name && (!named || row.board == board);
  });
  if (found == run.channels.end()) return std::nullopt;
  PlotSpec plot;
  plot.title = run.boards.size() > 1 && !found->board.empty()
                   ? found->board + ":" + found->info.name
                   : found->info.name;
  plot.unit = found->info.unit;
  plot.curves.push_back(direct(*found));
  add_limits(run, found->board, found->info.name, plot);
  return plot;
}

std::vector<std::string> plot_names(const RunModel& run) {
  std::vector<std::string> out;
  std::set<std::string> seen;
  const bool several = run.boards.size() > 1;
  const auto add = [&](const std::string& board, std::string name) {
    if (several && !board.empty()) name = board + ":" + name;
    if (seen.insert(name).second) out.push_back(std::move(name));
  };
  for (const std::string& board : run.boards) {
    for (const WorkloadSpec& workload : run.spec.workloads) {
      for (const std::string_view kind : {kSpeedOf, kLatencyOf, kFirstTokenOf}) {
        const std::string name = std::string(kind) + workload.name;
        if (derived_plot(run, board, name)) add(board, name);
      }
    }
  }
  for (const store::ChannelRow& row : run.channels) add(row.board, row.info.name);
  return out;
}

std::vector<std::string> matching(std::span<const std::string> names, std::string_view query,
                                  std::size_t most) {
  std::vector<std::string> words;
  const std::string wanted = lower(query);
  for (std::size_t at = 0; at < wanted.size();) {
    const std::size_t end = std::min(wanted.find(' ', at), wanted.size());
    if (end > at) words.push_back(wanted.substr(at, end - at));
    at = end + 1;
  }
  std::vector<std::pair<std::size_t, const std::string*>> found;
  for (const std::string& name : names) {
    const std::string plain = lower(name);
    std::size_t rank = 0;
    const bool all = std::ranges::all_of(words, [&](const std::string& word) {
      const auto at = plain.find(word);
      if (at != std::string::npos) rank += place_rank(plain, at);
      return at != std::string::npos;
    });
    if (all) found.emplace_back(rank, &name);
  }
  std::ranges::stable_sort(found, {}, &std::pair<std::size_t, const std::string*>::first);
  std::vector<std::string> out;
  for (const auto& [rank, name] : found) {
    if (out.size() < most) out.push_back(*name);
  }
  return out;
}

}  // namespace soakrig::dashboard
