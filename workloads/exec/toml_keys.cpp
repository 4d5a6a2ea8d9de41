// SPDX-License-Identifier: Apache-2.0
#include "workloads/exec/toml_keys.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "rig/base/quantity.hpp"

namespace soakrig::workloads {

namespace {

const TomlValue kNone;

// What the file says, in a message: short, and nothing that a terminal would act on.
std::string shown(std::string_view text) {
  std::string out;
  for (const char c : text.substr(0, 64)) {
    const auto byte = static_cast<unsigned char>(c);
    out += byte < 0x20 || byte == 0x7f ? '?' : c;
  }
  return out;
}

std::string as_text(const TomlValue& value) {
  if (value.is(TomlValue::Kind::text)) return value.text;
  if (value.is(TomlValue::Kind::integer)) return std::to_string(value.integer);
  if (value.is(TomlValue::Kind::boolean)) return value.boolean ? "true" : "false";
  char buffer[32];
  std::snprintf(buffer, sizeof buffer, "%.17g", value.number);
  return buffer;
}

bool is_number(const TomlValue& value) {
  return (value.is(TomlValue::Kind::integer) || value.is(TomlValue::Kind::number)) &&
         std::isfinite(value.number);
}

}  // namespace

TomlKeys::TomlKeys(const TomlValue& table, std::string where, const std::string& file,
                   std::initializer_list<std::string_view> known)
    : table_(table), where_(std::move(where)), file_(file) {
  if (!table.is(TomlValue::Kind::table)) fail_at(table.line, "is no table", "write " + where_);
  const std::vector<std::string> names(known.begin(), known.end());
  for (const auto& [key, value] : table.entries) {
    if (std::ranges::find(names, key) != names.end()) continue;
    const std::string near = nearest_word(key, names);
    std::string all;
    for (const std::string& name : names) all += (all.empty() ? "" : ", ") + name;
    fail_at(value.line, "unknown key '" + shown(key) + "'",
            near.empty() ? "the keys here are " + all : "did you mean '" + near + "'?");
  }
}

void TomlKeys::fail_at(int line, const std::string& what, const std::string& remedy) const {
  throw Error{Errc::invalid, where_ + ": " + what, remedy, file_, line};
}

void TomlKeys::fail(std::string_view key, const std::string& what,
                    const std::string& remedy) const {
  fail_at(line_of(key), what, remedy);
}

int TomlKeys::line_of(std::string_view key) const {
  const TomlValue* value = find(key);
  return value == nullptr ? table_.line : value->line;
}

const TomlValue& TomlKeys::entries(std::string_view key, TomlValue::Kind kind,
                                   const char* like) const {
  const TomlValue* value = find(key);
  if (value == nullptr) return kNone;
  if (!value->is(kind)) fail(key, std::string(key) + " is of the wrong kind", like);
  if (value->items.size() > kMaxEntries || value->entries.size() > kMaxEntries) {
    fail(key, std::string(key) + " has more than " + std::to_string(kMaxEntries) + " entries",
         "shorten it");
  }
  return *value;
}

std::optional<std::string> TomlKeys::text(std::string_view key) const {
  if (find(key) == nullptr) return std::nullopt;
  const TomlValue& value = entries(key, TomlValue::Kind::text, "write a text in quotes");
  if (value.text.size() > kMaxText || value.text.find('\0') != std::string::npos) {
    fail(key, std::string(key) + " is too long, or has a zero byte", "shorten it");
  }
  return value.text;
}

std::string TomlKeys::needed(std::string_view key) const {
  auto value = text(key);
  if (!value || value->empty()) fail(key, std::string(key) + " is missing", "add it");
  return *value;
}

std::optional<double> TomlKeys::number(std::string_view key) const {
  const TomlValue* value = find(key);
  if (value == nullptr) return std::nullopt;
  if (!is_number(*value)) fail(key, std::string(key) + " is no number", "write a finite number");
  return value->number;
}

std::optional<bool> TomlKeys::boolean(std::string_view key) const {
  if (find(key) == nullptr) return std::nullopt;
  return entries(key, TomlValue::Kind::boolean, "write true or false").boolean;
}

std::vector<std::string> TomlKeys::texts(std::string_view key) const {
  std::vector<std::string> out;
  for (const TomlValue& item :
       entries(key, TomlValue::Kind::list, "write a list of texts in quotes").items) {
    if (!item.is(TomlValue::Kind::text) || item.text.size() > kMaxText ||
        item.text.find('\0') != std::string::npos) {
      fail_at(item.line, std::string(key) + " has an entry that is no text, or too long",
              "write a list of texts in quotes");
    }
    out.push_back(item.text);
  }
  return out;
}

std::map<std::string, std::string> TomlKeys::words(std::string_view key) const {
  std::map<std::string, std::string> out;
  for (const auto& [name, value] :
       entries(key, TomlValue::Kind::table, "write { name = \"value\" }").entries) {
    const bool plain =
        value.is(TomlValue::Kind::text) || value.is(TomlValue::Kind::boolean) || is_number(value);
    if (!plain || value.text.size() > kMaxText || value.text.find('\0') != std::string::npos) {
      fail_at(value.line, std::string(key) + "." + shown(name) + " is no text and no number",
              "write { name = \"value\" }");
    }
    out.emplace(name, as_text(value));
  }
  return out;
}

std::map<std::string, double> TomlKeys::numbers(std::string_view key) const {
  std::map<std::string, double> out;
  for (const auto& [name, value] :
       entries(key, TomlValue::Kind::table, "write { name = 1e-3 }").entries) {
    if (!is_number(value)) {
      fail_at(value.line, std::string(key) + "." + shown(name) + " is no number",
              "write { name = 1e-3 }");
    }
    out.emplace(name, value.number);
  }
  return out;
}

std::string TomlKeys::number_or_text(std::string_view key) const {
  const TomlValue* value = find(key);
  if (value == nullptr) return {};
  if (!is_number(*value) && !value->is(TomlValue::Kind::text)) {
    fail(key, std::string(key) + " is no number and no option in braces",
         "write 0.05 or \"{bound}\"");
  }
  return as_text(*value);
}

}  // namespace soakrig::workloads
