// SPDX-License-Identifier: Apache-2.0
//
// [[board]]: the devices under test, their limits and the claims made about them.
#include <algorithm>
#include <map>
#include <tuple>

#include "rig/base/board_address.hpp"
#include "rig/base/channel.hpp"
#include "rig/base/console_address.hpp"
#include "rig/base/quantity.hpp"
#include "rig/plan/clients.hpp"
#include "rig/plan/profile.hpp"
#include "rig/plan/sections.hpp"

namespace soakrig::plan {

namespace {

LimitAction action_of(const std::string& word) {
  for (const LimitAction action : {LimitAction::stop, LimitAction::trip}) {
    if (word == to_string(action)) return action;
  }
  return LimitAction::warn;
}

std::string read_connect(const TableReader& table, const std::string& where, Build& build) {
  const std::string connect = table.text("connect").value_or("local");
  if (connect == "local") return connect;
  const auto complain = [&](const std::string& what, const std::string& remedy) {
    build.faults.add(table.place("connect"), where + " connect '" + shown(connect) + "'" + what,
                     remedy);
  };
  if (!connect.starts_with(kSshScheme)) {
    complain(" is no way to a board",
             "write \"local\", the machine that runs soakrig, or \"ssh://user@host:port\"");
  } else if (const auto address = parse_board_address(connect); !address) {
    complain(": " + address.error().what, address.error().remedy);
  }
  return connect;
}

// Of a board elsewhere it is a folder there.
std::string read_remote_sysroot(const TableReader& table, const std::string& where, Build& build) {
  const std::string sysroot = table.text("sysroot").value_or("");
  if (sysroot.empty() || sysroot == "/") return "";
  if (!sysroot.starts_with('/')) {
    build.faults.add(table.place("sysroot"),
                     where + " sysroot '" + shown(sysroot) + "' is none for a board behind ssh",
                     "write a folder on the board, from its root, or leave it out");
  }
  return sysroot;
}

std::string read_sysroot(const TableReader& table, const std::string& folder) {
  const std::string sysroot = table.text("sysroot").value_or("");
  if (sysroot.empty() || sysroot == "virtual") return sysroot;
  if (sysroot.starts_with("virtual:")) {
    return "virtual:" + resolve_path(folder, sysroot.substr(8));
  }
  const std::string path = resolve_path(folder, sysroot);
  return path == "/" ? "" : path;
}

std::string read_console(const TableReader& table, const std::string& where, Build& build) {
  const std::string console = table.text("console").value_or("");
  if (!table.has("console")) return console;
  if (const auto address = parse_console_address(console); !address) {
    build.faults.add(table.place("console"),
                     where + " console '" + shown(console) + "': " + address.error().what,
                     address.error().remedy);
  }
  return console;
}

Claim read_claim(const Value& table, const std::string& board, Build& build) {
  const std::string where = "[[board.claim]] of " + shown(board);
  const TableReader reader(&table, {"board.claim"}, where, build.faults);
  Claim claim;
  claim.name = reader.text("name").value_or("");
  claim.value = reader.number("value").value_or(0);
  claim.device = reader.text("device").value_or("");
  claim.precision = reader.text("precision").value_or("");
  claim.density = reader.text("density").value_or("");
  claim.power_mode = reader.text("power_mode").value_or("");
  claim.model = reader.text("model").value_or("");
  claim.workload = reader.text("workload").value_or("");
  claim.ambient = reader.number("ambient");
  claim.source = reader.text("source").value_or("");
  if (reader.has("value") && claim.value <= 0 && claim.name != "ambient_max") {
    build.faults.add(reader.place("value"), where + " value is not above zero",
                     "write the figure of the spec sheet");
  }
  if (!claim.workload.empty() && build.spec.find_workload(claim.workload) == nullptr) {
    std::vector<std::string> names;
    for (const WorkloadSpec& workload : build.spec.workloads) names.push_back(workload.name);
    build.faults.add(
        reader.place("workload"),
        where + " names workload '" + shown(claim.workload) + "', which is not defined",
        suggestion(claim.workload, names, "there are"));
  }
  return claim;
}

void refuse_same_claim_twice(const BoardSpec& board, const std::vector<const Value*>& tables,
                             Build& build) {
  const auto key = [](const Claim& c) {
    return std::tie(c.name, c.device, c.precision, c.density, c.power_mode, c.model, c.workload,
                    c.ambient);
  };
  for (std::size_t i = 0; i < board.claims.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (key(board.claims[i]) != key(board.claims[j])) continue;
      build.faults.add(*tables[i],
                       "board '" + shown(board.name) + "' claims " + shown(board.claims[i].name) +
                           " twice under the same conditions (first in line " +
                           std::to_string(tables[j]->line) + ")",
                       "keep one, or state the conditions that differ");
      break;
    }
  }
}

BoardSpec read_board(const Value& table, Build& build) {
  BoardSpec spec;
  const Value* name = table.find("name");
  const std::string where = name != nullptr && name->is(Value::Kind::text)
                                ? "[[board]] " + shown(name->text)
                                : "[[board]]";
  const TableReader reader(&table, {"board"}, where, build.faults);
  spec.name = reader.text("name").value_or("");
  spec.connect = read_connect(reader, where, build);
  spec.sysroot = spec.connect == "local" ? read_sysroot(reader, build.folder)
                                         : read_remote_sysroot(reader, where, build);
  spec.console = read_console(reader, where, build);
  spec.group = reader.text("group").value_or("");
  spec.power = read_power(reader, spec, build);
  check_clients(reader, spec, build);
  spec.recovery = read_recovery(reader, spec.connect != "local", build);
  if (const Value* limits = reader.find("limits")) {
    spec.limits = read_limits(*limits, where, "", build.faults);
  }
  if (reader.has("claim")) {
    const auto claims = tables_at(table, "claim");
    if (claims.size() > kMaxClaims) {
      build.faults.add(*claims.front(),
                       where + " has more than " + std::to_string(kMaxClaims) + " claims",
                       "split the profile");
      return spec;
    }
    for (const Value* claim : claims) spec.claims.push_back(read_claim(*claim, spec.name, build));
    refuse_same_claim_twice(spec, claims, build);
  }
  return spec;
}

void refuse_board_twice(const std::vector<const Value*>& tables, Build& build) {
  std::map<std::string, int> names;
  std::map<std::string, std::size_t> machines;
  std::map<std::string, std::string> consoles;
  for (std::size_t i = 0; i < build.spec.boards.size(); ++i) {
    const BoardSpec& board = build.spec.boards[i];
    if (!board.name.empty()) {
      const auto [first, fresh] = names.emplace(board.name, tables[i]->line);
      if (!fresh) {
        build.faults.add(*tables[i],
                         "two boards are called '" + shown(board.name) +
                             "' (the other is in line " + std::to_string(first->second) + ")",
                         "give each its own name");
        continue;
      }
    }
    if (!board.console.empty()) {
      const std::string device = board.console.substr(0, board.console.find('?'));
      const auto [other, only] = consoles.emplace(device, board.name);
      if (!only) {
        build.faults.add(*tables[i], "boards '" + shown(other->second) + "' and '" +
                                         shown(board.name) + "' have the same console",
                         "each board has a serial port of its own");
      }
    }
    const auto [same, alone] = machines.emplace(board.connect + " " + board.sysroot, i);
    if (alone) continue;
    build.faults.add(*tables[i],
                     "board '" + shown(board.name) + "' is the same machine as board '" +
                         shown(build.spec.boards[same->second].name) + "' (line " +
                         std::to_string(tables[same->second]->line) + ")",
                     "a board can be soaked once at a time; take one out");
  }
}

}  // namespace

