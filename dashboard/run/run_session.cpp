// SPDX-License-Identifier: Apache-2.0
#include "dashboard/run/run_session.hpp"

#include <algorithm>
#include <chrono>

namespace soakrig::dashboard {
namespace {

constexpr std::chrono::milliseconds kPatience{200};  // for the speeds of one answer

// Nothing was measured after the newest sample: what lies there is the future, no gap.
void cut_future(store::View& view, Nanos last) {
  while (!view.bins.empty() && view.bins.back().t0 > last) view.bins.pop_back();
}

// A long run must not keep the rest of the picture waiting: what is missing comes next time.
std::function<bool()> patient(const std::function<bool()>& cancelled) {
  const auto begin = std::chrono::steady_clock::now();
  return [&cancelled, begin] {
    return cancelled() || std::chrono::steady_clock::now() - begin > kPatience;
  };
}

// "work.NAME.KEY" -> NAME and KEY.
std::pair<std::string, std::string> parts_of(const std::string& channel) {
  const auto first = channel.find('.'), last = channel.rfind('.');
  if (first == std::string::npos || last <= first) return {};
  return {channel.substr(first + 1, last - first - 1), channel.substr(last + 1)};
}

}  // namespace

RunSession::RunSession(store::Reader reader)
    : reader_(std::make_unique<store::Reader>(std::move(reader))) {}

Result<RunSession> RunSession::open(const std::string& path) {
  auto reader = store::Reader::open(path);
  if (!reader) return reader.error();
  return RunSession(std::move(*reader));
}

Result<RunModel> RunSession::model() {
  auto out = load_run(*reader_, known_);
  if (!out) return out;
  // New channels: a new agent, or an instrument that came later.
  if (out->channels.size() != channels_.size()) loaded_.reset();
  channels_ = out->channels;
  last_ = out->last;
  return out;
}

Result<const SpeedTrack*> RunSession::speed_track(const CurveSource& curve, bool& partial,
                                                  const std::function<bool()>& cancelled) {
  if (!loaded_) {
    auto loaded = report::load_run_view(*reader_);
    if (!loaded) return loaded.error();
    loaded_ = std::move(*loaded);
  }
  const auto& boards = loaded_->view.boards;
  const auto board = std::ranges::find(boards, curve.board, &analysis::BoardView::name);
  if (board == boards.end()) return Error{Errc::not_found, "no board '" + curve.board + "'"};
  const auto [workload, work] = parts_of(curve.channel);
  const auto at = speeds_
                      .try_emplace(curve.board + "\n" + curve.channel, workload, work,
                                   loaded_->view.spec.rules.short_window)
                      .first;
  if (!at->second.extend(*board, last_, patient(cancelled))) partial = true;
  return &at->second;
}

Result<store::View> RunSession::derived_view(const CurveSource& curve, TimeRange range,
                                             std::size_t columns, bool& partial,
                                             const std::function<bool()>& cancelled) {
  if (curve.is_speed()) {
    const auto track = speed_track(curve, partial, cancelled);
    if (!track) return track.error();
    return (*track)->view(range.from, range.to - 1, columns);
  }
  const auto workload = parts_of(curve.channel).first;
  LatencyTrack& track =
      latencies_.try_emplace(curve.board + "\n" + workload, curve.board, workload).first->second;
  const auto done = track.extend(*reader_, patient(cancelled));
  if (!done) return done.error();
  if (!*done) partial = true;
  return track.view(curve.series, *curve.quantile, range.from, range.to - 1, columns);
}

Result<std::vector<analysis::Window>> RunSession::speed_windows(
    const CurveSource& curve, TimeRange range, const std::function<bool()>& cancelled) {
  bool partial = false;
  const auto track = speed_track(curve, partial, cancelled);
  if (!track) return track.error();
  if (partial && (*track)->done() < range.to) return Error{Errc::cancelled, "working it out…"};
  return analysis::inside((*track)->windows(), {range.from, range.to});
}

void RunSession::read_direct(std::vector<PlotData>& out, TimeRange range, std::size_t columns) {
  // A channel that one source carried is read together with all such; one that was announced anew
  // is joined by the store.
  std::vector<store::ChannelId> ids;
  std::vector<store::View*> places;
  for (PlotData& plot : out) {
    for (std::size_t i = 0; i < plot.spec.curves.size(); ++i) {
      const CurveSource& curve = plot.spec.curves[i];
      if (curve.is_derived() || plot.error) continue;
      std::vector<store::ChannelId> mine;
      for (const store::ChannelRow& row : channels_) {
        if (row.board == curve.board && row.info.name == curve.channel) mine.push_back(row.id);
      }
      if (mine.size() == 1) {
        ids.push_back(mine[0]);
        places.push_back(&plot.views[i]);
        continue;
      }
      auto view = reader_->view(curve.board, curve.channel, range.from, range.to - 1, columns);
      if (view) plot.views[i] = std::move(*view);
      if (!view) plot.error = view.error();
    }
  }
  if (ids.empty()) return;
  auto views = reader_->views(ids, range.from, range.to - 1, columns);
  if (!views) {
    for (PlotData& plot : out) {
      if (!plot.error) plot.error = views.error();
    }
    return;
  }
  for (std::size_t i = 0; i < places.size(); ++i) *places[i] = std::move((*views)[i]);
}

std::vector<PlotData> RunSession::plots(const std::vector<PlotSpec>& specs, TimeRange range,
                                        std::size_t columns,
                                        const std::function<bool()>& cancelled) {
  range = sane(range);
  columns = std::clamp<std::size_t>(columns, 1, store::kMostBins);
  std::vector<PlotData> out;
  for (const PlotSpec& spec : specs) {
    out.push_back({spec, std::vector<store::View>(spec.curves.size()), std::nullopt, false});
  }
  read_direct(out, range, columns);
  for (PlotData& plot : out) {
    for (std::size_t i = 0; i < plot.spec.curves.size(); ++i) {
      if (!plot.spec.curves[i].is_derived()) continue;
      auto view = derived_view(plot.spec.curves[i], range, columns, plot.partial, cancelled);
      if (view) plot.views[i] = std::move(*view);
      if (!view) plot.error = view.error();
    }
    for (store::View& view : plot.views) cut_future(view, last_);
  }
  return out;
}

}  // namespace soakrig::dashboard
