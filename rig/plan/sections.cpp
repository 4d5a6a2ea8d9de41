// SPDX-License-Identifier: Apache-2.0
//
// What the sections share, and the small ones: [soak], [verdict], [notify].
#include "rig/plan/sections.hpp"

#include <filesystem>
#include <utility>

namespace soakrig::plan {

const Value* table_at(const Value& root, std::string_view name) {
  const Value* value = root.find(name);
  return value != nullptr && value->is(Value::Kind::table) ? value : nullptr;
}

std::vector<const Value*> tables_at(const Value& parent, std::string_view name) {
  std::vector<const Value*> out;
  const Value* list = parent.find(name);
  if (list == nullptr || !list->is(Value::Kind::list)) return out;
  for (const Value& item : list->items) {
    if (item.is(Value::Kind::table)) out.push_back(&item);
  }
  return out;
}

std::string resolve_path(const std::string& folder, const std::string& path) {
  const std::filesystem::path given(path);
  const auto whole = given.is_absolute() ? given : std::filesystem::path(folder) / given;
  std::string text = whole.lexically_normal().string();
  return text.find('/') == std::string::npos ? "./" + text : text;
}

void read_soak(const Value& root, Build& build) {
  const TableReader soak(table_at(root, "soak"), {"soak"}, "[soak]", build.faults);
  RunSpec& spec = build.spec;
  if (const auto name = soak.text("name")) spec.name = *name;
  if (const auto seed = soak.integer("seed")) spec.seed = static_cast<std::uint64_t>(*seed);
  spec.sample = soak.duration("sample").value_or(spec.sample);
  spec.notes = soak.text("notes").value_or("");
  spec.orphan_limit = soak.duration("orphan_limit").value_or(spec.orphan_limit);
}

void read_verdict(const Value& root, Build& build) {
  const TableReader verdict(table_at(root, "verdict"), {"verdict"}, "[verdict]", build.faults);
  VerdictRules& rules = build.spec.rules;
  rules.window = verdict.duration("window").value_or(rules.window);
  rules.short_window = verdict.duration("short_window").value_or(rules.short_window);
  rules.stability_min = verdict.number("stability_min").value_or(rules.stability_min);
  rules.claim_min = verdict.number("claim_min").value_or(rules.claim_min);
  rules.coverage_min = verdict.number("coverage_min").value_or(rules.coverage_min);
  if (const auto most = verdict.integer("max_incidents")) {
    rules.max_incidents = static_cast<int>(*most);
  }
  rules.steal_max = verdict.number("steal_max").value_or(rules.steal_max);
  if (rules.short_window > rules.window) {
    build.faults.add(verdict.place(verdict.has("window") ? "window" : "short_window"),
                     "[verdict] short_window (" + format_duration(rules.short_window) +
                         ") is longer than window (" + format_duration(rules.window) + ")",
                     "make it at most as long");
  }
  if (build.spec.sample > rules.short_window) {
    build.faults.add(verdict.place("short_window"),
                     "[soak] sample (" + format_duration(build.spec.sample) +
                         ") is longer than [verdict] short_window (" +
                         format_duration(rules.short_window) + ")",
                     "sample more often, or lengthen the window");
  }
}

void read_notify(const Value& root, Build& build) {
  const Value* table = table_at(root, "notify");
  if (table == nullptr) return;
  const TableReader notify(table, {"notify"}, "[notify]", build.faults);
  NotifySpec& spec = build.spec.notify;
  spec.run = notify.texts("run");
  spec.on =
      notify.has("on") ? notify.texts("on") : std::vector<std::string>{"incident", "trip", "end"};
  if (!spec.run.empty() && spec.run[0].find('/') != std::string::npos) {
    spec.run[0] = resolve_path(build.folder, spec.run[0]);
  }
}

}  // namespace soakrig::plan
