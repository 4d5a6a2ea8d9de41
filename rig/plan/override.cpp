// SPDX-License-Identifier: Apache-2.0
#include "rig/plan/override.hpp"

#include <algorithm>
#include <utility>

#include "rig/plan/schema.hpp"

namespace soakrig::plan {

namespace {

constexpr std::size_t kMaxAssignment = 4096;

// The first '=' outside quotes.
std::size_t equals_sign(const std::string& text) {
  char quote = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (quote != 0) {
      if (text[i] == quote) quote = 0;
    } else if (text[i] == '"' || text[i] == '\'') {
      quote = text[i];
    } else if (text[i] == '=') {
      return i;
    }
  }
  return std::string::npos;
}

void stamp(Value& value, const std::string& origin) {
  value.origin = origin;
  value.line = 0;
  for (Value& item : value.items) stamp(item, origin);
  for (auto& [key, child] : value.entries) stamp(child, origin);
}

// The assignment as a small document; VALUE that is no TOML and has nothing of TOML in it is text.
Result<Value> parse_assignment(const std::string& assignment, const std::string& origin) {
  auto parsed = parse_toml(assignment, origin);
  if (parsed) return parsed;
  const std::size_t at = equals_sign(assignment);
  const std::string value = assignment.substr(at + 1);
  if (value.empty() || value.find_first_of("\"'[]{}\\\n") != std::string::npos) return parsed;
  return parse_toml(assignment.substr(0, at + 1) + "\"" + value + "\"", origin);
}

bool named(const Value& table, const std::string& name) {
  const Value* found = table.find("name");
  return found != nullptr && found->is(Value::Kind::text) && found->text == name;
}

class Merger {
 public:
  Merger(std::string origin, Faults& faults) : origin_(std::move(origin)), faults_(&faults) {}

  void merge_table(Value& into, const Value& from, const std::string& path) {
    for (const auto& [key, value] : from.entries) {
      const std::string here = path.empty() ? key : path + "." + key;
      Value* target = into.find(key);
      const bool below = value.is(Value::Kind::table);
      if (below && target != nullptr && target->is(Value::Kind::list)) {
        merge_named(*target, value, here);
      } else if (below && here == "workload") {
        merge_workloads(into, value);
      } else if (below && (here == "phase" || here == "instrument")) {
        refuse_name(here, value.entries.empty() ? "" : value.entries.front().first, {});
      } else if (below && target != nullptr && target->is(Value::Kind::table)) {
        merge_table(*target, value, here);
      } else {
        into.set(key, value);
      }
    }
  }

 private:
  void refuse_name(const std::string& kind, const std::string& name,
                   const std::vector<std::string>& names) {
    faults_->add(Error{Errc::not_found, "there is no " + kind + " '" + shown(name) + "' to set",
                       suggestion(name, names, "there are"), origin_, 0, 0});
  }

  void merge_named(Value& list, const Value& from, const std::string& path) {
    for (const auto& [name, value] : from.entries) {
      std::vector<std::string> names;
      std::vector<Value*> found;
      for (Value& item : list.items) {
        if (const Value* its = item.find("name")) names.push_back(its->text);
        if (named(item, name)) found.push_back(&item);
      }
      if (found.size() > 1) {
        faults_->add(Error{Errc::invalid, "several are called '" + shown(name) + "' in " + path,
                           "change the profile itself", origin_, 0, 0});
      } else if (found.empty() || !value.is(Value::Kind::table)) {
        refuse_name(path, name, names);
      } else {
        merge_table(*found.front(), value, path + "." + name);
      }
    }
  }

  void merge_workloads(Value& root, const Value& from) {
    Value* all = root.find("workload");
    for (const auto& [name, value] : from.entries) {
      Value* workload = all == nullptr ? nullptr : all->find(name);
      if (workload != nullptr && workload->is(Value::Kind::table) && value.is(Value::Kind::table)) {
        merge_table(*workload, value, "workload." + name);
        continue;
      }
      std::vector<std::string> names;
      if (all != nullptr) {
        for (const auto& [key, table] : all->entries) names.push_back(key);
      }
      refuse_name("workload", name, names);
    }
  }

  std::string origin_;
  Faults* faults_;
};

}  // namespace

void fill_names(Value& root) {
  if (root.find("board") == nullptr) {
    Value list;
    list.kind = Value::Kind::list;
    list.items.emplace_back();
    root.set("board", std::move(list));
  }
  const auto name_it = [](Value& table, std::string name) {
    if (table.is(Value::Kind::table) && table.find("name") == nullptr) {
      table.set("name", Value::of_text(std::move(name), table.line));
    }
  };
  Value* boards = root.find("board");
  if (boards->items.size() == 1) name_it(boards->items.front(), "local");
  if (Value* phases = root.find("phase")) {
    for (std::size_t i = 0; i < phases->items.size(); ++i) {
      name_it(phases->items[i], "phase" + std::to_string(i + 1));
    }
  }
}

void apply_override(Value& root, const std::string& assignment, Faults& faults) {
  const std::string origin = "--set " + shown(assignment);
  if (assignment.size() > kMaxAssignment || assignment.find('\n') != std::string::npos ||
      equals_sign(assignment) == std::string::npos) {
    faults.add(Error{Errc::invalid, "not of the form path.to.key=VALUE",
                     "write --set phase.hot.soak=\"20s\"", origin, 0, 0});
    return;
  }
  auto parsed = parse_assignment(assignment, origin);
  if (!parsed) {
    Error error = parsed.error();
    error.line = 0;
    error.remedy = "write --set path.to.key=VALUE, VALUE as in the profile";
    faults.add(std::move(error));
    return;
  }
  stamp(*parsed, origin);
  Merger(origin, faults).merge_table(root, *parsed, "");
}

}  // namespace soakrig::plan
