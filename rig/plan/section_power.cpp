// SPDX-License-Identifier: Apache-2.0
//
// `power` of a [[board]]: the relay that feeds it, the commands that switch it, or its place in labgrid.
// Relays are instruments, which are read later, so whether they are there is checked by a pass of its
// own.
#include <algorithm>

#include "rig/plan/check_value.hpp"
#include "rig/plan/sections.hpp"

namespace soakrig::plan {
namespace {

constexpr std::string_view kLabgrid = "labgrid:";

PowerSpec read_relay(const Value& table, const std::string& where, Build& build) {
  const TableReader reader(&table, {"board.power"}, where, build.faults);
  PowerSpec spec;
  spec.relay = reader.text("relay").value_or("");
  spec.channel = static_cast<int>(reader.integer("channel").value_or(spec.channel));
  spec.off = reader.duration("off").value_or(spec.off);
  spec.off_below = reader.number("off_below").value_or(spec.off_below);
  spec.recover = static_cast<int>(reader.integer("recover").value_or(spec.recover));
  return spec;
}

PowerSpec read_commands(const Value& table, const std::string& where, Build& build) {
  const TableReader reader(&table, {"board.power:commands"}, where, build.faults);
  const auto command = [&](std::string_view key) {
    std::vector<std::string> argv = reader.texts(key);
    if (!argv.empty() && argv[0].find('/') != std::string::npos) {
      argv[0] = resolve_path(build.folder, argv[0]);
    }
    return argv;
  };
  PowerSpec spec;
  spec.on_argv = command("on");
  spec.off_argv = command("off");
  spec.cycle_argv = command("cycle");
  spec.off = reader.duration("off_for").value_or(spec.off);
  spec.off_below = reader.number("off_below").value_or(spec.off_below);
  spec.recover = static_cast<int>(reader.integer("recover").value_or(spec.recover));
  return spec;
}

PowerSpec read_labgrid(const Value& value, const std::string& where, Build& build) {
  PowerSpec spec;
  const std::string place =
      value.text.starts_with(kLabgrid) ? value.text.substr(kLabgrid.size()) : std::string();
  if (!valid_label(place)) {
    build.faults.add(value, where + " '" + shown(value.text) + "' is no supply",
                     "write \"labgrid:PLACE\", or a table such as { relay = \"strip\" }");
    return spec;
  }
  spec.labgrid = place;
  const auto power = [&](const char* what) {
    return std::vector<std::string>{"labgrid-client", "-p", place, "power", what};
  };
  spec.on_argv = power("on");
  spec.off_argv = power("off");
  return spec;
}

// A relay's `off` is a time, a command's is the command.
bool has_commands(const Value& table) {
  const Value* off = table.find("off");
  return table.find("on") != nullptr || table.find("cycle") != nullptr ||
         (off != nullptr && off->is(Value::Kind::list));
}

}  // namespace

std::optional<PowerSpec> read_power(const TableReader& board, const BoardSpec& owner,
                                    Build& build) {
  const Value* value = board.find("power");
  if (value == nullptr) return std::nullopt;
  const std::string where = board.where() + " power";
  if (owner.connect == "local" && owner.sysroot.empty()) {
    build.faults.add(board.place("power"),
                     board.where() + " is the machine that runs soakrig, and has a power relay",
                     "a rig that cuts its own supply cannot go on; take power out");
  }
  if (value->is(Value::Kind::text)) return read_labgrid(*value, where, build);
  return has_commands(*value) ? read_commands(*value, where, build)
                              : read_relay(*value, where, build);
}

void check_power_relays(const Value& root, Build& build) {
  const auto tables = tables_at(root, "board");
  std::vector<std::string> names;
  for (const InstrumentSpec& each : build.spec.instruments) names.push_back(each.name);
  for (std::size_t i = 0; i < build.spec.boards.size() && i < tables.size(); ++i) {
    const BoardSpec& board = build.spec.boards[i];
    const Value* power = tables[i]->find("power");
    const Value& place = power == nullptr ? *tables[i] : *power;
    for (std::size_t j = 0; j < i; ++j) {
      const auto& other = build.spec.boards[j].power;
      if (!board.power || board.power->labgrid.empty() || !other ||
          other->labgrid != board.power->labgrid) {
        continue;
      }
      build.faults.add(place,
                       "boards '" + shown(build.spec.boards[j].name) + "' and '" +
                           shown(board.name) + "' are the same place of labgrid",
                       "give each its own");
    }
    if (!board.power || board.power->relay.empty()) continue;
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
