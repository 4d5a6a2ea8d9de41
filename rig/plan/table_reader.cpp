// SPDX-License-Identifier: Apache-2.0
#include "rig/plan/table_reader.hpp"

#include <algorithm>
#include <utility>

#include "rig/base/quantity.hpp"
#include "rig/plan/check_value.hpp"

namespace soakrig::plan {

namespace {

// Where else a key lives, for whoever wrote it into the wrong table.
std::string home_of(std::string_view name) {
  for (const Key& key : schema()) {
    const bool plain = key.table.find_first_of(".:") == std::string_view::npos;
    if (key.name == name && plain && !key.table.empty() && key.type != Type::reserved) {
      return std::string(key.table);
    }
  }
  return {};
}

}  // namespace

TableReader::TableReader(const Value* table, std::vector<std::string_view> tables,
                         std::string where, Faults& faults, bool free_keys)
    : table_(table), tables_(std::move(tables)), where_(std::move(where)), faults_(&faults) {
  if (table_ == nullptr) return;
  RIG_ASSERT(table_->is(Value::Kind::table));
  for (const auto& [name, value] : table_->entries) {
    if (free_keys && key_of(name) == nullptr) continue;
    check(name, value);
  }
  for (const std::string_view of : tables_) {
    for (const Key* key : keys_of(of)) {
      if (!key->required || table_->find(key->name) != nullptr) continue;
      faults_->add(*table_, where_ + " has no '" + std::string(key->name) + "'",
                   "add it: " + expected(*key));
    }
  }
}

const Key* TableReader::key_of(std::string_view name) const {
  for (const std::string_view of : tables_) {
    if (const Key* key = find_key(of, name)) return key;
  }
  return nullptr;
}

void TableReader::check(const std::string& name, const Value& value) {
  const Key* key = key_of(name);
  if (key == nullptr) return unknown(name, value);
  if (auto fault = misfit(*key, value, where_ + " " + name)) {
    bad_.push_back(&value);
    faults_->add(value, std::move(fault->what), std::move(fault->remedy),
                 fault->unsupported ? Errc::unsupported : Errc::invalid);
  }
}

void TableReader::unknown(const std::string& name, const Value& value) {
  std::vector<std::string> known;
  for (const std::string_view of : tables_) {
    for (const Key* key : keys_of(of)) {
      if (key->type != Type::reserved) known.emplace_back(key->name);
    }
  }
  const std::string home = home_of(name);
  faults_->add(
      value, "unknown key '" + shown(name) + "' in " + where_,
      home.empty() ? suggestion(name, known, "the keys here are") : "it belongs to [" + home + "]");
}

const Value* TableReader::find(std::string_view key) const {
  RIG_ASSERT(key_of(key) != nullptr);
  const Value* value = table_ == nullptr ? nullptr : table_->find(key);
  if (value == nullptr || std::ranges::find(bad_, value) != bad_.end()) return nullptr;
  return value;
}

const Value& TableReader::place(std::string_view key) const {
  static const Value kNowhere;
  const Value* value = table_ == nullptr ? nullptr : table_->find(key);
  if (value != nullptr) return *value;
  return table_ == nullptr ? kNowhere : *table_;
}

std::optional<std::string> TableReader::text(std::string_view key) const {
  const Value* value = find(key);
  if (value == nullptr) return std::nullopt;
  return value->text;
}

std::optional<std::int64_t> TableReader::integer(std::string_view key) const {
  const Value* value = find(key);
  if (value == nullptr) return std::nullopt;
  return value->integer;
}

std::optional<double> TableReader::number(std::string_view key) const {
  const Value* value = find(key);
  if (value == nullptr) return std::nullopt;
  if (!value->is(Value::Kind::text)) return value->number;
  const auto parsed =
      key_of(key)->type == Type::ramp ? parse_ramp(value->text) : parse_ratio(value->text);
  return parsed.has_value() ? std::optional<double>(*parsed) : std::nullopt;
}

std::optional<Nanos> TableReader::duration(std::string_view key) const {
  const Value* value = find(key);
  if (value == nullptr) return std::nullopt;
  const auto parsed = parse_duration(value->text);
  return parsed.has_value() ? std::optional<Nanos>(*parsed) : std::nullopt;
}

std::optional<bool> TableReader::boolean(std::string_view key) const {
  const Value* value = find(key);
  if (value == nullptr) return std::nullopt;
  return value->boolean;
}

std::vector<std::string> TableReader::texts(std::string_view key) const {
  std::vector<std::string> out;
  if (const Value* value = find(key)) {
    for (const Value& item : value->items) out.push_back(item.text);
  }
  return out;
}

}  // namespace soakrig::plan
