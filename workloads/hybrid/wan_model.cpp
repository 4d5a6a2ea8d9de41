// SPDX-License-Identifier: Apache-2.0
#include "workloads/hybrid/wan_model.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "rig/base/quantity.hpp"

namespace soakrig::workloads {

namespace {

constexpr Nanos kNever = std::numeric_limits<Nanos>::max();
constexpr Nanos kShortest = kMillisecond;
constexpr double kSegment = 1448;   // bytes: Ethernet's 1500 less the headers with time stamps
constexpr double kLongestRtt = 60;  // s
constexpr double kLeastRate = 100, kMostRate = 1e12;  // bytes a second

Error wrong(std::string what, std::string remedy) {
  return {Errc::invalid, std::move(what), std::move(remedy)};
}

// Uniform in (0, 1), the same on every machine.
double uniform_of(std::mt19937_64& random) {
  return (static_cast<double>(random() >> 11) + 0.5) * 0x1p-53;
}

Result<void> check_recurring(const Recurring& r, const std::string& name) {
  if (r.every == 0 && r.lasts == 0) return {};
  if (r.every >= kShortest && r.lasts >= kShortest && r.every <= 400 * 24 * kHour &&
      r.lasts <= 400 * 24 * kHour) {
    return {};
  }
  return wrong(name + " come at least 1 ms apart and last as long", "write \"20s:2s\"");
}

}  // namespace

Result<Recurring> parse_recurring(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon != std::string_view::npos) {
    const auto every = parse_duration(text.substr(0, colon));
    const auto lasts = parse_duration(text.substr(colon + 1));
    if (every && lasts && *every >= kShortest && *lasts >= kShortest) {
      return Recurring{*every, *lasts};
    }
  }
  return wrong("\"" + std::string(text.substr(0, 40)) + "\" does not say how often and how long",
               "write EVERY:LASTS, such as \"10min:20s\"");
}

bool WanSettings::transparent() const {
  return rtt == 0 && jitter == 0 && up_rate == 0 && down_rate == 0 && loss == 0 &&
         stalls.every == 0 && outages.every == 0 && trace.empty();
}

Result<void> check_wan(const WanSettings& s) {
  if (s.rtt < 0 || s.jitter < 0 || to_seconds(s.rtt) > kLongestRtt) {
    return wrong("a round trip is from 0 to 60s", "write 80ms, say");
  }
  if (s.jitter > 2 * s.rtt) {
    return wrong("the jitter is more than twice the round trip: some would be negative",
                 "lower the jitter");
  }
  for (const double rate : {s.up_rate, s.down_rate}) {
    if (rate != 0 && !(rate >= kLeastRate && rate <= kMostRate)) {
      return wrong("a rate is at least 100 bytes a second", "correct it");
    }
  }
  if (!(s.loss >= 0 && s.loss < 0.5)) return wrong("loss is below 50 %", "write 1%, say");
  if (auto good = check_recurring(s.stalls, "stalls"); !good) return good;
  if (auto good = check_recurring(s.outages, "outages"); !good) return good;
  if (s.trace.empty()) return {};
  if (s.trace.size() < 2 || s.trace.front().t_s < 0 || s.trace.back().t_s > 1e8) {
    return wrong("the link's trace has fewer than two rows, or times beyond three years", "");
  }
  const bool model =
      s.rtt != 0 || s.outages.every != 0 || s.up_rate != 0 || s.down_rate != 0 || s.loss != 0;
  if (model) {
    return wrong("a trace brings its own round trips, rates, losses and outages",
                 "leave those settings out, or the trace");
  }
  for (const LinkRow& row : s.trace) {
    if (row.rtt_ms.value_or(0) > kLongestRtt * 1e3) {
      return wrong("the trace has a round trip of more than 60 s", "is that an outage?");
    }
    const auto too_slow = [](const std::optional<double>& kbit_s) {
      return kbit_s && *kbit_s * 1000 / 8 < kLeastRate;
    };
    if (too_slow(row.kbit_s) || too_slow(row.down_kbit_s)) {
      return wrong("the trace has a speed below 0.8 kbit/s",
                   "leave rtt_ms empty where the link is out");
    }
  }
  return {};
}

