// SPDX-License-Identifier: Apache-2.0
//
// [workload.NAME]: what loads the board.
#include "rig/plan/check_value.hpp"
#include "rig/plan/profile.hpp"
#include "rig/plan/sections.hpp"
#include "rig/plan/workload_kinds.hpp"

namespace soakrig::plan {

namespace {

constexpr Nanos kEngineHangAfter = 10 * kMinute;

void read_restart(const TableReader& table, const std::string& where, WorkloadSpec& spec,
                  Build& build) {
  const TableReader restart(table.find("restart"), {"restart"}, where + " restart", build.faults);
  if (const auto budget = restart.integer("budget"))
    spec.restart.budget = static_cast<int>(*budget);
  spec.restart.backoff = restart.duration("backoff").value_or(spec.restart.backoff);
}

void refuse_kind(const Value& table, const std::string& where, Build& build) {
  const Value* given = table.find("kind");
  if (given == nullptr || !given->is(Value::Kind::text)) return;  // the table's own check says so
  std::vector<std::string> names;
  for (const WorkloadKind& kind : workload_kinds()) names.emplace_back(kind.name);
  build.faults.add(*given, where + " kind '" + shown(given->text) + "' is unknown",
                   suggestion(given->text, names, "there are"));
}

WorkloadSpec read_workload(const std::string& name, const Value& table, Build& build) {
  const std::string where = "[workload." + shown(name) + "]";
  WorkloadSpec spec;
  spec.name = name;
  const Value* given = table.find("kind");
  const WorkloadKind* kind = given == nullptr ? nullptr : find_workload_kind(given->text);
  // Of an unknown kind any kind's keys may stand here: only those that nobody knows are faults.
  std::vector<std::string_view> keys = {"workload"};
  for (const WorkloadKind& each : workload_kinds()) {
    if (kind == &each) keys.push_back(each.keys);
  }
  const bool free_keys = kind == nullptr;
  const TableReader reader(&table, keys, where, build.faults, free_keys);
  // A program that prints its figures at its end seems to stand still until then.
  if (given != nullptr && given->text == "engine") spec.hang_after = kEngineHangAfter;
  spec.hang_after = reader.duration("hang_after").value_or(spec.hang_after);
  read_restart(reader, where, spec, build);
  if (kind == nullptr) {
    refuse_kind(table, where, build);
    return spec;
  }
  spec.kind = kind->name;
  kind->fill(reader, spec, build);
  return spec;
}

}  // namespace

void read_workloads(const Value& root, Build& build) {
  const Value* all = table_at(root, "workload");
  if (all == nullptr) return;
  if (all->entries.empty()) {
    build.faults.add(*all, "[workload] defines none", "add one, such as [workload.chat]");
  }
  if (all->entries.size() > kMaxWorkloads) {
    build.faults.add(*all, "more than " + std::to_string(kMaxWorkloads) + " workloads",
                     "a phase runs a few at most");
    return;
  }
  for (const auto& [name, table] : all->entries) {
    if (!table.is(Value::Kind::table)) {
      build.faults.add(table, "'" + shown(name) + "' stands in [workload] itself",
                       "write it into a table with a name, such as [workload.chat]");
      continue;
    }
    if (!valid_name(name)) {
      build.faults.add(table, "workload '" + shown(name) + "' has no valid name",
                       "up to 64 lower-case letters, digits, '_' and '-'");
    }
    build.spec.workloads.push_back(read_workload(name, table, build));
  }
}

}  // namespace soakrig::plan
