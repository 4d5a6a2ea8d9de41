// SPDX-License-Identifier: Apache-2.0
#include "rig/app/bench_setup.hpp"

#include <algorithm>
#include <map>

#include "rig/app/paths.hpp"
#include "rig/instruments/map_library.hpp"
#include "rig/virtual/ready_file.hpp"

namespace soakrig::app {
namespace {

constexpr std::string_view kVirtual = "virtual";
constexpr std::string_view kVirtualFile = "virtual:";

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

// The bench that `text` means: the run's own, or the one whose ready file it names.
Result<virtual_bench::BenchInfo> bench_of(std::string_view text,
                                          const virtual_bench::LaunchedBench* bench) {
  if (text == kVirtual) return bench->info();
  return virtual_bench::read_ready_file(std::string(text.substr(kVirtualFile.size())));
}

bool is_virtual_name(std::string_view text) {
  return text == kVirtual || text.starts_with(kVirtualFile);
}

// The bench's device of that map, else the one that plays the part.
Result<void> resolve(std::string& connect, const virtual_bench::LaunchedBench* bench,
                     const std::string& map, std::string_view role) {
  if (!is_virtual_name(connect)) return {};
  const auto info = bench_of(connect, bench);
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

}  // namespace

std::string_view role_of(const std::string& map) {
  const auto loaded = instruments::load_register_map(map);
  return to_string(loaded ? loaded->kind : instruments::MapKind::meter);
}

bool ends_with_run(const BoardSpec& board) { return board.sysroot == kVirtual; }

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
  const auto models = bench_models(spec);
  options.arguments.insert(options.arguments.end(), models.begin(), models.end());
  for (const std::string& fault : spec.virtual_bench.faults) {
    options.arguments.push_back("--fault");
    options.arguments.push_back(fault);
  }
  return virtual_bench::LaunchedBench::launch(options);
}

Result<void> resolve_names(RunSpec& spec, const virtual_bench::LaunchedBench* bench) {
  if (spec.chamber) {
    if (auto done = resolve(spec.chamber->connect, bench, spec.chamber->map, "chamber"); !done) {
      return done.error();
    }
  }
  for (InstrumentSpec& each : spec.instruments) {
    if (!each.exec.empty()) continue;
    // The class that holds is stored with the run, for whoever judges by its readings.
    if (const auto map = instruments::load_register_map(each.map); map && !each.accuracy) {
      each.accuracy = map->accuracy;
    }
    if (auto done = resolve(each.connect, bench, each.map, role_of(each.map)); !done) {
      return done.error();
    }
  }
  for (BoardSpec& board : spec.boards) {
    if (!is_virtual_name(board.sysroot)) continue;
    const auto info = bench_of(board.sysroot, bench);
    if (!info) return info.error();
    board.sysroot = info->tree;
  }
  return {};
}

std::optional<ProcessId> bench_process(const RunSpec& spec,
                                       const virtual_bench::LaunchedBench* bench) {
  if (!spec.chamber || !is_virtual_name(spec.chamber->connect)) return std::nullopt;
  const auto info = bench_of(spec.chamber->connect, bench);
  return info ? std::optional(info->process) : std::nullopt;
}

}  // namespace soakrig::app
