// SPDX-License-Identifier: Apache-2.0
#include "rig/control/power_control.hpp"

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include "rig/base/json_guard.hpp"
#include "rig/base/rig_events.hpp"

namespace soakrig::control {
namespace {

// A pulse of the relay's own outlasts the cut by this much: it is what closes the switch if nobody
// is left to do it, not what ends the cut.
constexpr Nanos kPulseBeyond = PowerSequence::kFallWithin + 10 * kSecond;

nlohmann::json number(std::optional<double> value) {
  return value ? nlohmann::json(*value) : nlohmann::json(nullptr);
}

}  // namespace

struct PowerControl::Supply {
  std::string board;
  PowerSpec spec;
  instruments::PowerSwitch* by = nullptr;
  bool metered = false;
  PowerSequence sequence;
  std::uint64_t orders = 0;  // so that a late answer is not taken for a newer order's
  bool told = true;          // the sequence's end has been reported
  Nanos began = 0;
  Nanos now = 0;  // of the last step
  bool recovers = false;
  int recovered = 0;  // of the budget
};

PowerControl::PowerControl(boost::asio::io_context& io, PowerHooks hooks)
    : io_(io), hooks_(std::move(hooks)) {}
PowerControl::~PowerControl() = default;

void PowerControl::add(const std::string& board, const PowerSpec& spec,
                       instruments::PowerSwitch& by, bool metered) {
  supplies_.push_back(
      std::make_shared<Supply>(Supply{board, spec, &by, metered, PowerSequence(spec, metered)}));
}

void PowerControl::release() { supplies_.clear(); }

PowerControl::Supply* PowerControl::find(const std::string& board) const {
  const auto found =
      std::ranges::find_if(supplies_, [&](const auto& s) { return s->board == board; });
  return found == supplies_.end() ? nullptr : found->get();
}

void PowerControl::begin(Supply& supply, PhasePower what, bool recovers, Nanos now) {
  supply.recovers = recovers;
  supply.told = false;
  supply.began = supply.now = now;
  supply.sequence.begin(what, now);
}

void PowerControl::order(PhasePower what, Nanos now) {
  for (const auto& supply : supplies_) begin(*supply, what, false, now);
}

void PowerControl::end(bool tripped, Nanos now) {
  for (const auto& supply : supplies_) {
    const PowerSequence& last = supply->sequence;
    const bool is_on = last.stage() == PowerSequence::Stage::idle && last.goal() != PhasePower::off;
    if (tripped || !is_on) begin(*supply, tripped ? PhasePower::off : PhasePower::on, false, now);
  }
}

bool PowerControl::busy() const {
  return std::ranges::any_of(supplies_, [](const auto& s) { return s->sequence.busy(); });
}

bool PowerControl::recover(const std::string& board, Nanos now) {
  Supply* const supply = find(board);
  if (supply == nullptr || supply->recovered >= supply->spec.recover) return false;
  ++supply->recovered;
  begin(*supply, PhasePower::cycle, true, now);
  return true;
}

bool PowerControl::recovering(const std::string& board) const {
  const Supply* const supply = find(board);
  return supply != nullptr && supply->recovers && supply->sequence.busy();
}

bool PowerControl::settled() const {
  return std::ranges::none_of(supplies_, [](const auto& s) {
    return s->sequence.busy() || (!s->recovers && !s->sequence.failure().empty());
  });
}

std::optional<std::string> PowerControl::failure() const {
  for (const auto& supply : supplies_) {
    if (supply->recovers || supply->sequence.failure().empty()) continue;
    return "power of board " + supply->board + ": " + supply->sequence.failure();
  }
  return std::nullopt;
}

void PowerControl::step(Nanos now) {
  for (const std::shared_ptr<Supply>& supply : supplies_) {
    supply->now = now;
    PowerSequence& sequence = supply->sequence;
    const auto watts =
        supply->metered ? hooks_.watts(supply->board, sequence.since()) : std::nullopt;
    give(supply, sequence.step(now, watts));
    if (!sequence.busy() && !supply->told) report(*supply, now);
  }
}

void PowerControl::give(const std::shared_ptr<Supply>& supply, PowerSequence::Order order) {
  if (order == PowerSequence::Order::none) return;
  // A relay answers on its own thread, perhaps when this is gone.
  const instruments::Done done = [&io = io_, weak = std::weak_ptr<Supply>(supply),
                                  number = ++supply->orders](Result<void> result) {
    boost::asio::post(io, [weak, number, result = std::move(result)] {
      const auto asked = weak.lock();
      if (asked && asked->orders == number) asked->sequence.answered(result, asked->now);
    });
  };
  instruments::PowerSwitch& by = *supply->by;
  const int channel = supply->spec.channel;
  const bool cycles = supply->sequence.goal() == PhasePower::cycle;
  const double pulse = to_seconds(supply->spec.off + kPulseBeyond);
  if (order == PowerSequence::Order::close) {
    by.set(channel, true, done);
  } else if (cycles && !supply->metered && by.cycle(channel, done)) {
    return;  // it proves nothing, but there is no meter that would
  } else if (cycles &&
             pulse <= by.longest_pulse(channel)) {
    by.pulse_off(channel, pulse, done);
  } else {
    by.set(channel, false, done);
  }
}

void PowerControl::report(Supply& supply, Nanos now) {
  supply.told = true;
  const PowerSequence& sequence = supply.sequence;
  const bool ok = sequence.failure().empty();
  const std::string by = supply.spec.relay.empty() ? "command" : "relay";
  nlohmann::json body = {{"what", std::string(to_string(sequence.goal()))},
                         {"relay", supply.spec.relay},
                         {"channel", supply.spec.channel},
                         {"ok", ok},
                         {"recovery", supply.recovers},
                         {"took_s", to_seconds(now - supply.began)},
                         {"proven_by", supply.metered ? by + " and meter" : by},
                         {"off_watts", number(sequence.off_watts())},
                         {"on_watts", number(sequence.on_watts())}};
  if (supply.spec.relay.empty()) {
    body.erase("relay");
    body.erase("channel");
    body["labgrid"] = supply.spec.labgrid;
  }
  if (!ok) body["reason"] = sequence.failure();
  hooks_.store({now, supply.board, std::string(event_kind::kPower),
                ok ? Severity::info : Severity::alarm, dump_json(body)});
  if (supply.recovers) hooks_.recovered(supply.board, ok);
}

}  // namespace soakrig::control
