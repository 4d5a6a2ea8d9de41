// SPDX-License-Identifier: Apache-2.0
#include "probes/probe_runner.hpp"

#include <algorithm>
#include <string>

#include "rig/base/json_guard.hpp"

namespace soakrig::probes {
namespace {

constexpr double kWell = 0, kFailing = 1, kBackedOff = 2;
constexpr std::size_t kHealthColumns = 4;  // duration, failures, health, period
// Events of one source in a row before it must wait; a flapping sensor must not fill the store.
constexpr int kEventBurst = 32;

Nanos nominal_period(const Probe& probe, Nanos fast) {
  if (!probe.present()) return 10 * kSecond;
  switch (probe.period()) {
    case Period::fast:
      return fast;
    case Period::second:
      return std::max(fast, kSecond);
    case Period::ten_seconds:
      break;
  }
  return std::max(fast, 10 * kSecond);
}

std::string state_body(const ChannelInfo& channel, State state) {
  nlohmann::json body = {{"channel", channel.name}, {"state", to_string(state)}};
  std::string reason = channel.reason;
  if (state == State::no_data && reason.empty()) {
    reason = channel.source + " is gone or not readable";
  }
  if (state == State::error) reason = channel.source + " fails to read, or holds no such number";
  if (state == State::stale) reason = channel.source + " no longer changes";
  if (state != State::good) body["reason"] = reason;
  return dump_json(body);
}

}  // namespace

struct ProbeRunner::Slot {
  Nanos origin = 0;   // of the grid
  Nanos nominal = 0;  // the probe's period
  Nanos period = 0;   // as it is now; longer while backed off
  Nanos due = 0;
  std::vector<double> values;
  std::vector<State> states, reported;  // this row; the last state told to the sink
  std::vector<bool> seen_good;
  int strikes = 0;
  std::uint64_t failures = 0;
  Nanos spent = 0;  // since the last health row
  int samples = 0;
  int event_tokens = kEventBurst;

  [[nodiscard]] bool take_token() { return event_tokens > 0 && event_tokens-- > 0; }

  // Whether the row just read counts as a failure: nothing good, and something broken.
  [[nodiscard]] bool failed() const {
    return std::ranges::find(states, State::error) != states.end() &&
           std::ranges::find(states, State::good) == states.end();
  }

  void judge(Nanos now) {
    if (failed()) {
      ++failures;
      ++strikes;
      if (strikes < kStrikes) return;
      period = std::clamp(period * 2, std::max(nominal, 2 * kSecond),
                          std::max(nominal, kLongestBackOff));
      due = now + period;
      return;
    }
    strikes = 0;
    if (period == nominal) return;
    period = nominal;  // back on its own grid
    due = origin + ((now - origin) / nominal + 1) * nominal;
  }
};

ProbeRunner::ProbeRunner(std::vector<std::unique_ptr<Probe>> probes, const Clock& clock,
                         Nanos fast_period)
    : probes_(std::move(probes)), clock_(clock), fast_period_(fast_period) {
  RIG_ASSERT(fast_period_ > 0);
  const Nanos now = clock_.boot_ns();
  SourceInfo health{"probes", std::max(fast_period_, kSecond), {}};
  for (const auto& probe : probes_) {
    const auto channels = probe->channels();
    const std::string name(probe->name());
    Slot slot;
    slot.origin = slot.due = now;
    slot.nominal = slot.period = nominal_period(*probe, fast_period_);
    slot.values.resize(channels.size());
    slot.states.resize(channels.size(), State::no_data);
    slot.reported.resize(channels.size(), State::good);
    slot.seen_good.resize(channels.size(), false);
    sources_.push_back({name, slot.nominal, {channels.begin(), channels.end()}});
    slots_.push_back(std::move(slot));
    if (!probe->present()) continue;
    const std::string base = "probe." + channel_part(name);
    const auto add = [&](const char* what, const char* unit) {
      health.channels.push_back({base + what, unit, "soakrig-agent", Provenance::measured, ""});
    };
    add(".duration", "s");
    add(".failures", "{count}");
    add(".health", "{state}");
    add(".period", "s");
  }
  health_values_.resize(health.channels.size());
  health_states_.resize(health.channels.size(), State::good);
  health_due_ = now;
  sources_.push_back(std::move(health));
}

ProbeRunner::~ProbeRunner() = default;

std::span<const SourceInfo> ProbeRunner::sources() const { return sources_; }
std::uint64_t ProbeRunner::overruns() const { return overruns_; }

Nanos ProbeRunner::next_due() const {
  Nanos next = health_due_;
  for (const Slot& slot : slots_) next = std::min(next, slot.due);
  return next;
}

void ProbeRunner::run_due(RowSink& sink) {
  const Nanos now = clock_.boot_ns();
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    Slot& slot = slots_[i];
    if (slot.due > now) continue;
    const Nanos missed = (now - slot.due) / slot.period;
    if (missed > 0) {
      overruns_ += static_cast<std::uint64_t>(missed);
      slot.due += missed * slot.period;
      if (slot.take_token()) {
        const nlohmann::json body = {{"probe", probes_[i]->name()}, {"missed", missed}};
        sink.event(
            {now, "", std::string(event_kind::kProbeOverrun), Severity::info, dump_json(body)});
      }
    }
    const Nanos scheduled = slot.due;
    slot.due += slot.period;
    run_slot(i, scheduled, sink);
  }
  if (health_due_ > now) return;
  const Nanos period = sources_.back().period;
  const Nanos scheduled = health_due_ + (now - health_due_) / period * period;
  health_due_ = scheduled + period;
  run_health(scheduled, sink);
}

