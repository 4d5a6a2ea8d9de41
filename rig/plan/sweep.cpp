// SPDX-License-Identifier: Apache-2.0
#include "rig/plan/sweep.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "rig/plan/check_value.hpp"

namespace soakrig::plan {

namespace {

using Settings = std::vector<std::pair<std::string, Value>>;

bool is_scalar(const Value& value) {
  return value.is(Value::Kind::text) || value.is(Value::Kind::integer) ||
         value.is(Value::Kind::number) || value.is(Value::Kind::boolean);
}

std::string written(const Value& value) {
  switch (value.kind) {
    case Value::Kind::integer:
      return std::to_string(value.integer);
    case Value::Kind::number:
      return plain(value.number);
    case Value::Kind::boolean:
      return value.boolean ? "true" : "false";
    default:
      return value.text;
  }
}

// Puts the settings into every text below `value`; adds the names that it met to `used`.
// Lists are of texts, so in one a number is written out.
void fill_in(Value& value, const Settings& settings, std::set<std::string>& used,
             bool listed = false) {
  for (Value& item : value.items) fill_in(item, settings, used, true);
  for (auto& [key, child] : value.entries) fill_in(child, settings, used);
  if (!value.is(Value::Kind::text)) return;
  for (const auto& [name, setting] : settings) {
    const std::string mark = "{" + name + "}";
    if (value.text == mark && !listed) {
      const int line = value.line;
      value = setting;
      value.line = line;
      used.insert(name);
      return;
    }
    const std::string text = written(setting);
    for (std::size_t at = 0; (at = value.text.find(mark, at)) != std::string::npos;
         at += text.size()) {
      value.text.replace(at, mark.size(), text);
      used.insert(name);
    }
  }
}

bool sound(const Value& vary, const std::string& where, Faults& faults) {
  std::size_t combinations = 1;
  for (const auto& [name, values] : vary.entries) {
    if (!valid_name(name)) {
      faults.add(values, where + " varies '" + shown(name) + "', which is no name",
                 "up to 64 lower-case letters, digits, '_' and '-'");
      return false;
    }
    if (!values.is(Value::Kind::list) || values.items.empty() ||
        !std::ranges::all_of(values.items, is_scalar)) {
      faults.add(values, where + " varies '" + name + "', but not over a list of values",
                 "write it like " + name + " = [1, 2, 4]");
      return false;
    }
    combinations *= std::min(values.items.size(), kMaxCombinations + 1);
    if (combinations > kMaxCombinations) {
      faults.add(
          vary,
          where + " varies over more than " + std::to_string(kMaxCombinations) + " combinations",
          "name fewer values, or write two phases");
      return false;
    }
  }
  if (vary.entries.empty()) {
    faults.add(vary, where + " varies nothing", "write it like vary = { threads = [1, 2] }");
  }
  return !vary.entries.empty();
}

// The next combination, the last name fastest; false after the last.
bool advance(std::vector<std::size_t>& at, const Value& vary) {
  for (std::size_t i = at.size(); i-- > 0;) {
    if (++at[i] < vary.entries[i].second.items.size()) return true;
    at[i] = 0;
  }
  return false;
}

class Expander {
 public:
  Expander(Value* workloads, Faults& faults) : workloads_(workloads), faults_(&faults) {}

  // The phases that one with `vary` stands for; the phase itself where that cannot be.
  std::vector<Value> phases_of(const Value& phase) {
    const Value& vary = *phase.find("vary");
    const Value* name = phase.find("name");
    const std::string where =
        "phase " + (name != nullptr && name->is(Value::Kind::text) ? shown(name->text) : "");
    if (!sound(vary, where, *faults_)) return {without_vary(phase)};
    std::vector<Value> out;
    std::set<std::string> used;
    std::vector<std::size_t> at(vary.entries.size(), 0);
    do {
      Settings settings;
      for (std::size_t i = 0; i < at.size(); ++i) {
        settings.emplace_back(vary.entries[i].first, vary.entries[i].second.items[at[i]]);
      }
      out.push_back(one(phase, settings, used));
    } while (advance(at, vary));
    for (const auto& [key, values] : vary.entries) {
      if (used.contains(key)) continue;
      faults_->add(
          values, where + " varies '" + key + "', but nothing says \"{" + key + "}\"",
          "write \"{" + key + "}\" where its value belongs, in the phase or its workloads");
    }
    return out;
  }

  [[nodiscard]] const std::set<std::string>& patterns() const { return patterns_; }

 private:
  static Value without_vary(Value phase) {
    std::erase_if(phase.entries, [](const auto& entry) { return entry.first == "vary"; });
    return phase;
  }

  Value one(const Value& phase, const Settings& settings, std::set<std::string>& used) {
    Value out = without_vary(phase);
    fill_in(out, settings, used);
    if (Value* work = out.find("work")) {
      for (Value& name : work->items) name.text = workload_of(name.text, settings, used);
    }
    Value own;
    own.line = phase.line;
    for (const auto& [name, value] : settings)
      own.set(name, Value::of_text(written(value), own.line));
    out.set("vary", std::move(own));
    return out;
  }

  // The name of the copy with these settings: the same for phases that differ in others alone.
  std::string workload_of(const std::string& name, const Settings& settings,
                          std::set<std::string>& used) {
    const Value* pattern = workloads_ == nullptr ? nullptr : workloads_->find(name);
    if (pattern == nullptr) return name;
    Value copy = *pattern;
    std::set<std::string> met;
    fill_in(copy, settings, met);
    if (met.empty()) return name;
    patterns_.insert(name);
    used.insert(met.begin(), met.end());
    std::string key = name;
    for (const auto& [setting, value] : settings) {
      if (met.contains(setting)) key += '\n' + setting + '=' + written(value);
    }
    std::string& made = names_[key];
    if (made.empty()) {
      do {
        made = name + "-" + std::to_string(++counts_[name]);
      } while (workloads_->find(made) != nullptr);
      workloads_->set(made, std::move(copy));
    }
    return made;
  }

  Value* workloads_;
  Faults* faults_;
  std::map<std::string, std::string> names_;
  std::map<std::string, int> counts_;
  std::set<std::string> patterns_;
};

bool names_workload(const Value& phase, const std::string& name) {
  const Value* work = phase.find("work");
  return work != nullptr &&
         std::ranges::any_of(work->items, [&](const Value& item) { return item.text == name; });
}

}  // namespace

void expand_sweeps(Value& root, Faults& faults) {
  Value* phases = root.find("phase");
  if (phases == nullptr || !phases->is(Value::Kind::list)) return;
  const auto varies = [](const Value& phase) {
    const Value* vary = phase.is(Value::Kind::table) ? phase.find("vary") : nullptr;
    return vary != nullptr && vary->is(Value::Kind::table);
  };
  if (std::ranges::none_of(phases->items, varies)) return;
  Value* workloads = root.find("workload");
  if (workloads != nullptr && !workloads->is(Value::Kind::table)) workloads = nullptr;
  Expander expander(workloads, faults);
  std::vector<Value> all;
  for (Value& phase : phases->items) {
    if (!varies(phase)) {
      all.push_back(std::move(phase));
      continue;
    }
    for (Value& made : expander.phases_of(phase)) all.push_back(std::move(made));
  }
  phases->items = std::move(all);
  if (workloads == nullptr) return;
  std::erase_if(workloads->entries, [&](const auto& entry) {
    return expander.patterns().contains(entry.first) &&
           std::ranges::none_of(phases->items, [&](const Value& phase) {
             return names_workload(phase, entry.first);
           });
  });
}

}  // namespace soakrig::plan
