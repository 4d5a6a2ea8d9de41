// SPDX-License-Identifier: Apache-2.0
#include "rig/app/run_setup.hpp"

#include "rig/app/bench_setup.hpp"
#include "rig/app/board_setup.hpp"
#include "rig/app/guard_setup.hpp"
#include "rig/app/power_cuts.hpp"
#include "rig/base/json_guard.hpp"
#include "rig/base/rig_events.hpp"
#include "rig/instruments/bus_pool.hpp"
#include "rig/instruments/exec_instrument.hpp"
#include "rig/instruments/map_library.hpp"
#include "rig/instruments/meter.hpp"
#include "rig/instruments/relay.hpp"

namespace soakrig::app {
namespace {

constexpr Nanos kIdentifyWithin = 10 * kSecond;

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
    auto launched = launch_bench(spec);
    if (!launched) return launched.error();
    setup.bench.emplace(std::move(*launched));
  }
  const auto* const bench = setup.bench ? &*setup.bench : nullptr;
  GuardOrder order;
  order.run = run_id;
  order.bench = bench_process(spec, bench);
  if (auto done = resolve_names(spec, bench); !done) return done.error();
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
  if (auto done = set_up_boards(spec, asked, run_id, *ways, setup.parts); !done)
    return done.error();
  set_up_clients(spec, run_id, *ways, setup.parts);
  setup.parts.spec = std::move(spec);
  return setup;
}

}  // namespace soakrig::app
