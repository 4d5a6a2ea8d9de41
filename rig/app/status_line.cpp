// SPDX-License-Identifier: Apache-2.0
#include "rig/app/status_line.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>

#include <algorithm>

#include "results/report/event_text.hpp"
#include "rig/app/text_width.hpp"

namespace soakrig::app {
namespace {

constexpr Nanos kDrawEvery = 500 * kMillisecond;  // on a terminal
constexpr Nanos kLogEvery = kMinute;              // elsewhere

std::optional<std::size_t> column_of(const SourceInfo& source, const std::string& name) {
  const auto found = std::ranges::find(source.channels, name, &ChannelInfo::name);
  if (found == source.channels.end()) return std::nullopt;
  return static_cast<std::size_t>(found - source.channels.begin());
}

std::optional<double> last_good(const SourceInfo& source, const Batch& batch,
                                const std::string& name) {
  const auto column = column_of(source, name);
  if (!column || batch.rows() == 0) return std::nullopt;
  const std::size_t row = batch.rows() - 1;
  if (batch.state(row, *column) != State::good) return std::nullopt;
  return batch.value(row, *column);
}

}  // namespace

LiveFigures::LiveFigures(Nanos window) : window_(window) {}

void LiveFigures::feed(const std::string& board, const SourceInfo& source, const Batch& batch,
                       const std::vector<WorkloadSpec>& workloads) {
  if (const auto t = last_good(source, batch, "soc.temperature")) temperature_[board] = t;
  if (const auto p = last_good(source, batch, "board.power")) power_[board] = p;
  if (const auto c = last_good(source, batch, "chamber.temperature")) chamber_ = c;
  for (const WorkloadSpec& workload : workloads) {
    const std::string prefix = "work." + workload.name;
    if (source.name != prefix) continue;
    const auto work = column_of(source, prefix + "." + workload.work);
    auto busy = column_of(source, prefix + "." + workload.work + "_busy");
    if (!busy) busy = column_of(source, prefix + ".busy");
    const auto instance = column_of(source, prefix + ".instance");
    if (!work || !busy || !instance) continue;
    auto& reports = reports_[workload.name][board];
    for (std::size_t row = 0; row < batch.rows(); ++row) {
      reports.push_back({batch.taken[row], batch.value(row, *work), batch.value(row, *busy),
                         batch.value(row, *instance)});
    }
    while (!reports.empty() && (reports.back().t - reports.front().t > window_ ||
                                reports.front().instance != reports.back().instance)) {
      reports.pop_front();
    }
  }
}

std::optional<double> LiveFigures::speed(const std::string& workload) const {
  const auto found = reports_.find(workload);
  if (found == reports_.end()) return std::nullopt;
  std::optional<double> sum;
  for (const auto& [board, reports] : found->second) {
    if (reports.size() < 2) continue;
    const double busy = reports.back().busy - reports.front().busy;
    if (busy <= 0) continue;
    sum = sum.value_or(0) + (reports.back().work - reports.front().work) / busy;
  }
  return sum;
}

std::optional<double> LiveFigures::temperature() const {
  std::optional<double> hottest;
  for (const auto& [board, value] : temperature_) {
    if (value && (!hottest || *value > *hottest)) hottest = value;
  }
  return hottest;
}

std::optional<double> LiveFigures::power() const {
  std::optional<double> sum;
  for (const auto& [board, value] : power_) {
    if (value) sum = sum.value_or(0) + *value;
  }
  return sum;
}

std::string figure(const std::optional<double>& value, const char* unit, int decimals) {
  return value ? fmt::format("{:.{}f} {}", *value, decimals, unit) : fmt::format("– {}", unit);
}

StatusLine::StatusLine(const RunSpec& spec, Nanos planned, std::FILE* out, bool terminal)
    : spec_(spec), planned_(planned), out_(out), terminal_(terminal),
      figures_(std::max<Nanos>(spec.rules.short_window, 2 * kSecond)) {}

StatusLine::~StatusLine() { clear_line(); }

void StatusLine::clear_line() {
  if (drawn_) std::fputs("\r\033[K", out_);
  drawn_ = false;
}

void StatusLine::log(Nanos t, const std::string& text) {
  clear_line();
  fmt::print(out_, "{:>9}  {}\n", format_duration(t), text);
  std::fflush(out_);
}

void StatusLine::on_stage(control::Stage stage, const PhaseSpec& phase,
                          const control::PhaseProgress& progress) {
  using control::Stage;
  const Nanos t = progress.end.value_or(progress.dwell_begin.value_or(progress.begin));
  switch (stage) {
    case Stage::ramp:
      log(t, phase.ambient ? fmt::format("phase {}: ramp to {:.1f} °C", phase.name, *phase.ambient)
                           : fmt::format("phase {}", phase.name));
      break;
    case Stage::dwell:
      log(t, fmt::format("phase {}: dwell of {} begins", phase.name, format_duration(phase.soak)));
      break;
    case Stage::waiting:
    case Stage::finished: log(t, fmt::format("phase {}: done", phase.name)); break;
    case Stage::warm_up: break;
  }
}

void StatusLine::on_rows(const std::string& board, const SourceInfo& source, const Batch& batch) {
  figures_.feed(board, source, batch, spec_.workloads);
}

void StatusLine::on_event(const Event& event) {
  const std::string text = report::event_text(event);
  if (text.empty()) return;
  last_event_ = text;
  if (event.severity != Severity::info) log(event.t, text);
}

std::string StatusLine::describe(Nanos now, const control::PhaseMachine& machine) const {
  const Nanos left = std::max<Nanos>(0, planned_ - now);
  std::string line = fmt::format("{} · {} · {} of ~{} left", machine.phase().name,
                                 to_string(machine.stage()), format_duration(left),
                                 format_duration(planned_));
  for (const std::string& name : machine.phase().work) {
    const WorkloadSpec* workload = spec_.find_workload(name);
    const std::string unit = workload && workload->unit == "{token}" ? "tokens/s" : "/s";
    line += fmt::format(" · {} {}", name, figure(figures_.speed(name), unit.c_str()));
  }
  line += " · " + figure(figures_.temperature(), "°C") + " · " + figure(figures_.power(), "W");
  if (figures_.chamber()) line += " · chamber " + figure(figures_.chamber(), "°C");
  if (!last_event_.empty()) line += " · " + last_event_;
  return line;
}

void StatusLine::on_tick(Nanos now, const control::PhaseMachine& machine) {
  if (now - last_draw_ < (terminal_ ? kDrawEvery : kLogEvery) && last_draw_ != 0) return;
  last_draw_ = now;
  if (!terminal_) {
    log(now, describe(now, machine));
    return;
  }
  winsize size{};
  const bool known = ioctl(fileno(out_), TIOCGWINSZ, &size) == 0 && size.ws_col > 10;
  const std::string line = fit(describe(now, machine), known ? size.ws_col - 1u : 79u);
  fmt::print(out_, "\r\033[K{}", line);
  std::fflush(out_);
  drawn_ = true;
}

}  // namespace soakrig::app
