// SPDX-License-Identifier: Apache-2.0
#include "rig/app/guard_setup.hpp"

#include <algorithm>

#include "rig/app/paths.hpp"
#include "rig/control/chamber_air.hpp"
#include "rig/instruments/correction.hpp"
#include "rig/instruments/identify.hpp"
#include "rig/instruments/map_library.hpp"

namespace soakrig::app {
namespace {

using namespace instruments;

constexpr double kReadBack = 0.05;  // K: what a controller may round a set point by
// Cutting the air off while a board may still give off heat is the lesser evil only after this.
constexpr Nanos kWaitForLoad = 10 * kSecond;
// So long a trip's steps keep their order; then the later ones are done all the same.
constexpr Nanos kInOrder = 3 * kSecond;
// And so long those of the chamber where a command cuts a supply: the load gets its time first, behind
// ssh perhaps, and a plug or a managed switch then takes seconds too.
constexpr Nanos kInOrderOfCommands = 10 * kSecond;

// What tells this device from another: its words as they are now.
std::vector<guard::Proof> prove(const RegisterMap& map, const std::string& connect,
                                std::uint8_t unit, const ReadFunction& read) {
  std::vector<guard::Proof> proofs;
  const Identify& rules = map.identify;
  for (const std::string& name : {rules.point, rules.serial_point, rules.units_point}) {
    const Point* point = map.find(name);
    if (name.empty() || point == nullptr) continue;
    const ReadRequest request = read_request(*point, unit);
    auto reply = read(request);
    // What identification could do without, the guard can do without.
    if (!reply || reply->exception != 0) continue;
    proofs.push_back({connect, request, std::move(reply->words)});
  }
  return proofs;
}

Result<void> add_step(std::vector<guard::Step>& steps, Result<guard::Step> step, Nanos patience) {
  if (!step) return step.error();
  step->patience = patience;
  steps.push_back(std::move(*step));
  return {};
}

Result<void> add_conditioning(std::vector<guard::Step>& steps, const RegisterMap& map,
                              const std::string& connect, bool on) {
  const Point* mode = map.find("mode");
  if (mode == nullptr) return {};  // a chamber whose conditioning cannot be switched
  const double code = mode->codes.at(on ? "auto" : "off");
  return add_step(steps,
                  guard::make_step(map, "mode", connect, code,
                                   on ? "conditioning on" : "conditioning off"),
                  on ? 0 : kWaitForLoad);
}

Result<void> add_set_point(std::vector<guard::Step>& steps, const RegisterMap& map,
                           const std::string& connect, double safe) {
  // A ramp of the controller's own would make the way to the safe set-point slow.
  const Point* ramp = map.find("ramp_action");
  if (ramp != nullptr && ramp->codes.contains("off")) {
    if (auto done = add_step(steps,
                             guard::make_step(map, "ramp_action", connect,
                                              ramp->codes.at("off"), "ramp off"),
                             0);
        !done) {
      return done;
    }
  }
  return add_step(
      steps, guard::make_step(map, "set_point", connect, safe, "safe set-point", kReadBack), 0);
}

// A timer of the chamber's own that the run wound up: the guard has the chamber now.
Result<void> add_timer_off(std::vector<guard::Step>& steps, const RegisterMap& map,
                           const ChamberSpec& chamber) {
  const Point* status = map.find("timer_status");
  if (status == nullptr || !status->writable() || chamber.guard.timer <= 0) return {};
  return add_step(steps,
                  guard::make_step(map, "timer_status", chamber.connect, status->codes.at("reset"),
                                   "timer stopped"),
                  0);
}

// Where a run makes moist air it is dried first.
Result<void> add_drying(std::vector<guard::Step>& steps, const RunSpec& spec,
                        const RegisterMap& map, const std::string& connect) {
  const Point* humidity = map.find("humidity_set_point");
  if (humidity == nullptr || humidity->decimals < 0 ||
      std::ranges::none_of(spec.phases, [](const auto& p) { return p.humidity.has_value(); })) {
    return {};
  }
  return add_step(steps,
                  guard::make_step(map, "humidity_set_point", connect, spec.chamber->safe_humidity,
                                   "humidity down", kReadBack),
                  0);
}

// Nothing may be left of an earlier run on the same buses.
Result<void> refuse_unfinished(const guard::Files& files, const guard::GuardPlan& plan) {
  const auto mine = guard::endpoints(plan);
  for (const std::string& run : files.runs()) {
    if (run == plan.run) continue;  // the interrupted one that is gone on with
    const auto other = files.plan(run);
    if (!other) return other.error();
    if (other->bench && !is_alive(*other->bench)) {
      files.remove(run);  // its chamber was simulated, and is no more
      continue;
    }
    const auto theirs = guard::endpoints(*other);
    if (std::ranges::find_first_of(mine, theirs) == mine.end()) continue;
    const auto state = files.state(run);
    const std::string stage(state ? guard::to_string(state->stage) : "unreadable");
    return Error{Errc::unsupported,
                 "the guard of run " + run + " still has this chamber (" + stage + ")",
                 "see soakrig guard status, look at the chamber, then soakrig guard clear " + run};
  }
  return {};
}

}  // namespace

double safe_temperature(const ChamberSpec& chamber) {
  if (chamber.safe_temperature) return *chamber.safe_temperature;
  return std::clamp(kSafeTemperature, chamber.low.value_or(-100.0),
                    std::max(chamber.low.value_or(-100.0), chamber.high.value_or(200.0)));
}

Result<control::GuardParts> set_up_guard(const RunSpec& spec, GuardOrder order, ModbusBus& bus) {
  RIG_ASSERT(spec.chamber.has_value());
  const ChamberSpec& chamber = *spec.chamber;
  auto files = guard::Files::open();
  if (!files) return files.error();
  auto map = load_register_map(chamber.map);
  if (!map) return map.error();
  const auto connect = parse_connect(chamber.connect);
  if (!connect) return connect.error();
  const ReadFunction read = [&bus](const ReadRequest& request) { return bus.read_now(request); };
  const auto found = identify_device(*map, connect->unit, read);
  if (!found) return found.error();
  apply_identity(*map, *found);

  guard::GuardPlan plan;
  plan.run = order.run;
  plan.name = spec.name;
  plan.controller = this_process();
  plan.bench = order.bench;
  plan.proofs = prove(*map, chamber.connect, connect->unit, read);
  plan.load_off = std::move(order.load_off);
  plan.power_off = std::move(order.power_off);
  const std::size_t relays = order.relays_off.size();
  plan.trip = std::move(order.relays_off);
  plan.grace = chamber.guard.grace;
  plan.blind = chamber.guard.stale;
  // The guard knows registers only: its temperatures are as the chamber shows them.
  const Correction correction = Correction::of(chamber);
  const double safe = correction.shown(safe_temperature(chamber));
  for (auto* steps : {&plan.lost, &plan.trip}) {
    if (auto done = add_drying(*steps, spec, *map, chamber.connect); !done) return done.error();
    if (auto done = add_set_point(*steps, *map, chamber.connect, safe); !done) return done.error();
    const bool on = steps == &plan.lost;
    if (auto done = add_conditioning(*steps, *map, chamber.connect, on); !done) {
      return done.error();
    }
    if (!on) {
      const Nanos after_power = plan.power_off.empty() ? kInOrder : kInOrderOfCommands;
      for (std::size_t i = 0; i < steps->size(); ++i) {
        Nanos& patience = (*steps)[i].patience;
        patience = std::max(patience, i < relays ? kInOrder : after_power);
      }
      continue;
    }
    if (auto done = add_timer_off(*steps, *map, chamber); !done) return done.error();
  }
  if (const Point* air = map->find("temperature")) {
    guard::Watch watch{chamber.connect, guard::bare_point(*air), {}, {}};
    if (chamber.low) watch.low = correction.shown(*chamber.low - control::kOvershoot);
    if (chamber.high) watch.high = correction.shown(*chamber.high + control::kOvershoot);
    plan.watch = std::move(watch);
  }
  if (auto clear = refuse_unfinished(*files, plan); !clear) return clear.error();

  control::GuardParts parts{std::move(*files), std::move(plan), sibling_program("soakrig-guard"),
                            {}};
  for (const std::string& endpoint : guard::endpoints(parts.plan)) {
    auto held = parts.files.lock_bus(endpoint);
    if (!held && held.error().code == Errc::busy) {
      return Error{Errc::busy, "another run or guard has " + endpoint,
                   "see soakrig status and soakrig guard status"};
    }
    if (!held) return held.error();
    parts.buses.push_back(std::move(*held));
  }
  return parts;
}

}  // namespace soakrig::app