WanModel::Alternation::Alternation(const Recurring& recurring, std::uint64_t seed)
    : recurring_(recurring), random_(seed) {
  until_ = recurring_.every == 0 ? kNever : draw(recurring_.every);
}

Nanos WanModel::Alternation::draw(Nanos mean) {
  const double length = -std::log(uniform_of(random_)) * static_cast<double>(mean);
  return std::max<Nanos>(1, static_cast<Nanos>(length));
}

void WanModel::Alternation::go_to(Nanos t) {
  while (t >= until_) {
    on_ = !on_;
    until_ += draw(on_ ? recurring_.lasts : recurring_.every);
  }
}

WanModel::WanModel(WanSettings settings)
    : settings_(std::move(settings)),
      outages_(settings_.outages, settings_.seed * 2 + 1),
      stalls_(settings_.stalls, settings_.seed * 2 + 2) {}

const LinkState& WanModel::at(Nanos t) {
  if (now_ < 0) {
    now_ = 0;
    compute(0);
  }
  // Change by change, so that what lies between two questions is counted too.
  while (now_ < t) {
    const Nanos next = std::min(t, state_.until);
    passed_.span += next - now_;
    if (!state_.up) passed_.down += next - now_;
    if (state_.stalled) passed_.stalled += next - now_;
    now_ = next;
    if (now_ < state_.until) break;
    const bool was_up = state_.up, was_stalled = state_.stalled;
    compute(now_);
    if (was_up && !state_.up) ++passed_.outages;
    if (!was_stalled && state_.stalled) ++passed_.stalls;
  }
  return state_;
}

void WanModel::compute(Nanos t) {
  stalls_.go_to(t);
  outages_.go_to(t);
  state_.stalled = stalls_.on();
  state_.until = std::min(stalls_.until(), outages_.until());
  state_.jitter_s = to_seconds(settings_.jitter);
  if (!settings_.trace.empty()) return apply_trace(t);
  state_.up = !outages_.on();
  state_.rtt_s = to_seconds(settings_.rtt);
  state_.up_rate = settings_.up_rate;
  state_.down_rate = settings_.down_rate;
  state_.loss = settings_.loss;
}

// The row that holds at t; its last row only ends the trace, which then begins again.
void WanModel::apply_trace(Nanos t) {
  const std::vector<LinkRow>& rows = settings_.trace;
  const Nanos origin = from_seconds(rows.front().t_s);
  const Nanos span = std::max<Nanos>(1, from_seconds(rows.back().t_s) - origin);
  const Nanos inside = t % span;
  const auto after = std::upper_bound(
      rows.begin() + 1, rows.end() - 1, inside,
      [&](Nanos at, const LinkRow& row) { return at < from_seconds(row.t_s) - origin; });
  const LinkRow& row = *(after - 1);
  state_.until = std::min(
      state_.until, t - inside + std::max<Nanos>(from_seconds(after->t_s) - origin, inside + 1));
  state_.up = row.rtt_ms.has_value();
  state_.rtt_s = row.rtt_ms.value_or(0) * 1e-3;
  state_.jitter_s = std::min(state_.jitter_s, 2 * state_.rtt_s);
  state_.up_rate = row.kbit_s.value_or(0) * 1000 / 8;
  // A trace of one speed has it both ways.
  state_.down_rate = row.down_kbit_s ? *row.down_kbit_s * 1000 / 8 : state_.up_rate;
  state_.loss = std::min(row.loss.value_or(0), 0.5);
}

double DelayDraw::uniform() { return uniform_of(random_); }

Nanos DelayDraw::one_way(const LinkState& state, std::size_t bytes) {
  double delay = state.rtt_s / 2 + (uniform() - 0.5) * state.jitter_s / 2;
  if (state.loss > 0) {
    const double segments = std::ceil(static_cast<double>(bytes) / kSegment);
    if (uniform() < 1 - std::pow(1 - state.loss, segments)) delay += state.rtt_s;
  }
  return from_seconds(std::max(0.0, delay));
}

Nanos DelayDraw::round_trip(const LinkState& state) {
  return from_seconds(std::max(0.0, state.rtt_s + (uniform() - 0.5) * state.jitter_s));
}

}  // namespace soakrig::workloads