void ProbeRunner::run_all(RowSink& sink) {
  for (std::size_t i = 0; i < slots_.size(); ++i) run_slot(i, clock_.boot_ns(), sink);
  run_health(clock_.boot_ns(), sink);
}

void ProbeRunner::run_slot(std::size_t index, Nanos scheduled, RowSink& sink) {
  Slot& slot = slots_[index];
  Probe& probe = *probes_[index];
  const Nanos begin = clock_.boot_ns();
  {
    Row row(slot.values, slot.states);
    probe.sample(row, begin);
  }
  const Nanos end = clock_.boot_ns();
  slot.spent += end - begin;
  ++slot.samples;
  slot.judge(end);

  sink.row(static_cast<std::uint32_t>(index), scheduled, begin, slot.values, slot.states);
  for (std::size_t j = 0; j < slot.states.size(); ++j) {
    const State state = slot.states[j];
    if (state == slot.reported[j]) {
      if (state == State::good) slot.seen_good[j] = true;
      continue;
    }
    // Absent since the start is what the announcement says already; a rate's first row is too.
    const bool from_the_start = !slot.seen_good[j] && state == State::no_data;
    if (from_the_start) continue;
    if (!slot.take_token()) continue;  // told at its next change, or when tokens are back
    slot.reported[j] = state;
    sink.event({begin, "", std::string(event_kind::kChannelState),
                state == State::good ? Severity::info : Severity::warning,
                state_body(sources_[index].channels[j], state)});
  }
  events_.clear();
  probe.drain_events(events_);
  for (const Event& event : events_) sink.event(event);
}

void ProbeRunner::run_health(Nanos scheduled, RowSink& sink) {
  const Nanos now = clock_.boot_ns();
  std::size_t at = 0;
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    Slot& slot = slots_[i];
    slot.event_tokens = std::min(slot.event_tokens + 1, kEventBurst);
    if (!probes_[i]->present()) continue;
    const bool measured = slot.samples > 0;
    health_values_[at] = measured ? to_seconds(slot.spent) / slot.samples : 0;
    health_states_[at] = measured ? State::good : State::no_data;
    health_values_[at + 1] = static_cast<double>(slot.failures);
    health_values_[at + 2] =
        slot.strikes == 0 ? kWell : (slot.strikes < kStrikes ? kFailing : kBackedOff);
    health_values_[at + 3] = to_seconds(slot.period);
    slot.spent = 0;
    slot.samples = 0;
    at += kHealthColumns;
  }
  sink.row(static_cast<std::uint32_t>(sources_.size() - 1), scheduled, now, health_values_,
           health_states_);
}

}  // namespace soakrig::probes
