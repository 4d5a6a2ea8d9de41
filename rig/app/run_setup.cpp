// SPDX-License-Identifier: Apache-2.0
#include "rig/app/run_setup.hpp"

#include <algorithm>

#include "rig/app/guard_setup.hpp"
#include "rig/app/paths.hpp"
#include "rig/instruments/bus_pool.hpp"
#include "rig/instruments/map_library.hpp"
#include "rig/instruments/meter.hpp"
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

Result<void> resolve(std::string& connect, const RunSetup& setup,
                     std::optional<std::string> virtual_bench::BenchInfo::*device,
                     const std::string& what) {
  if (!is_virtual_name(connect)) return {};
  const auto info = bench_of(connect, setup);
  if (!info) return info.error();
  const auto& address = (*info).*device;
  if (!address) return Error{Errc::not_found, "the virtual bench offers no " + what};
  connect = *address;
  return {};
}

Result<void> resolve_names(RunSpec& spec, const RunSetup& setup) {
  using virtual_bench::BenchInfo;
  if (spec.chamber) {
    if (auto done = resolve(spec.chamber->connect, setup, &BenchInfo::chamber, "chamber"); !done) {
      return done.error();
    }
  }
  for (InstrumentSpec& instrument : spec.instruments) {
    const auto map = instruments::load_register_map(instrument.map);
    const bool relay = map && map->kind == instruments::MapKind::relay;
    if (auto done =
            resolve(instrument.connect, setup, relay ? &BenchInfo::relay : &BenchInfo::meter,
                    relay ? "relay" : "meter");
        !done) {
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

Result<void> identify(instruments::Instrument& instrument, const std::string& name) {
  auto identity = instrument.identify(kIdentifyWithin);
  if (identity) return {};
  Error error = identity.error();
  error.what = name + ": " + error.what;
  return error;
}

Result<void> set_up_chamber(const RunSpec& spec, GuardOrder order, const Clock& clock,
                            instruments::BusPool& buses, control::EngineParts& parts) {
  if (!spec.chamber) return {};
  auto bus = buses.get(spec.chamber->connect, clock);
  if (!bus) return bus.error();
  auto chamber = instruments::make_chamber(*spec.chamber, *bus, clock);
  if (!chamber) return chamber.error();
  if (auto known = identify(**chamber, "chamber"); !known) return known.error();
  parts.chamber = std::move(*chamber);
  auto guard = set_up_guard(spec, std::move(order), **bus);
  if (!guard) return guard.error();
  parts.guard = std::move(*guard);
  return {};
}

Result<void> set_up_instruments(const RunSpec& spec, const Clock& clock,
                                instruments::BusPool& buses, control::EngineParts& parts) {
  for (const InstrumentSpec& wanted : spec.instruments) {
    auto bus = buses.get(wanted.connect, clock);
    if (!bus) return bus.error();
    auto meter = instruments::make_meter(wanted, *bus, clock);
    if (!meter) return meter.error();
    if (auto known = identify(**meter, "instrument " + wanted.name); !known) return known.error();
    parts.instruments.push_back({wanted.board, std::move(*meter)});
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
  }
  instruments::BusPool buses;
  if (auto done = set_up_chamber(spec, std::move(order), clock, buses, setup.parts); !done) {
    return done.error();
  }
  if (auto done = set_up_instruments(spec, clock, buses, setup.parts); !done) return done.error();
  for (std::size_t i = 0; i < pids.size(); ++i) {
    setup.parts.agents.push_back(agent_argv(spec, spec.boards[i], pids[i]));
  }
  setup.parts.spec = std::move(spec);
  return setup;
}

}  // namespace soakrig::app
