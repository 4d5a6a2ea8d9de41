// SPDX-License-Identifier: Apache-2.0
#include "rig/app/live_view.hpp"

#include <algorithm>

#include "results/report/event_text.hpp"
#include "rig/base/json_guard.hpp"

namespace soakrig::app {
namespace {

constexpr Nanos kFresh = 10 * kSecond;  // an older reading is not "now"
constexpr std::size_t kEvents = 8;

// Good and fresh readings by channel name, for one board ("" = the rig).
class Now {
 public:
  Now(const std::vector<store::ChannelRow>& channels, const std::vector<store::Latest>& latest,
      Nanos now)
      : channels_(channels), latest_(latest), now_(now) {}

  [[nodiscard]] std::optional<double> value(const std::string& board,
                                            const std::string& channel) const {
    for (const store::ChannelRow& row : channels_) {
      if (row.board == board && row.info.name == channel) {
        if (const auto v = fresh(row)) return v;
      }
    }
    return std::nullopt;
  }

  [[nodiscard]] std::optional<double> fresh(const store::ChannelRow& row) const {
    const auto found = std::ranges::find(latest_, row.id, &store::Latest::channel);
    const bool good = found != latest_.end() && found->state == State::good &&
                      now_ - found->t <= std::max(kFresh, 3 * row.period);
    return good ? std::optional(found->value) : std::nullopt;
  }

  [[nodiscard]] std::vector<std::string> limiters(const std::string& board) const {
    std::vector<std::string> out;
    for (const store::ChannelRow& row : channels_) {
      if (row.board != board || !row.info.name.starts_with("limiter.")) continue;
      // A counter says nothing by its value; only levels are "now".
      if (row.info.unit == "{state}" && fresh(row).value_or(0) > 0) out.push_back(row.info.name);
    }
    return out;
  }

