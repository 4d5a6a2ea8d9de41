// SPDX-License-Identifier: Apache-2.0
#include "rig/app/run_setup.hpp"

#include <algorithm>
#include <map>

#include "rig/app/guard_setup.hpp"
#include "rig/app/paths.hpp"
#include "rig/app/program_facts.hpp"
#include "rig/app/references.hpp"
#include "rig/base/json_guard.hpp"
#include "rig/base/rig_events.hpp"
#include "rig/instruments/bus_pool.hpp"
#include "rig/instruments/exec_instrument.hpp"
#include "rig/instruments/map_library.hpp"
#include "rig/instruments/meter.hpp"
#include "rig/instruments/relay.hpp"
#include "rig/instruments/switch_plan.hpp"
#include "rig/virtual/ready_file.hpp"

namespace soakrig::app {
namespace {

constexpr Nanos kIdentifyWithin = 10 * kSecond;
constexpr std::string_view kVirtual = "virtual";
constexpr std::string_view kVirtualFile = "virtual:";

bool asks_for_bench(const RunSpec& spec) {
  return (spec.chamber && spec.chamber->connect == kVirtual) ||
         std::ranges::any_of(spec.instruments,
                             [](const auto& i) { return i.connect == kVirtual; }) ||
         std::ranges::any_of(spec.boards, [](const auto& b) { return b.sysroot == kVirtual; });
}

std::string_view role_of(const std::string& map) {
  const auto loaded = instruments::load_register_map(map);
  return to_string(loaded ? loaded->kind : instruments::MapKind::meter);
}

// The bench plays the models that the profile expects of it: the first of a kind has its part, a
// further one is a device beside.
std::vector<std::string> bench_models(const RunSpec& spec) {
  std::vector<std::string> arguments;
  std::map<std::string, std::string, std::less<>> parts;  // role -> map
  const auto play = [&](const std::string& map) {
    const std::string role(role_of(map));
    const auto [part, first] = parts.emplace(role, map);
    if (!first && part->second == map) return;
    const bool has_option = first && role != to_string(instruments::MapKind::ambient);
    arguments.push_back(has_option ? "--" + role + "-map" : "--device");
    arguments.push_back(map);
  };
  if (spec.chamber && spec.chamber->connect == kVirtual) play(spec.chamber->map);
  for (const InstrumentSpec& each : spec.instruments) {
    if (each.connect == kVirtual) play(each.map);
  }
  return arguments;
}

Result<virtual_bench::LaunchedBench> launch_bench(const RunSpec& spec) {
  const auto boards = std::ranges::count(spec.boards, kVirtual, &BoardSpec::sysroot);
  if (boards > 1) {
    return Error{Errc::unsupported,
                 "a virtual bench has one board, the profile asks for " + std::to_string(boards),
                 "start further benches with 'soakrig virtual serve' and name their ready files: "
                 "sysroot = \"virtual:FILE\""};
  }
  virtual_bench::LaunchOptions options;
  options.program = own_program();
  const auto models = bench_models(spec);
  options.arguments.insert(options.arguments.end(), models.begin(), models.end());
  for (const std::string& fault : spec.virtual_bench.faults) {
    options.arguments.push_back("--fault");
    options.arguments.push_back(fault);
  }
  return virtual_bench::LaunchedBench::launch(options);
}

// The bench that `text` means: the run's own, or the one whose ready file it names.
Result<virtual_bench::BenchInfo> bench_of(std::string_view text, const RunSetup& setup) {
  if (text == kVirtual) return setup.bench->info();
  return virtual_bench::read_ready_file(std::string(text.substr(kVirtualFile.size())));
}

bool is_virtual_name(std::string_view text) {
  return text == kVirtual || text.starts_with(kVirtualFile);
}

// The bench's device of that map, else the one that plays the part.
Result<void> resolve(std::string& connect, const RunSetup& setup, const std::string& map,
                     std::string_view role) {
  if (!is_virtual_name(connect)) return {};
  const auto info = bench_of(connect, setup);
  if (!info) return info.error();
  const auto same = std::ranges::find(info->devices, map, &virtual_bench::BenchDevice::map);
  const auto address =
      same != info->devices.end() ? std::optional(same->connect) : info->find(role);
  if (!address) {
    return Error{Errc::not_found, "the virtual bench offers no " + std::string(role)};
  }
  connect = *address;
  return {};
}

Result<void> resolve_names(RunSpec& spec, const RunSetup& setup) {
  if (spec.chamber) {
    if (auto done = resolve(spec.chamber->connect, setup, spec.chamber->map, "chamber"); !done) {
      return done.error();
    }
  }
  for (InstrumentSpec& each : spec.instruments) {
    if (!each.exec.empty()) continue;
    // The class that holds is stored with the run, for whoever judges by its readings.
    if (const auto map = instruments::load_register_map(each.map); map && !each.accuracy) {
      each.accuracy = map->accuracy;
    }
    if (auto done = resolve(each.connect, setup, each.map, role_of(each.map)); !done) {
      return done.error();
    }
  }
  for (BoardSpec& board : spec.boards) {
    if (!is_virtual_name(board.sysroot)) continue;
    const auto info = bench_of(board.sysroot, setup);
    if (!info) return info.error();
    board.sysroot = info->tree;
  }
  return {};
}

Result<void> identify(instruments::Instrument& instrument, const std::string& name,
                      RunSetup& setup) {
  auto identity = instrument.identify(kIdentifyWithin);
  if (!identity) {
    Error error = identity.error();
    error.what = name + ": " + error.what;
    return error;
  }
  Event event;
  event.kind = event_kind::kInstrument;
  event.body = dump_json({{"name", instrument.source().name},
                          {"map", identity->map},
                          {"part_number", identity->part_number},
                          {"serial", identity->serial},
                          {"connect", identity->connect},
                          {"virtual", identity->is_virtual}});
  setup.identities.push_back(std::move(event));
  return {};
}

Result<std::vector<guard::Step>> power_off(const RunSpec& spec) {
  const auto plans = instruments::plan_power_off(spec);
  if (!plans) return plans.error();
  std::vector<guard::Step> steps;
  for (const instruments::PowerOff& plan : *plans) {
    auto step = guard::make_step(plan.map, plan.point, plan.connect, plan.value,
                                 "power of board " + plan.board + " off");
    if (!step) return step.error();
    steps.push_back(std::move(*step));
  }
  return steps;
}

Result<void> set_up_chamber(const RunSpec& spec, GuardOrder order, const Clock& clock,
                            instruments::BusPool& buses, RunSetup& setup) {
  if (!spec.chamber) return {};
  auto bus = buses.get(spec.chamber->connect, clock);
  if (!bus) return bus.error();
  auto chamber = instruments::make_chamber(*spec.chamber, *bus, clock);
  if (!chamber) return chamber.error();
  if (auto known = identify(**chamber, "chamber", setup); !known) return known.error();
  setup.parts.chamber = std::move(*chamber);
  auto guard = set_up_guard(spec, std::move(order), **bus);
  if (!guard) return guard.error();
  setup.parts.guard = std::move(*guard);
  return {};
}

Result<control::NamedInstrument> make_instrument(const InstrumentSpec& wanted, const Clock& clock,
                                                 instruments::BusPool& buses) {
  if (!wanted.exec.empty()) {
    auto program = instruments::make_exec_instrument(wanted, clock);
    if (!program) return program.error();
    return control::NamedInstrument{wanted.board, std::move(*program)};
  }
  auto bus = buses.get(wanted.connect, clock);
  if (!bus) return bus.error();
  if (role_of(wanted.map) == to_string(instruments::MapKind::relay)) {
    auto relay = instruments::make_relay(wanted, std::move(*bus), clock);
    if (!relay) return relay.error();
    instruments::Relay* const same = relay->get();
    return control::NamedInstrument{wanted.board, std::move(*relay), same};
  }
  auto meter = instruments::make_meter(wanted, std::move(*bus), clock);
  if (!meter) return meter.error();
  return control::NamedInstrument{wanted.board, std::move(*meter)};
}

Result<void> set_up_instruments(const RunSpec& spec, const Clock& clock,
                                instruments::BusPool& buses, RunSetup& setup) {
  for (const InstrumentSpec& wanted : spec.instruments) {
    auto made = make_instrument(wanted, clock, buses);
    if (!made) return made.error();
    if (auto known = identify(*made->instrument, "instrument " + wanted.name, setup); !known) {
      return known.error();
    }
    setup.parts.instruments.push_back(std::move(*made));
  }
  return {};
}

// The process that simulates the chamber, if one does.
std::optional<ProcessId> bench_process(const RunSpec& spec, const RunSetup& setup) {
  if (!spec.chamber || !is_virtual_name(spec.chamber->connect)) return std::nullopt;
  const auto info = bench_of(spec.chamber->connect, setup);
  return info ? std::optional(info->process) : std::nullopt;
}

// How the load of every board on this machine is stopped by who did not start it.
std::vector<guard::LoadOff> load_off(const RunSpec& spec, const std::vector<std::string>& pids) {
  std::vector<guard::LoadOff> out;
  for (std::size_t i = 0; i < spec.boards.size(); ++i) {
    out.push_back({spec.boards[i].name, {sibling_program("soakrig-agent"), "--stop", pids[i]}});
  }
  return out;
}

std::vector<std::string> agent_argv(const RunSpec& spec, const BoardSpec& board,
                                    const std::string& pid_file) {
  std::vector<std::string> argv = {sibling_program("soakrig-agent"), "--stdio", "--period",
                                   std::to_string(spec.sample / kMicrosecond) + "us"};
  if (!board.sysroot.empty()) {
    argv.push_back("--sysroot");
    argv.push_back(board.sysroot);
  }
  if (!pid_file.empty()) {
    argv.push_back("--pid-file");
    argv.push_back(pid_file);
  }
  return argv;
}

}  // namespace

Result<RunSetup> set_up_run(RunSpec spec, const std::string& run_id, const Clock& clock) {
  RunSetup setup;
  const auto programs =
      program_facts(spec, program_folder());  // may take seconds: nothing is hot yet
  if (asks_for_bench(spec)) {
    auto bench = launch_bench(spec);
    if (!bench) return bench.error();
    setup.bench.emplace(std::move(*bench));
  }
  GuardOrder order;
  order.run = run_id;
  order.bench = bench_process(spec, setup);
  if (auto done = resolve_names(spec, setup); !done) return done.error();
  std::vector<std::string> pids(spec.boards.size());
  if (spec.chamber) {
    spec.chamber->safe_temperature = safe_temperature(*spec.chamber);
    const auto files = guard::Files::open();
    if (!files) return files.error();
    for (std::size_t i = 0; i < pids.size(); ++i) pids[i] = files->agent_path(run_id, i);
    order.load_off = load_off(spec, pids);
    auto cuts = power_off(spec);
    if (!cuts) return cuts.error();
    order.power_off = std::move(*cuts);
  }
  instruments::BusPool buses;
  if (auto done = set_up_chamber(spec, std::move(order), clock, buses, setup); !done) {
    return done.error();
  }
  if (auto done = set_up_instruments(spec, clock, buses, setup); !done) return done.error();
  for (std::size_t i = 0; i < pids.size(); ++i) {
    setup.parts.facts.push_back(spec.boards[i].connect == "local" ? programs
                                                                  : control::BoardFacts());
    setup.parts.agents.push_back(agent_argv(spec, spec.boards[i], pids[i]));
  }
  setup.parts.spec = std::move(spec);
  return setup;
}

}  // namespace soakrig::app
