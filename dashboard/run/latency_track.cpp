// SPDX-License-Identifier: Apache-2.0
#include "dashboard/run/latency_track.hpp"

#include <algorithm>
#include <array>

#include "dashboard/run/event_pages.hpp"
#include "dashboard/run/window_view.hpp"
#include "results/analysis/latency_histogram.hpp"
#include "rig/base/json_guard.hpp"

namespace soakrig::dashboard {
namespace {

constexpr std::array<std::string_view, 2> kKept{"ttft", "latency"};
constexpr double kLongest = 3600;  // s: no histogram is of more than an hour

analysis::Interval when_of(const LatencyTrack::Window& w) {
  return {w.to - from_seconds(static_cast<double>(w.length)), w.to};
}

}  // namespace

void LatencyTrack::add(const Event& event) {
  if (event.kind != event_kind::kWorkNote || event.body.find("\"hist\"") == std::string::npos) return;
  const auto body = parse_json(event.body);
  if (!body || !body->is_object() || !body->contains("hist")) return;
  const double length =
      std::clamp(json_get<double>(body->at("hist"), "window_s").value_or(0), 0.001, kLongest);
  const auto summaries = analysis::histogram_latency(std::span(&event, 1), board_, workload_,
                                                     {INT64_MIN / 2, INT64_MAX / 2});
  for (const std::string_view name : kKept) {
    const auto found = summaries.find(std::string(name));
    if (found == summaries.end()) continue;
    auto& windows = windows_[std::string(name)];
    const Window next{event.t, static_cast<float>(length), static_cast<float>(found->second.p50),
                      static_cast<float>(found->second.p99)};
    // Nearly always the newest; what an agent kept while its link was down comes later.
    const auto at = std::ranges::upper_bound(windows, next.to, {}, &Window::to);
    windows.insert(at, next);
  }
}

Result<bool> LatencyTrack::extend(const store::Reader& reader, const std::function<bool()>& stop) {
  store::EventFilter filter;
  filter.board = board_;
  filter.kind = event_kind::kWorkNote;
  return each_event(reader, filter, after_, stop,
                    [this](const store::StoredEvent& stored) { add(stored.event); });
}

store::View LatencyTrack::view(const std::string& series, double quantile, Nanos from, Nanos to,
                               std::size_t bins) const {
  const auto found = windows_.find(series);
  const std::span<const Window> windows =
      found == windows_.end() ? std::span<const Window>() : std::span(found->second);
  const bool tail = quantile > 0.9;
  return window_view(windows, from, to, bins, when_of,
                     [tail](const Window& w) { return static_cast<double>(tail ? w.p99 : w.p50); });
}

}  // namespace soakrig::dashboard
