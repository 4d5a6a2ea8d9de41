// SPDX-License-Identifier: Apache-2.0
#include "rig/app/run_setup.hpp"

#include <algorithm>
#include <map>

#include "rig/app/agent_home.hpp"
#include "rig/app/ask_program.hpp"
#include "rig/app/guard_setup.hpp"
#include "rig/app/paths.hpp"
#include "rig/app/power_cuts.hpp"
#include "rig/app/program_facts.hpp"
#include "rig/app/reach_boards.hpp"
#include "rig/app/references.hpp"
#include "rig/app/run_briefly.hpp"
#include "rig/base/client_place.hpp"
#include "rig/base/json_guard.hpp"
#include "rig/base/process_id.hpp"
#include "rig/base/rig_events.hpp"
#include "rig/board/ssh_answer.hpp"
#include "rig/board/ssh_command.hpp"
#include "rig/instruments/bus_pool.hpp"
#include "rig/instruments/exec_instrument.hpp"
#include "rig/instruments/map_library.hpp"
#include "rig/instruments/meter.hpp"
#include "rig/instruments/relay.hpp"
#include "rig/virtual/ready_file.hpp"

namespace soakrig::app {
namespace {

constexpr Nanos kIdentifyWithin = 10 * kSecond;
constexpr Nanos kConfigurationWithin = 10 * kSecond;
constexpr Nanos kAfterBench = 5 * kSecond;
constexpr Nanos kLeastPatience = kMinute;
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

// A tree of the run's own bench goes with the run, so there is nothing to go on for without it.
bool ends_with_run(const BoardSpec& asked) { return asked.sysroot == kVirtual; }

// What the agent of a board is to be; `state`: its folder there.
std::vector<std::string> agent_arguments(const RunSpec& spec, const BoardSpec& asked,
                                         const BoardSpec& board, const std::string& run,
                                         const std::string& state, const std::string& pid_file) {
  const Nanos alone =
      ends_with_run(asked) ? std::min(spec.orphan_limit, kAfterBench) : spec.orphan_limit;
  std::vector<std::string> argv = {"attach",
                                   "--state",
                                   state,
                                   "--run",
                                   run,
                                   "--orphan-limit",
                                   std::to_string(alone / kMillisecond) + "ms",
                                   "--period",
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

// A link of pipes is no board's; one over a network may be the board's or the network's.
control::LinkTerms link_terms(const RunSpec& spec, const std::string& run, bool remote) {
  const ProcessId self = this_process();
  control::LinkTerms terms;
  terms.run = run;
  terms.controller = "pid " + std::to_string(self.pid) + ", started at " +
                     std::to_string(self.start_time) + ", boot " + self.boot_id;
  terms.patience = std::max(spec.orphan_limit, kLeastPatience);
  terms.blame = remote ? Blame::unknown : Blame::rig;
  return terms;
}

// A board and how programs are started on it.
struct Way {
  std::string host_of_ping, no_ping = "it is this machine";  // one of them is empty
  std::optional<ReachedBoard> remote;  // else this machine
  std::string refused;                 // why it cannot be reached; empty = it can
  std::string pid_file;                // there; empty = not written
  std::string client_pid_file;         // here, of the agent that asks its engine; likewise

  [[nodiscard]] Result<std::vector<std::string>> agent(std::vector<std::string> args) const {
    if (remote) return remote->agent(args);
    args.insert(args.begin(), sibling_program("soakrig-agent"));
    return args;
  }
};

// Where a ping to the board goes, as ssh's configuration has it.
void find_ping(const BoardAddress& address, Way& way) {
  auto argv = board::ssh_argv(address, "true");
  argv.insert(argv.begin() + 1, "-G");
  const auto said = run_briefly(argv, kConfigurationWithin);
  const auto target = said ? board::ping_target(said->output) : Result<std::string>(said.error());
  way.host_of_ping = target ? *target : std::string();
  way.no_ping = target ? std::string() : target.error().what;
}

// A board that cannot be reached is left to itself, as long as there is another.
Result<std::vector<Way>> find_ways(const RunSpec& spec) {
  std::vector<Way> ways(spec.boards.size());
  std::vector<BoardErrand> errands;
  std::vector<std::size_t> whose;
  for (std::size_t i = 0; i < ways.size(); ++i) {
    if (spec.boards[i].connect == "local") continue;
    auto address = parse_board_address(spec.boards[i].connect);
    if (!address) return address.error();
    errands.push_back({std::move(*address), models_of(spec)});
    whose.push_back(i);
  }
  if (errands.empty()) return ways;
  auto reached = reach_boards(errands, program_folder());
  for (std::size_t i = 0; i < reached.size(); ++i) {
    Way& way = ways[whose[i]];
    if (reached[i]) {
      way.remote = std::move(*reached[i]);
      find_ping(way.remote->address, way);
      name_engines(spec, way.remote->moved);
    } else {
      way.refused = reached[i].error().message();
    }
  }
  const auto refused = [](const Way& way) { return !way.refused.empty(); };
  if (!std::ranges::all_of(ways, refused)) return ways;
  Error error = reached.front().error();
  error.what = "board '" + spec.boards.front().name + "': " + error.what;
  return error;
}

// How the load of every board is stopped by who did not start it.
Result<std::vector<guard::BoardCommand>> load_off(const RunSpec& spec, const std::vector<Way>& ways) {
  std::vector<guard::BoardCommand> out;
  for (std::size_t i = 0; i < spec.boards.size(); ++i) {
    if (!ways[i].refused.empty()) continue;
    auto argv = ways[i].agent({"--stop", ways[i].pid_file});
    if (!argv) return argv.error();
    out.push_back({spec.boards[i].name, for_guard(std::move(*argv))});
    const bool asked = std::ranges::any_of(spec.workloads, [&](const WorkloadSpec& w) {
      return asks_from_rig(w, spec.boards[i]);
    });
    if (!asked) continue;
    out.push_back({spec.boards[i].name + ", asked from here",
                   {sibling_program("soakrig-agent"), "--stop", ways[i].client_pid_file}});
  }
  return out;
}

// Held by the agent, so that two rigs do not drive one board: of the host by which it is reached,
// whoever logs in there.
std::string lease_of(const ReachedBoard& board) {
  BoardAddress address = board.address;
  address.user.clear();
  std::string name = address.text();
  for (char& c : name) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (!plain && c != '.' && c != '-') c = '_';
  }
  return board.run_file(name + ".lease");
}

// How the rig looks at a board beside its agent's link, and brings it back.
Result<control::BoardWays> ways_to(const Way& way, const BoardSpec& board) {
  control::BoardWays out;
  std::vector<std::string> words = {"last-death"};
  if (!board.sysroot.empty()) words.insert(words.end(), {"--sysroot", board.sysroot});
  auto last_death = way.agent(words);
  if (!last_death) return last_death.error();
  out.last_death = std::move(*last_death);
  out.no_ping = way.no_ping;
  if (!way.remote) return out;
  out.remote = true;
  out.knock = board::ssh_argv(way.remote->address, "exec true");
  if (!way.host_of_ping.empty()) {
    out.ping = {"ping", "-n", "-q", "-c", "2", "-w", "5", "--", way.host_of_ping};
  }
  if (!board.recovery || board.recovery->reboot_argv.empty()) return out;
  const auto reboot = board::remote_command(board.recovery->reboot_argv);
  if (!reboot) return reboot.error();
  out.reboot = board::ssh_argv(way.remote->address, *reboot);
  return out;
}

// `asked`: the boards as the profile has them, before names were resolved.
Result<void> set_up_boards(const RunSpec& spec, const std::vector<BoardSpec>& asked,
                           const std::string& run, const std::vector<Way>& ways, RunSetup& setup) {
  const bool any_local = std::ranges::any_of(ways, [](const Way& way) { return !way.remote; });
  const auto programs = any_local ? program_facts(spec, program_folder()) : control::BoardFacts();
  for (std::size_t i = 0; i < ways.size(); ++i) {
    const Way& way = ways[i];
    setup.parts.refused.push_back(way.refused);
    setup.parts.moved.emplace_back();
    setup.parts.facts.push_back(way.remote ? way.remote->facts(spec) : programs);
    setup.parts.agents.emplace_back();
    setup.parts.links.push_back(link_terms(spec, run, way.remote.has_value()));
    if (!way.refused.empty()) continue;
    if (way.remote) setup.parts.moved.back() = way.remote->moved;
    const std::string state = way.remote
                                  ? way.remote->run_file(run + "-" + std::to_string(i) + ".state")
                                  : agent_state(run, i);
    auto words = agent_arguments(spec, asked[i], spec.boards[i], run, state, way.pid_file);
    if (way.remote) words.insert(words.end(), {"--lease", lease_of(*way.remote)});
    auto argv = way.agent(words);
    if (!argv) return argv.error();
    setup.parts.agents.back() = std::move(*argv);
    auto beside = ways_to(way, spec.boards[i]);
    if (!beside) return beside.error();
    setup.parts.links.back().ways = std::move(*beside);
  }
  return {};
}

// The agents here that ask engines of boards elsewhere. They read no probes: what this machine shows
// is not the board's.
void set_up_clients(const RunSpec& spec, const std::string& run, const std::vector<Way>& ways,
                    RunSetup& setup) {
  for (std::size_t i = 0; i < spec.boards.size(); ++i) {
    const BoardSpec& board_spec = spec.boards[i];
    const bool asked = std::ranges::any_of(
        spec.workloads, [&](const WorkloadSpec& w) { return asks_from_rig(w, board_spec); });
    if (!asked || !ways[i].refused.empty()) continue;
    BoardSpec here = board_spec;
    here.sysroot.clear();
    auto words = agent_arguments(spec, here, here, run, client_state(run, spec, i),
                                 ways[i].client_pid_file);
    words.insert(words.end(), {"--only", "none"});
    words.insert(words.begin(), sibling_program("soakrig-agent"));
    const BoardAddress& address = ways[i].remote->address;
    const auto said = ask_program(board::ssh_look_up_argv(address), {}, true);
    const std::string host = said ? board::host_in(said->output) : std::string();
    setup.parts.clients.push_back({i, std::move(words), link_terms(spec, run, false),
                                   host.empty() ? address.host : host});
  }
}

}  // namespace

Result<RunSetup> set_up_run(RunSpec spec, const std::string& run_id, const Clock& clock) {
  RunSetup setup;
  const std::vector<BoardSpec> asked = spec.boards;
  for (const BoardSpec& board : spec.boards) {
    if (!board.power || board.power->labgrid.empty()) continue;
    auto place = LabgridPlace::acquire(board.power->labgrid);
    if (!place) return place.error();
    setup.places.push_back(std::move(*place));
  }
  auto ways = find_ways(spec);  // may take seconds, as the hashes do: nothing is hot yet
  if (!ways) return ways.error();
  if (asks_for_bench(spec)) {
    auto bench = launch_bench(spec);
    if (!bench) return bench.error();
    setup.bench.emplace(std::move(*bench));
  }
  GuardOrder order;
  order.run = run_id;
  order.bench = bench_process(spec, setup);
  if (auto done = resolve_names(spec, setup); !done) return done.error();
  if (spec.chamber) {
    spec.chamber->safe_temperature = safe_temperature(*spec.chamber);
    const auto files = guard::Files::open();
    if (!files) return files.error();
    for (std::size_t i = 0; i < ways->size(); ++i) {
      Way& way = (*ways)[i];
      way.pid_file = way.remote ? way.remote->run_file(run_id + "-" + std::to_string(i) + ".pid")
                                : files->agent_path(run_id, i);
      way.client_pid_file = files->agent_path(run_id, ways->size() + i);
    }
    auto off = load_off(spec, *ways);
    if (!off) return off.error();
    order.load_off = std::move(*off);
    order.power_off = commands_off(spec);
    auto cuts = relays_off(spec);
    if (!cuts) return cuts.error();
    order.relays_off = std::move(*cuts);
  }
  instruments::BusPool buses;
  if (auto done = set_up_chamber(spec, std::move(order), clock, buses, setup); !done) {
    return done.error();
  }
  if (auto done = set_up_instruments(spec, clock, buses, setup); !done) return done.error();
  if (auto done = set_up_boards(spec, asked, run_id, *ways, setup); !done) return done.error();
  set_up_clients(spec, run_id, *ways, setup);
  setup.parts.spec = std::move(spec);
  return setup;
}

}  // namespace soakrig::app