 private:
  const std::vector<store::ChannelRow>& channels_;
  const std::vector<store::Latest>& latest_;
  Nanos now_;
};

// Thinned to `points` by the mean of equal time bins: a picture for a terminal, not evidence.
std::vector<double> thin(const store::Series& series, Nanos from, Nanos to, std::size_t points) {
  std::vector<double> sum(points, 0), count(points, 0), out;
  for (std::size_t i = 0; i < series.size(); ++i) {
    if (series.state[i] != State::good || series.t[i] < from || series.t[i] > to) continue;
    const double share = to_seconds(series.t[i] - from) / std::max(1e-9, to_seconds(to - from));
    const auto bin = std::min(points - 1, static_cast<std::size_t>(share * static_cast<double>(points)));
    sum[bin] += series.v[i];
    count[bin] += 1;
  }
  for (std::size_t i = 0; i < points; ++i) {
    if (count[i] > 0) out.push_back(sum[i] / count[i]);
  }
  return out;
}

// Speeds per bin from the running totals; a bin in which the instance changed has none.
std::vector<double> speeds(const store::Series& work, const store::Series& busy,
                           const store::Series& instance, Nanos from, Nanos to,
                           std::size_t points) {
  std::vector<double> out;
  const std::size_t n = std::min({work.size(), busy.size(), instance.size()});
  std::size_t first = 0;
  for (std::size_t bin = 0; bin < points; ++bin) {
    const Nanos end = from + (to - from) / static_cast<Nanos>(points) * static_cast<Nanos>(bin + 1);
    std::size_t last = first;
    while (last + 1 < n && work.t[last + 1] <= end) ++last;
    const double spent = n > 0 ? busy.v[last] - busy.v[first] : 0;
    if (last > first && spent > 0 && instance.v[last] == instance.v[first]) {
      out.push_back((work.v[last] - work.v[first]) / spent);
    }
    first = last;
  }
  return out;
}

LiveWork read_work(const store::Reader& reader, const std::string& board,
                   const WorkloadSpec& workload, Nanos from, Nanos to, std::size_t points) {
  LiveWork out{workload.name, workload.unit, std::nullopt, {}};
  const std::string prefix = "work." + workload.name + ".";
  const auto work = reader.series(board, prefix + workload.work, from, to);
  auto busy = reader.series(board, prefix + workload.work + "_busy", from, to);
  if (!busy) busy = reader.series(board, prefix + "busy", from, to);
  const auto instance = reader.series(board, prefix + "instance", from, to);
  if (!work || !busy || !instance) return out;
  out.history = speeds(*work, *busy, *instance, from, to, points);
  const bool moving = work->size() > 0 && to - work->t.back() <= kFresh;
  if (moving && !out.history.empty()) out.speed = out.history.back();
  return out;
}

Result<void> read_boards(const store::Reader& reader, const RunSpec& spec, const Now& readings,
                         Nanos span, std::size_t points, LiveView& view) {
  const Nanos from = std::max<Nanos>(0, view.now - span);
  const auto phase = std::ranges::find(spec.phases, view.phase, &PhaseSpec::name);
  for (const BoardSpec& board : spec.boards) {
    LiveBoard out;
    out.name = board.name;
    out.temperature = readings.value(board.name, "soc.temperature");
    out.frequency = readings.value(board.name, "cpu.frequency");
    out.power = readings.value(board.name, "board.power");
    out.limiters = readings.limiters(board.name);
    if (const auto t = reader.series(board.name, "soc.temperature", from, view.now)) {
      out.temperatures = thin(*t, from, view.now, points);
    }
    if (phase != spec.phases.end()) {
      for (const std::string& name : phase->work) {
        if (const auto* workload = spec.find_workload(name)) {
          out.work.push_back(read_work(reader, board.name, *workload, from, view.now, points));
        }
      }
    }
    store::EventFilter incidents;
    incidents.board = board.name;
    incidents.kind = event_kind::kIncident;
    const auto found = reader.events(incidents);
    if (!found) return found.error();
    out.incidents = found->size();
    view.boards.push_back(std::move(out));
  }
  return {};
}

Result<void> read_events(const store::Reader& reader, LiveView& view) {
  store::EventFilter filter;
  filter.from = std::max<Nanos>(0, view.now - 15 * kMinute);
  const auto events = reader.events(filter);
  if (!events) return events.error();
  for (const store::StoredEvent& stored : *events) {
    const std::string text = report::event_text(stored.event);
    if (!text.empty()) view.events.push_back(format_duration(stored.event.t) + "  " + text);
  }
  if (view.events.size() > kEvents) {
    view.events.erase(view.events.begin(), view.events.end() - kEvents);
  }
  return {};
}

}  // namespace

Result<LiveView> read_live_view(const store::Reader& reader, Nanos now_boot, Nanos span,
                                std::size_t points) {
  LiveView view;
  const store::RunHeader& header = reader.header();
  view.id = header.id;
  view.name = header.name;
  view.path = reader.path();
  view.now = now_boot - header.start_boot_ns;
  const auto spec = decode_run_spec(header.spec_json);
  if (!spec) return spec.error();
  view.planned = spec->planned;
  const auto journal = reader.journal();
  if (!journal) return journal.error();
  if (!journal->empty()) {
    view.stage = journal->back().state;
    for (const store::JournalEntry& entry : *journal) {
      const auto detail = parse_json(entry.detail_json);
      const auto phase = detail ? json_get<std::string>(*detail, "phase") : std::nullopt;
      if (phase) view.phase = *phase;
    }
  }
  const auto channels = reader.channels();
  if (!channels) return channels.error();
  std::vector<store::ChannelId> ids;
  for (const store::ChannelRow& row : *channels) ids.push_back(row.id);
  const auto latest = reader.latest(ids);
  if (!latest) return latest.error();
  const auto provenance = reader.provenance();
  if (provenance) view.provenance = *provenance;
  const Now readings(*channels, *latest, view.now);
  view.chamber = readings.value("", "chamber.temperature");
  view.set_point = readings.value("", "chamber.set_point");
  if (auto done = read_boards(reader, *spec, readings, span, points, view); !done) {
    return done.error();
  }
  if (auto done = read_events(reader, view); !done) return done.error();
  return view;
}

}  // namespace soakrig::app
