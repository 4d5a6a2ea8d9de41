// SPDX-License-Identifier: Apache-2.0
#include "dashboard/app/answerer.hpp"

#include <algorithm>
#include <utility>

#include "dashboard/plot/curve.hpp"
#include "results/store/archive.hpp"
#include "results/store/notes.hpp"
#include "results/store/read_session.hpp"
#include "results/store/reader.hpp"

namespace soakrig::dashboard {
namespace {

constexpr std::size_t kMostRigPlots = 40;
constexpr std::size_t kMostFleetBoards = 64;  // of a run: tiles of the others have no curves
constexpr Nanos kModelAge = kSecond / 2;  // of a live run
// How often a live run that does not change is read all the same: its owner may have died, its silence
// grows.
constexpr Nanos kUnchangedAge = 3 * kSecond;
constexpr Nanos kListAge = 3 * kSecond;
constexpr Nanos kJudgeEvery =
    15 * kSecond;  // of a live run, and never more than a tenth of the time

bool live(const RunModel& run) { return run.state == RunState::running; }

bool is_partial(const Answer& answer) {
  return std::ranges::any_of(answer.plots, [](const auto& plots) {
    return std::ranges::any_of(plots, &PlotData::partial);
  });
}

// How long a reading vouches for its channel: as the analysis has it.
Nanos hold_of(const RunModel& run, const CurveSource& curve) {
  Nanos period = 0;
  for (const store::ChannelRow& row : run.channels) {
    if (row.board == curve.board && row.info.name == curve.channel)
      period = std::max(period, row.period);
  }
  return period > 0 ? std::max(period * 5 / 2, 250 * kMillisecond) : kMinute;
}

RangeStatistics of_speed(RunSession& session, const CurveSource& curve, const Query& query,
                         const std::function<bool()>& cancelled) {
  const auto windows = session.speed_windows(curve, *query.selection, cancelled);
  RangeStatistics out;
  if (windows) {
    out = speed_statistics(*windows, *query.selection);
  } else {
    out.error = windows.error();
  }
  out.label = curve.label;
  out.unit = curve.unit;
  return out;
}

bool is_unfinished(const RangeStatistics& s) { return s.error && s.error->code == Errc::cancelled; }

}  // namespace

std::vector<PlotSpec> plots_for(const Query& query, const RunModel& run, const std::string& board) {
  std::vector<PlotSpec> out;
  for (const std::string& name : query.pinned) {
    if (auto plot = find_plot(run, name)) out.push_back(std::move(*plot));
  }
  if (query.only_pinned) return out;
  if (query.view == ViewKind::rig) {
    for (const std::string& name : plot_names(run)) {
      auto plot = find_plot(run, name);
      if (plot && plot->curves[0].board.empty() && out.size() < kMostRigPlots)
        out.push_back(std::move(*plot));
    }
    return out;
  }
  auto usual = default_plots(run, board);
  for (PlotSpec& plot : usual) plot.board = board;
  // On the wall a workload's latencies and failures give way to the temperature.
  if (query.view == ViewKind::fleet) {
    std::ranges::stable_partition(usual, [](const PlotSpec& plot) {
      return plot.curves[0].is_speed() || plot.title == "temperature";
    });
  }
  // A wall of many boards and a comparison show the most telling ones alone.
  const std::size_t most = query.view == ViewKind::fleet     ? 2
                           : query.view == ViewKind::compare ? 3
                                                             : usual.size();
  for (std::size_t i = 0; i < std::min(most, usual.size()); ++i) out.push_back(std::move(usual[i]));
  return out;
}

bool same_picture(const Answer& a, const Answer& b) {
  const auto same_run = [](const OpenRun& x, const OpenRun& y) {
    return x.model == y.model && x.error.has_value() == y.error.has_value();
  };
  const auto same_row = [](const HistoryRow& x, const HistoryRow& y) {
    return x.path == y.path && x.state == y.state && x.verdict == y.verdict;
  };
  return a.query == b.query && a.range == b.range && !is_partial(a) && !is_partial(b) &&
         a.statistics.size() == b.statistics.size() && a.console == b.console &&
         std::ranges::equal(a.runs, b.runs, same_run) &&
         std::ranges::equal(a.listed, b.listed, same_row);
}

Answerer::Kept& Answerer::keep(const std::string& path) {
  const auto found = std::ranges::find(kept_, path, &Kept::path);
  if (found != kept_.end()) {
    kept_.splice(kept_.begin(), kept_, found);
  } else {
    kept_.emplace_front().path = path;
    if (kept_.size() > most_kept_) kept_.pop_back();
  }
  return kept_.front();
}

void Answerer::refresh(Kept& kept) {
  const Nanos now = clock_.boot_ns();
  const bool settled = kept.model && !live(*kept.model) && kept.model->state == RunState::sealed;
  // Notes may come at any time; of a sealed run nothing else does.
  const Nanos age = settled ? 4 * kModelAge : kModelAge;
  if (kept.looked_at != 0 && now - kept.looked_at < age) return;
  kept.looked_at = now;
  std::string stamp =
      store::run_stamp(kept.path) + "/" + store::file_stamp(store::notes_path(kept.path));
  if (kept.model && !kept.error && stamp == kept.stamp &&
      (settled || now - kept.read_at < kUnchangedAge))
    return;
  kept.read_at = now;
  kept.stamp = std::move(stamp);
  if (!kept.session) {
    auto opened = RunSession::open(kept.path);
    if (!opened) {
      kept.error = opened.error();
      return;
    }
    kept.session.emplace(std::move(*opened));
  }
  if (settled) {
    auto notes = store::read_notes(kept.path);
    if (!notes || notes->notes == kept.model->notes.notes) return;
    auto model = std::make_shared<RunModel>(*kept.model);
    model->notes = std::move(*notes);
    kept.model = std::move(model);
    return;
  }
  auto model = kept.session->model();
  if (!model) {
    kept.error = model.error();
    return;  // the last good model stays
  }
  if (!model->judgement) model->judgement = kept.judgement;
  model->not_judged = kept.not_judged;
  kept.error.reset();
  kept.model = std::make_shared<RunModel>(std::move(*model));
}

void Answerer::list(const std::string& archive) {
  last_.reset();
  const auto runs = store::Archive(archive).runs();
  listed_.clear();
  if (!runs) return;
  for (const store::ArchivedRun& run : *runs) {
    std::optional<store::Judgement> judgement;
    if (run.judgement) {
      if (const auto reader = store::Reader::open(run.path)) {
        if (auto stored = reader->judgement()) judgement = std::move(*stored);
      }
    }
    listed_.push_back(history_row(run, judgement));
  }
}

void Answerer::fill_plots(const Query& query, Answer& out, const std::function<bool()>& cancelled) {
  for (std::size_t i = 0; i < out.runs.size(); ++i) {
    out.plots.emplace_back();
    const OpenRun& run = out.runs[i];
    if (!run.model || cancelled()) continue;
    RunSession& session = *keep(run.path).session;
    const std::string board = i == 0 && !query.board.empty() ? query.board
                              : run.model->boards.empty()    ? std::string()
                                                             : run.model->boards.front();
    TimeRange range = out.range;
    if (query.view == ViewKind::fleet) range = run.model->whole();
    if (query.view == ViewKind::compare && out.runs[0].model) {
      const Nanos shift =
          anchor_of(*run.model, query.align) - anchor_of(*out.runs[0].model, query.align);
      range = {range.from + shift, range.to + shift};
    }
    auto specs = plots_for(query, *run.model, board);
    if (query.view == ViewKind::fleet) {
      for (std::size_t k = 1; k < std::min(run.model->boards.size(), kMostFleetBoards); ++k) {
        for (PlotSpec& plot : plots_for(query, *run.model, run.model->boards[k]))
          specs.push_back(std::move(plot));
      }
    }
    out.plots.back() = session.plots(specs, range, query.columns, cancelled);
    if (i == 0 && !specs.empty() && query.view != ViewKind::fleet) {
      out.minimap = session.plots({specs.front()}, run.model->whole(), query.columns, cancelled);
    }
  }
}

void Answerer::fill_statistics(const Query& query, Answer& out,
                               const std::function<bool()>& cancelled) {
  if (!query.selection || out.runs.empty() || !out.runs[0].model || out.plots.empty()) return;
  RunSession& session = *keep(out.runs[0].path).session;
  const store::Reader& reader = session.reader();
  for (const PlotData& plot : out.plots[0]) {
    for (const CurveSource& curve : plot.spec.curves) {
      if (cancelled()) continue;
      if (curve.is_derived()) {
        if (curve.is_speed()) out.statistics.push_back(of_speed(session, curve, query, cancelled));
        continue;
      }
      const auto one = reader.view(curve.board, curve.channel, query.selection->from,
                                   query.selection->to - 1, 1);
      if (!one) continue;
      const auto range = extremes(std::span(&*one, 1)).value_or(ValueRange{0, 0});
      const RowSource rows = [&](Nanos from, Nanos to) {
        return reader.series(curve.board, curve.channel, from, to);
      };
      RangeStatistics s =
          range_statistics(rows, *query.selection, hold_of(*out.runs[0].model, curve), range.lo,
                           range.hi, cancelled);
      s.label = curve.label;
      s.unit = curve.unit;
      out.statistics.push_back(std::move(s));
    }
  }
}

Answer Answerer::answer(const Query& query, const std::function<bool()>& cancelled) {
  Answer out;
  out.query = query;
  out.number = ++number_;
  const Nanos now = clock_.boot_ns();
  // Never fewer than are asked for at once: a wall of many runs would read each anew at every look.
  most_kept_ = std::max(kMostKept, query.runs.size());
  if (judge_ != nullptr) take_judgement();
  if (!query.archive.empty()) {
    if (listed_of_ != query.archive || now - listed_at_ >= kListAge) {
      list(query.archive);
      listed_of_ = query.archive;
      listed_at_ = now;
    }
    out.listed = listed_;
  }
  for (const std::string& path : query.runs) {
    Kept& kept = keep(path);
    refresh(kept);
    out.runs.push_back({path, kept.model, kept.error});
  }
  if (still_holds(query, out)) return *last_;
  const RunModel* first = out.runs.empty() ? nullptr : out.runs[0].model.get();
  const TimeRange whole = first != nullptr ? first->whole() : TimeRange{0, kSecond};
  out.range = query.range.value_or(padded(whole, 0.005));
  if (query.follow) out.range = {whole.to - *query.follow, whole.to};
  out.range = sane(out.range);
  if (query.view != ViewKind::history) fill_plots(query, out, cancelled);
  fill_statistics(query, out, cancelled);
  if (query.incident && first != nullptr) {
    const std::string& board = !query.board.empty()   ? query.board
                               : first->boards.empty() ? query.board
                                                       : first->boards.front();
    out.console = console_text(keep(out.runs[0].path).session->reader(), board, out.range,
                               *query.incident);
  }
  partial_ =
      (is_partial(out) || std::ranges::any_of(out.statistics, is_unfinished)) && !cancelled();
  last_.reset();
  if (!partial_ && !cancelled()) last_ = out;
  return out;
}

bool Answerer::still_holds(const Query& query, const Answer& fresh) const {
  const auto same = [](const OpenRun& x, const OpenRun& y) {
    return x.model == y.model && !x.error && !y.error;
  };
  return last_ && query == last_->query &&
         std::ranges::equal(fresh.runs, last_->runs, same);
}

bool Answerer::improve(const Query& query) {
  if (partial_) return true;
  const Nanos now = clock_.boot_ns();
  for (const std::string& path : query.runs) {
    Kept& kept = keep(path);
    if (!kept.model || !kept.session || (kept.model->judgement && !live(*kept.model))) continue;
    const Nanos wait = std::max(kJudgeEvery, 10 * kept.judging_took);
    if (kept.judged_at != 0 && now - kept.judged_at < wait) continue;
    if (judge_ != nullptr) {
      judge_->ask(path);  // while it is busy: at a later look
      continue;
    }
    auto judgement = judge_now(path, [] { return false; });
    const bool good = judgement.has_value();
    judged(kept, std::move(judgement), clock_.boot_ns() - now);
    if (good) return true;
  }
  return false;
}

void Answerer::take_judgement() {
  auto done = judge_->take();
  if (!done) return;
  const auto kept = std::ranges::find(kept_, done->path, &Kept::path);
  if (kept != kept_.end()) judged(*kept, std::move(done->judgement), done->took);
}

void Answerer::judged(Kept& kept, Result<analysis::Judgement> judgement, Nanos took) {
  kept.judged_at = clock_.boot_ns();
  kept.judging_took = took;
  kept.not_judged.clear();
  if (judgement) {
    kept.judgement = std::move(*judgement);
  } else {
    kept.not_judged = judgement.error().what + "; " + judgement.error().remedy;
  }
  if (!kept.model) return;
  auto model = std::make_shared<RunModel>(*kept.model);
  if (kept.judgement) model->judgement = kept.judgement;
  model->not_judged = kept.not_judged;
  kept.model = std::move(model);
}

}  // namespace soakrig::dashboard