std::vector<Limit> read_limits(const Value& table, const std::string& where, std::string_view skip,
                               Faults& faults) {
  std::vector<Limit> out;
  for (const auto& [channel, value] : table.entries) {
    if (!skip.empty() && find_key(skip, channel) != nullptr) continue;
    const std::string place = where + " limit on '" + shown(channel) + "'";
    std::vector<std::string> beside;
    if (!skip.empty()) {
      for (const Key* key : keys_of(skip)) beside.emplace_back(key->name);
    }
    if (const std::string near = nearest_word(channel, beside); !near.empty()) {
      faults.add(value, "unknown key '" + shown(channel) + "' in " + where + " limits",
                 "did you mean '" + near + "'?");
      continue;
    }
    if (!value.is(Value::Kind::table)) {
      faults.add(
          value, place + " is " + std::string(describe(value)),
          "write \"soc.temperature\" = { max = 105.0, action = \"stop\" }, with the channel in "
          "quotes");
      continue;
    }
    if (std::ranges::any_of(value.entries,
                            [](const auto& e) { return e.second.is(Value::Kind::table); })) {
      faults.add(value, place + ": a channel's name has dots, which TOML takes for tables",
                 "write it in quotes: \"" + shown(channel) + ".…\" = { max = 105.0 }");
      continue;
    }
    if (!valid_channel_name(channel)) {
      faults.add(value, place + ": that is no channel name",
                 "see soakrig probe for the channels of a board");
    }
    const TableReader reader(&value, {"limit"}, place, faults);
    Limit limit;
    limit.channel = channel;
    limit.min = reader.number("min");
    limit.max = reader.number("max");
    limit.action = action_of(reader.text("action").value_or("warn"));
    if (value.find("min") == nullptr && value.find("max") == nullptr) {
      faults.add(value, place + " has neither min nor max", "add one, in the channel's unit");
    } else if (limit.min && limit.max && *limit.min >= *limit.max) {
      faults.add(value, place + " has a min that is not below its max", "swap or correct them");
    }
    out.push_back(limit);
  }
  return out;
}

void read_boards(const Value& root, Build& build) {
  const auto tables = tables_at(root, "board");
  if (tables.size() > kMaxBoards) {
    build.faults.add(*tables.front(), "more than " + std::to_string(kMaxBoards) + " boards",
                     "split the profile");
    return;
  }
  for (const Value* table : tables) {
    build.spec.boards.push_back(read_board(*table, build));
    if (table->find("name") == nullptr) {
      build.faults.add(*table, "a [[board]] has no 'name'", "with several boards each needs one");
    }
  }
  refuse_board_twice(tables, build);
}

}  // namespace soakrig::plan
