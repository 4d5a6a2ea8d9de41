// SPDX-License-Identifier: Apache-2.0
#include "rig/plan/ceilings.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "rig/base/quantity.hpp"
#include "rig/base/run_spec.hpp"

namespace soakrig::plan {

namespace {

struct Ceiling {
  const char* kind;
  const char* workload;
  const char* suffix;
  std::pair<const char*, const char*> setting;
};

constexpr Ceiling kCeilings[] = {
    {"memory", "ceiling-read", "-read", {"op", "read"}},
    {"gemm", "ceiling-products", "-products", {"precision", "int8"}},
};

bool has_kind(const Value& workloads, const char* kind) {
  return std::ranges::any_of(workloads.entries, [&](const auto& entry) {
    const Value* its = entry.second.is(Value::Kind::table) ? entry.second.find("kind") : nullptr;
    return its != nullptr && its->is(Value::Kind::text) && its->text == kind;
  });
}

Value workload_of(const Ceiling& ceiling, int line) {
  Value out;
  out.line = line;
  out.set("kind", Value::of_text(ceiling.kind, line));
  out.set(ceiling.setting.first, Value::of_text(ceiling.setting.second, line));
  return out;
}

Nanos duration_or(const Value* value, Nanos otherwise) {
  if (value == nullptr || !value->is(Value::Kind::text)) return otherwise;
  const auto parsed = parse_duration(value->text);
  return parsed ? *parsed : otherwise;
}

Value phase_of(const Value& beside, const Ceiling& ceiling, Nanos window) {
  Value out;
  out.line = beside.line;
  out.set("name", Value::of_text(beside.find("name")->text + ceiling.suffix, beside.line));
  for (const char* air : {"ambient", "humidity", "ramp", "tolerance", "settle"}) {
    if (const Value* value = beside.find(air)) out.set(air, *value);
  }
  const Nanos soak = duration_or(beside.find("soak"), 0);
  const Nanos dwell = std::min(soak, std::max(soak / 4, 4 * window));
  out.set("soak", Value::of_text(std::to_string(dwell / kMillisecond) + "ms", beside.line));
  Value work;
  work.kind = Value::Kind::list;
  work.line = beside.line;
  work.items.push_back(Value::of_text(ceiling.workload, beside.line));
  out.set("work", std::move(work));
  return out;
}

// Whether it has work, is no sweep of many, and is the first at its ambient.
bool is_first(const Value& phase, std::vector<double>& ambients) {
  if (!phase.is(Value::Kind::table)) return false;
  const Value* work = phase.find("work");
  const Value* name = phase.find("name");
  if (work == nullptr || work->items.empty() || name == nullptr || phase.find("vary") != nullptr) {
    return false;
  }
  const Value* ambient = phase.find("ambient");
  const double at = ambient == nullptr                  ? std::nan("")
                    : ambient->is(Value::Kind::integer) ? static_cast<double>(ambient->integer)
                                                        : ambient->number;
  const auto same = [at](double other) {
    return other == at || (std::isnan(other) && std::isnan(at));
  };
  if (std::ranges::any_of(ambients, same)) return false;
  ambients.push_back(at);
  return true;
}

}  // namespace

void add_ceilings(Value& root) {
  Value* workloads = root.find("workload");
  Value* phases = root.find("phase");
  if (workloads == nullptr || !workloads->is(Value::Kind::table) || phases == nullptr) return;
  std::vector<const Ceiling*> wanted;
  for (const Ceiling& ceiling : kCeilings) {
    if (has_kind(*workloads, ceiling.kind)) continue;
    workloads->set(ceiling.workload, workload_of(ceiling, workloads->line));
    wanted.push_back(&ceiling);
  }
  const Value* verdict = root.find("verdict");
  const Nanos window =
      duration_or(verdict == nullptr ? nullptr : verdict->find("window"), VerdictRules{}.window);
  std::vector<Value> all;
  std::vector<double> ambients;
  for (Value& phase : phases->items) {
    const bool first = is_first(phase, ambients);
    all.push_back(std::move(phase));
    const Value beside = all.back();
    if (!first) continue;
    for (const Ceiling* ceiling : wanted) all.push_back(phase_of(beside, *ceiling, window));
  }
  phases->items = std::move(all);
}

}  // namespace soakrig::plan
