// SPDX-License-Identifier: Apache-2.0
//
// `power` of a [[board]]: the relay that feeds it. Relays are instruments, which are read later, so
// whether they are there is checked by a pass of its own.
#include <algorithm>

#include "rig/plan/sections.hpp"

namespace soakrig::plan {

std::optional<PowerSpec> read_power(const TableReader& board, const BoardSpec& owner,
                                    Build& build) {
  const Value* table = board.find("power");
  if (table == nullptr) return std::nullopt;
  const TableReader reader(table, {"board.power"}, board.where() + " power", build.faults);
  PowerSpec spec;
  spec.relay = reader.text("relay").value_or("");
  spec.channel = static_cast<int>(reader.integer("channel").value_or(spec.channel));
  spec.off = reader.duration("off").value_or(spec.off);
  spec.off_below = reader.number("off_below").value_or(spec.off_below);
  spec.recover = static_cast<int>(reader.integer("recover").value_or(spec.recover));
  if (owner.connect == "local" && owner.sysroot.empty()) {
    build.faults.add(board.place("power"),
                     board.where() + " is the machine that runs soakrig, and has a power relay",
                     "a rig that cuts its own supply cannot go on; take power out");
  }
  return spec;
}

void check_power_relays(const Value& root, Build& build) {
  const auto tables = tables_at(root, "board");
  std::vector<std::string> names;
  for (const InstrumentSpec& each : build.spec.instruments) names.push_back(each.name);
  for (std::size_t i = 0; i < build.spec.boards.size() && i < tables.size(); ++i) {
    const BoardSpec& board = build.spec.boards[i];
    if (!board.power || board.power->relay.empty()) continue;
    const Value* power = tables[i]->find("power");
    const Value& place = power == nullptr ? *tables[i] : *power;
    if (build.spec.find_instrument(board.power->relay) == nullptr) {
      build.faults.add(place,
                       "power of board '" + shown(board.name) + "' names instrument '" +
                           shown(board.power->relay) + "', which is not defined",
                       suggestion(board.power->relay, names, "there are"));
    }
    for (std::size_t j = 0; j < i; ++j) {
      const auto& other = build.spec.boards[j].power;
      if (!other || other->relay != board.power->relay || other->channel != board.power->channel) {
        continue;
      }
      build.faults.add(place,
                       "boards '" + shown(build.spec.boards[j].name) + "' and '" +
                           shown(board.name) + "' hang on the same switch",
                       "cutting one would cut the other; give each its own channel");
    }
  }
}

}  // namespace soakrig::plan
