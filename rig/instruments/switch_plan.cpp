// SPDX-License-Identifier: Apache-2.0
#include "rig/instruments/switch_plan.hpp"

#include "rig/instruments/map_library.hpp"

namespace soakrig::instruments {

Result<Switch> find_switch(const RegisterMap& map, int channel) {
  if (map.kind != MapKind::relay) {
    return Error{Errc::invalid, "'" + map.name + "' is a map of kind " +
                                    std::string(to_string(map.kind)) + ", not relay"};
  }
  const std::string number = std::to_string(channel);
  const Point* point = map.find("switch" + number);
  if (point == nullptr || !point->readable() || !point->writable()) {
    return Error{Errc::not_found, map.title + " has no switch " + number,
                 "`channel` counts from 1, as the board is labelled"};
  }
  Switch found{point, map.find("pulse_off" + number)};
  if (point->codes.contains("on") && point->codes.contains("off")) {
    found.on = point->codes.at("on");
    found.off = point->codes.at("off");
  }
  return found;
}

Result<std::vector<PowerOff>> plan_power_off(const RunSpec& spec) {
  std::vector<PowerOff> plans;
  for (const BoardSpec& board : spec.boards) {
    if (!board.power || board.power->relay.empty()) continue;  // a command is not the guard's
    const auto named = [&board](Error error) {
      error.what = "power of board '" + board.name + "': " + error.what;
      return error;
    };
    const InstrumentSpec* relay = spec.find_instrument(board.power->relay);
    if (relay == nullptr) {
      return named({Errc::not_found, "there is no instrument '" + board.power->relay + "'"});
    }
    auto map = load_register_map(relay->map);
    if (!map) return named(map.error());
    const auto found = find_switch(*map, board.power->channel);
    if (!found) return named(found.error());
    PowerOff plan{board.name, relay->name, relay->connect, {}, found->point->name, found->off};
    plan.map = std::move(*map);
    plans.push_back(std::move(plan));
  }
  return plans;
}

}  // namespace soakrig::instruments
