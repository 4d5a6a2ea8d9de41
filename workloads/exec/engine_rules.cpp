// SPDX-License-Identifier: Apache-2.0
#include "workloads/exec/engine_rules.hpp"

#include <algorithm>
#include <span>

#include "rig/base/channel.hpp"
#include "rig/base/quantity.hpp"

namespace soakrig::workloads {

namespace {

using Names = std::span<const std::string_view>;

constexpr std::string_view kWorkNames[] = {"amount", "rate", "seconds", "count"};
constexpr std::string_view kValueName[] = {"value"};
constexpr std::string_view kRefusedNames[] = {"operator", "format"};
constexpr std::string_view kFallbackNames[] = {"part", "ran_on", "done", "of"};

Names names_of(RuleKind kind) {
  switch (kind) {
    case RuleKind::work:
      return kWorkNames;
    case RuleKind::gauge:
    case RuleKind::check:
    case RuleKind::accuracy:
      return kValueName;
    case RuleKind::refused:
      return kRefusedNames;
    case RuleKind::fallback:
      return kFallbackNames;
  }
  return {};
}

void check_name(const TomlKeys& keys, std::string_view key, const std::string& name, Names known) {
  if (std::ranges::find(known, name) != known.end()) return;
  std::string all;
  for (const std::string_view each : known) all += (all.empty() ? "" : ", ") + std::string(each);
  keys.fail(key, "nothing here is called '" + name.substr(0, 64) + "'", "there is " + all);
}

bool finds(const Rule& rule, const char* name) {
  const auto in = [&](const std::optional<Pattern>& pattern) {
    return pattern && std::ranges::find(pattern->names(), name) != pattern->names().end();
  };
  return rule.json.count(name) > 0 || in(rule.line) || in(rule.after);
}

// Where the rule looks, and what it takes from there.
void read_source(const TomlKeys& keys, OutputForm form, Rule& rule) {
  rule.line = read_pattern(keys, "line");
  rule.after = read_pattern(keys, "after");
  rule.json = keys.words("json");
  rule.where = keys.words("where");
  if (rule.line.has_value() == !rule.json.empty()) {
    keys.fail("json", "a rule has a line or json, one of the two",
              "line = 'a regular expression' or json = { value = \"/pointer\" }");
  }
  if (!rule.json.empty() && form == OutputForm::text) {
    keys.fail("json", "the file's output is text", "set output = \"json\" or \"json-lines\"");
  }
  if (rule.after && !rule.line) keys.fail("after", "after stands beside a line only", "remove it");
  if (!rule.where.empty() && rule.json.empty()) {
    keys.fail("where", "where stands beside json only", "remove it");
  }
  for (const auto* pointers : {&rule.json, &rule.where}) {
    for (const auto& [key, value] : *pointers) {
      const std::string& pointer = pointers == &rule.json ? value : key;
      if (pointer.empty() || pointer.front() != '/') {
        keys.fail(pointers == &rule.json ? "json" : "where",
                  "'" + pointer.substr(0, 64) + "' is no JSON pointer", "write it like \"/a/0/b\"");
      }
    }
  }
  const Names known = names_of(rule.kind);
  if (rule.line) {
    for (const std::string& name : rule.line->names()) check_name(keys, "line", name, known);
  }
  if (rule.after) {
    for (const std::string& name : rule.after->names()) check_name(keys, "after", name, known);
  }
  for (const auto& entry : rule.json) check_name(keys, "json", entry.first, known);
  rule.scale = keys.numbers("scale");
  for (const auto& entry : rule.scale) check_name(keys, "scale", entry.first, known);
}

void read_name(const TomlKeys& keys, Rule& rule) {
  rule.name = keys.needed("name");
  if (!valid_channel_name(rule.name) || rule.name.find('.') != std::string::npos) {
    keys.fail("name", "'" + rule.name.substr(0, 64) + "' is no name",
              "lower-case letters, digits and '_'");
  }
}

void need(const TomlKeys& keys, const Rule& rule, const char* name) {
  if (finds(rule, name)) return;
  keys.fail(rule.line ? "line" : "json", std::string("it finds no ") + name,
            rule.line ? "put (?<" + std::string(name) + ">…) around it" : "name its pointer");
}

Rule read_rule(RuleKind kind, const TomlValue& table, const std::string& file, OutputForm form) {
  const TomlKeys keys(table, "[[" + std::string(to_string(kind)) + "]]", file,
                      {"line", "after", "json", "where", "scale", "name", "unit", "amount", "ok",
                       "min", "max", "asked", "part", "ran_on", "done", "of"});
  Rule rule;
  rule.kind = kind;
  rule.at = keys.line();
  const auto only = [&](const char* key, std::initializer_list<RuleKind> kinds) {
    if (keys.find(key) != nullptr && std::ranges::find(kinds, kind) == kinds.end()) {
      keys.fail(key, std::string(key) + " has no meaning here", "remove it");
    }
  };
  using enum RuleKind;
  only("name", {work, gauge, check, accuracy});
  only("unit", {work});
  only("amount", {work});
  only("ok", {check});
  only("min", {accuracy});
  only("max", {accuracy});
  for (const char* key : {"asked", "part", "ran_on", "done", "of"}) only(key, {fallback});
  read_source(keys, form, rule);
  if (kind != refused && kind != fallback) read_name(keys, rule);
  if (kind == work) {
    rule.unit = keys.text("unit").value_or("{" + rule.name + "}");
    rule.amount = keys.number("amount").value_or(1);
    if (rule.amount <= 0) keys.fail("amount", "amount must be above 0", "correct it");
  }
  if (kind == gauge || kind == accuracy) need(keys, rule, "value");
  if (kind == check) rule.ok = keys.boolean("ok").value_or(true);
  if (kind == accuracy) {
    rule.min = keys.number_or_text("min");
    rule.max = keys.number_or_text("max");
    if (rule.min.empty() && rule.max.empty()) {
      keys.fail("max", "an accuracy has no bound", "add min or max");
    }
  }
  if (kind == fallback) {
    rule.asked = keys.text("asked").value_or("");
    rule.part = keys.text("part").value_or("");
    rule.ran_on = keys.text("ran_on").value_or("");
    rule.done = keys.number_or_text("done");
    rule.of = keys.number_or_text("of");
    if (!rule.asked.empty() && rule.ran_on.empty()) need(keys, rule, "ran_on");
    const bool done = finds(rule, "done") || !rule.done.empty();
    const bool of = finds(rule, "of") || !rule.of.empty();
    if (done != of) need(keys, rule, done ? "of" : "done");
  }
  return rule;
}

}  // namespace

std::string_view to_string(RuleKind kind) {
  constexpr std::string_view kNames[] = {"work",     "gauge",   "check",
                                         "accuracy", "refused", "fallback"};
  return kNames[static_cast<std::size_t>(kind)];
}

std::optional<Pattern> read_pattern(const TomlKeys& keys, std::string_view key) {
  const auto text = keys.text(key);
  if (!text) return std::nullopt;
  auto pattern = Pattern::compile(*text);
  if (!pattern) keys.fail(key, pattern.error().what, pattern.error().remedy);
  return std::move(*pattern);
}

std::vector<Rule> read_rules(const TomlValue& root, const std::string& file, OutputForm form) {
  std::vector<Rule> out;
  using enum RuleKind;
  for (const RuleKind kind : {work, gauge, check, accuracy, refused, fallback}) {
    const std::string name(to_string(kind));
    const TomlValue* list = root.find(name);
    if (list == nullptr) continue;
    if (!list->is(TomlValue::Kind::list)) {
      throw Error{Errc::invalid, "[" + name + "] may stand several times",
                  "write [[" + name + "]] with two brackets", file, list->line};
    }
    for (const TomlValue& table : list->items) {
      if (out.size() >= kMaxRules) {
        throw Error{Errc::full, "more than " + std::to_string(kMaxRules) + " rules",
                    "an engine needs a few", file, table.line};
      }
      out.push_back(read_rule(kind, table, file, form));
    }
  }
  return out;
}

}  // namespace soakrig::workloads
