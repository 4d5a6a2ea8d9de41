// SPDX-License-Identifier: Apache-2.0
//
// [[phase]]: what happens in which order.
#include <algorithm>
#include <map>
#include <set>

#include "rig/base/sweep_name.hpp"
#include "rig/plan/profile.hpp"
#include "rig/plan/sections.hpp"

namespace soakrig::plan {

namespace {

constexpr Nanos kLongestRun = 5 * 366 * 24 * kHour;  // keeps every sum of times far from overflow

void check_air(const TableReader& phase, const PhaseSpec& spec, Build& build) {
  const auto& chamber = build.spec.chamber;
  const std::string& where = phase.where();
  for (const char* key : {"ambient", "humidity"}) {
    if (phase.has(key) && !chamber) {
      build.faults.add(
          phase.place(key), where + " sets " + key + ", but there is no [chamber]",
          "add a [chamber], or take " + std::string(key) + " out: the room decides it");
    }
  }
  if (phase.has("ramp") && !phase.has("ambient")) {
    build.faults.add(phase.place("ramp"), where + " has a ramp, but no ambient to ramp to",
                     "add ambient, or take ramp out");
  }
  if (!chamber) return;
  if (spec.ramp_k_per_s && *spec.ramp_k_per_s > chamber->slew_max) {
    build.faults.add(
        phase.place("ramp"),
        where + " ramps faster than [chamber] slew_max, so no reading would be believed",
        "raise slew_max if the chamber is that fast, or lower the ramp");
  }
  if (spec.humidity &&
      (*spec.humidity < chamber->humidity_low || *spec.humidity > chamber->humidity_high)) {
    build.faults.add(phase.place("humidity"),
                     where + " humidity " + plain(*spec.humidity) +
                         " % is outside the chamber's limits of " + plain(chamber->humidity_low) +
                         " to " + plain(chamber->humidity_high) + " %",
                     "change the phase, or [chamber] limits if the chamber can do more");
  }
  if (!spec.ambient) return;
  const auto refuse = [&](const char* side, double bound) {
    build.faults.add(phase.place("ambient"),
                     where + " ambient " + plain(*spec.ambient) + " Cel is " + side +
                         " the chamber's limit of " + plain(bound) + " Cel",
                     "change the phase, or [chamber] limits if the chamber can do more");
  };
  if (chamber->low && *spec.ambient < *chamber->low) refuse("below", *chamber->low);
  if (chamber->high && *spec.ambient > *chamber->high) refuse("above", *chamber->high);
}

void check_work(const TableReader& phase, const PhaseSpec& spec, Build& build) {
  std::vector<std::string> names;
  for (const WorkloadSpec& workload : build.spec.workloads) names.push_back(workload.name);
  std::set<std::string> seen;
  for (const std::string& name : spec.work) {
    if (build.spec.find_workload(name) == nullptr) {
      build.faults.add(
          phase.place("work"),
          phase.where() + " names workload '" + shown(name) + "', which is not defined",
          suggestion(name, names, "there are"));
    } else if (!seen.insert(name).second) {
      build.faults.add(phase.place("work"),
                       phase.where() + " names workload '" + shown(name) + "' twice",
                       "define a second workload to run two of a kind");
    }
  }
}

PhasePower power_of(const std::string& word) {
  for (const PhasePower power : {PhasePower::off, PhasePower::cycle}) {
    if (word == to_string(power)) return power;
  }
  return PhasePower::on;
}

void check_power(const TableReader& phase, const PhaseSpec& spec, Build& build) {
  if (spec.power == PhasePower::on) return;
  const std::string what =
      phase.where() + " power = \"" + std::string(to_string(spec.power)) + "\"";
  if (std::ranges::none_of(build.spec.boards, [](const auto& b) { return b.power.has_value(); })) {
    build.faults.add(phase.place("power"), what + ", but no board has a power relay",
                     "give a [[board]] power = { relay = \"NAME\", channel = 1 }");
  }
  if (spec.power == PhasePower::off && !spec.work.empty()) {
    build.faults.add(phase.place("power"), what + ", but the phase has work",
                     "a board without power does none: work = []");
  }
}

// Of a sweep the settings are part of the name.
std::string name_of(const TableReader& phase) {
  SweepName name{phase.text("name").value_or(""), {}};
  const Value* vary = phase.find("vary");
  if (vary == nullptr) return name.sweep;
  for (const auto& [setting, value] : vary->entries) {
    name.settings.emplace_back(setting, value.text);
  }
  return sweep_phase_name(name);
}

PhaseSpec read_phase(const TableReader& phase, Build& build) {
  PhaseSpec spec;
  spec.name = name_of(phase);
  spec.ambient = phase.number("ambient");
  spec.humidity = phase.number("humidity");
  spec.ramp_k_per_s = phase.number("ramp");
  spec.tolerance = phase.number("tolerance").value_or(spec.tolerance);
  spec.soak = phase.duration("soak").value_or(0);
  spec.work = phase.texts("work");
  spec.reference = phase.boolean("reference").value_or(false);
  spec.power = power_of(phase.text("power").value_or(""));
  if (const auto keep = phase.number("search")) spec.search = SearchRung{1, 1, false, *keep};
  spec.settle = settle_rules(read_settle(phase, build.settle, build),
                             build.spec.chamber && spec.ambient, spec.soak);
  check_air(phase, spec, build);
  check_power(phase, spec, build);
  check_work(phase, spec, build);
  return spec;
}

// From the rung below the last down to the first: one of them at most is run.
bool expand_back(const PhaseSpec& spec, std::int64_t repeat, double step, Build& build) {
  for (std::int64_t rung = repeat - 1; rung >= 1; --rung) {
    if (build.spec.phases.size() >= kMaxPhases) return false;
    build.spec.phases.push_back(spec);
    PhaseSpec& phase = build.spec.phases.back();
    phase.search->rung = static_cast<int>(rung);
    phase.search->back = true;
    if (phase.ambient) *phase.ambient += static_cast<double>(rung - 1) * step;
    phase.name += "#back-" + std::to_string(rung);
  }
  return true;
}

// hot, hot#2, hot#3 …: '#' cannot stand in a name, so these collide with none. Each `step` K from
// the one before.
bool expand(const PhaseSpec& spec, std::int64_t repeat, double step, Build& build) {
  for (std::int64_t i = 1; i <= repeat; ++i) {
    if (build.spec.phases.size() >= kMaxPhases) return false;
    build.spec.phases.push_back(spec);
    PhaseSpec& phase = build.spec.phases.back();
    if (phase.ambient) *phase.ambient += static_cast<double>(i - 1) * step;
    if (phase.search) phase.search->rung = static_cast<int>(i);
    if (i > 1) phase.name += "#" + std::to_string(i);
  }
  return !spec.search || expand_back(spec, repeat, step, build);
}

// The last rung of a ladder must be allowed as the first is.
void check_ladder(const TableReader& phase, const PhaseSpec& spec, std::int64_t repeat,
                  Build& build) {
  if (spec.search && spec.work.empty()) {
    build.faults.add(phase.place("search"), phase.where() + " has a search, but no work",
                     "a board gives way by its work: name a workload");
  }
  if (spec.search && !phase.has("step")) {
    build.faults.add(phase.place("search"), phase.where() + " has a search, but no ladder",
                     "a search needs ambient (of its first rung), step and repeat (how many)");
  }
  if (!phase.has("step")) return;
  if (!spec.ambient || repeat < 2) {
    build.faults.add(phase.place("step"), phase.where() + " has a step, but no ladder",
                     "a ladder needs ambient (of its first rung) and repeat (how many)");
    return;
  }
  PhaseSpec last = spec;
  *last.ambient += phase.number("step").value_or(0) * static_cast<double>(repeat - 1);
  check_air(phase, last, build);
}

struct Seen {
  std::map<std::string, int> names;
  int reference_line = 0;
};

void check_among_others(const TableReader& phase, const Value& table, const PhaseSpec& spec,
                        std::int64_t repeat, Seen& seen, Build& build) {
  if (!spec.name.empty()) {
    const auto [first, fresh] = seen.names.emplace(spec.name, table.line);
    if (!fresh) {
      build.faults.add(phase.place("name"),
                       "two phases are called '" + shown(spec.name) + "' (the other is in line " +
                           std::to_string(first->second) + ")",
                       "give each its own name, or use repeat");
    }
  }
  if (!spec.reference) return;
  if (seen.reference_line > 0 || repeat > 1) {
    build.faults.add(phase.place("reference"), phase.where() + " is not the only reference phase",
                     "one phase gives the run's peak; it is not repeated");
  }
  seen.reference_line = std::max(1, table.line);
}

}  // namespace

void read_phases(const Value& root, Build& build) {
  Seen seen;
  Nanos total = 0;
  for (const Value* table : tables_at(root, "phase")) {
    const Value* name = table->find("name");
    const TableReader phase(
        table, {"phase"},
        "phase " +
            (name != nullptr && name->is(Value::Kind::text) ? shown(name->text) : "without a name"),
        build.faults);
    PhaseSpec spec = read_phase(phase, build);
    const std::int64_t repeat = phase.integer("repeat").value_or(1);
    if (spec.search) spec.search->of = static_cast<int>(repeat);
    check_among_others(phase, *table, spec, repeat, seen, build);
    total = spec.soak > (kLongestRun - total) / repeat ? kLongestRun : total + spec.soak * repeat;
    if (total >= kLongestRun) {
      build.faults.add(phase.place("soak"), "the phases together soak for more than five years",
                       "shorten soak or repeat");
      return;
    }
    check_ladder(phase, spec, repeat, build);
    if (!expand(spec, repeat, phase.number("step").value_or(0), build)) {
      build.faults.add(phase.place("repeat"), "more than " + std::to_string(kMaxPhases) + " phases",
                       "repeat less often");
      return;
    }
  }
}

}  // namespace soakrig::plan
