// SPDX-License-Identifier: Apache-2.0
#include "rig/control/search_watch.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "rig/base/json_guard.hpp"

namespace soakrig::control {
namespace {

std::optional<std::size_t> column_of(const SourceInfo& source, const std::string& name) {
  const auto found = std::ranges::find(source.channels, name, &ChannelInfo::name);
  if (found == source.channels.end()) return std::nullopt;
  return static_cast<std::size_t>(found - source.channels.begin());
}

}  // namespace

FirstSpeeds first_speeds(const std::string& body) {
  FirstSpeeds out;
  const auto parsed = parse_json(body).value_or(nlohmann::json::object());
  const auto work = parsed.is_object() ? parsed.find("work") : parsed.end();
  if (work == parsed.end() || !work->is_array()) return out;
  for (const nlohmann::json& load : *work) {
    const auto board = json_get<std::string>(load, "board");
    const auto workload = json_get<std::string>(load, "workload");
    const auto first = json_get<double>(load, "first");
    if (board && workload && first && *first > 0) out[{*board, *workload}] = *first;
  }
  return out;
}

SearchWatch::SearchWatch(const RunSpec& spec, RunObserver& next, const FirstSpeeds& known)
    : spec_(spec), next_(next) {
  for (const auto& [key, speed] : known) loads_[key].first = speed;
}

void SearchWatch::on_stage(Stage stage, const PhaseSpec& phase, const PhaseProgress& progress) {
  if (stage == Stage::dwell && phase.search) {
    begin(phase, progress.dwell_begin.value_or(progress.begin));
  } else if (rung_) {
    end(*rung_);
  }
  next_.on_stage(stage, phase, progress);
}

void SearchWatch::begin(const PhaseSpec& phase, Nanos dwell_begin) {
  rung_ = phase;
  since_ = dwell_begin;
  window_ = std::min(spec_.rules.window, phase.soak / 2);
  why_.reset();
  for (auto& [key, load] : loads_) {
    load.reports.clear();
    load.work = load.busy = 0;
    if (phase.search->rung == 1 && !phase.search->back) load.first.reset();  // of a search before
  }
}

void SearchWatch::end(const PhaseSpec& phase) {
  if (phase.search->rung == 1 && !phase.search->back) {
    for (auto& [key, load] : loads_) {
      if (load.busy > 0) load.first = load.work / load.busy;
    }
  }
  rung_.reset();
}

void SearchWatch::on_rows(const std::string& board, const SourceInfo& source, const Batch& batch) {
  for (const std::string& name : rung_ ? rung_->work : std::vector<std::string>{}) {
    const std::string prefix = "work." + name;
    const WorkloadSpec* workload = spec_.find_workload(name);
    if (source.name != prefix || workload == nullptr) continue;
    const auto work = column_of(source, prefix + "." + workload->work);
    auto busy = column_of(source, prefix + "." + workload->work + "_busy");
    if (!busy) busy = column_of(source, prefix + ".busy");
    const auto instance = column_of(source, prefix + ".instance");
    if (!work || !busy || !instance) continue;
    Load& load = loads_[{board, name}];
    for (std::size_t row = 0; row < batch.rows(); ++row) {
      if (batch.taken[row] < since_ || batch.state(row, *work) != State::good ||
          batch.state(row, *busy) != State::good) {
        continue;
      }
      take(load, {batch.taken[row], batch.value(row, *work), batch.value(row, *busy),
                  batch.value(row, *instance)});
    }
  }
  next_.on_rows(board, source, batch);
}

void SearchWatch::take(Load& load, const Report& report) {
  auto& reports = load.reports;
  if (!reports.empty() && reports.back().instance != report.instance) reports.clear();
  if (!reports.empty()) {
    load.work += report.work - reports.back().work;
    load.busy += report.busy - reports.back().busy;
  }
  reports.push_back(report);
  while (reports.size() > 2 && report.t - reports[1].t >= window_) reports.pop_front();
}

// Over the window, once there is one.
std::optional<double> SearchWatch::speed(const Load& load) const {
  if (load.reports.size() < 2 || load.reports.back().t - load.reports.front().t < window_) {
    return std::nullopt;
  }
  const double busy = load.reports.back().busy - load.reports.front().busy;
  if (busy <= 0) return std::nullopt;
  return (load.reports.back().work - load.reports.front().work) / busy;
}

void SearchWatch::on_event(const Event& event) {
  if (rung_ && !event.board.empty()) {
    const auto body = parse_json(event.body).value_or(nlohmann::json::object());
    const std::string blame = json_get<std::string>(body, "blame").value_or("unknown");
    if (event.kind == event_kind::kIncident && (blame == "board" || blame == "unknown")) {
      gave_way("board " + event.board + ": " +
               json_get<std::string>(body, "class").value_or("an incident"));
    }
    if (event.kind == event_kind::kLimit && json_get<bool>(body, "broken").value_or(false)) {
      gave_way("board " + event.board + ": " +
               json_get<std::string>(body, "channel").value_or("a channel") + " broke its limit");
    }
  }
  next_.on_event(event);
}

void SearchWatch::on_tick(Nanos now, const PhaseMachine& machine) { next_.on_tick(now, machine); }

void SearchWatch::gave_way(const std::string& why) {
  if (!why_) why_ = why;
}

std::optional<std::string> SearchWatch::look(Nanos now) const {
  if (!rung_) return std::nullopt;
  if (why_ || now - since_ < window_) return why_;
  for (const auto& [key, load] : loads_) {
    const auto is = speed(load);
    if (!is || !load.first || *is >= rung_->search->keep * *load.first) continue;
    return fmt::format(
        "board {}: {} does {:.3g} of the {:.3g} a second that it did on the first "
        "rung, less than {:g} %",
        key.first, key.second, *is, *load.first, rung_->search->keep * 100);
  }
  return std::nullopt;
}

std::string SearchWatch::body(const PhaseSpec& phase) const {
  using nlohmann::json;
  json work = json::array();
  for (const auto& [key, load] : loads_) {
    const auto is = speed(load);
    work.push_back({{"board", key.first},
                    {"workload", key.second},
                    {"speed", is ? json(*is) : json(nullptr)},
                    {"first", load.first ? json(*load.first) : json(nullptr)}});
  }
  const SearchRung& rung = phase.search.value();
  return dump_json({{"phase", phase.name},
                    {"ambient", phase.ambient ? json(*phase.ambient) : json(nullptr)},
                    {"rung", rung.rung},
                    {"of", rung.of},
                    {"back", rung.back},
                    {"gave_way", why_.has_value()},
                    {"why", why_ ? json(*why_) : json(nullptr)},
                    {"work", work}});
}

}  // namespace soakrig::control
