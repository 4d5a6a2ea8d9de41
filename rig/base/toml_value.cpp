// SPDX-License-Identifier: Apache-2.0
//
// The only file that knows toml++: its tree becomes ours here.
#include "rig/base/toml_value.hpp"

#include <toml++/toml.h>

#include <algorithm>
#include <sstream>
#include <utility>

#include "rig/base/toml_guard.hpp"

namespace soakrig {

namespace {

int line_of(const toml::node& node) { return static_cast<int>(node.source().begin.line); }

TomlValue convert(const toml::node& node, int parent_line);

std::string date_text(const toml::date& date) {
  std::ostringstream out;
  out << date;  // YYYY-MM-DD
  return out.str();
}

TomlValue convert_table(const toml::table& table, int line) {
  TomlValue out;
  out.line = line;
  // toml++ sorts by key; people read by line and column.
  std::vector<std::pair<toml::source_position, std::string>> order;
  for (const auto& [key, child] : table) {
    order.emplace_back(child.source().begin, std::string(key.str()));
  }
  std::ranges::stable_sort(order, {}, &std::pair<toml::source_position, std::string>::first);
  for (const auto& [place, key] : order) {
    out.entries.emplace_back(key, convert(*table.get(key), line));
  }
  return out;
}

TomlValue convert_list(const toml::array& array, int line) {
  TomlValue out;
  out.kind = TomlValue::Kind::list;
  out.line = line;
  for (const toml::node& child : array) out.items.push_back(convert(child, line));
  return out;
}

// Recursion is bounded by check_toml, which ran before.
TomlValue convert(const toml::node& node, int parent_line) {
  const int line = line_of(node) > 0 ? line_of(node) : parent_line;
  if (const auto* table = node.as_table()) return convert_table(*table, line);
  if (const auto* array = node.as_array()) return convert_list(*array, line);
  TomlValue out;
  out.line = line;
  if (const auto* text = node.as_string()) {
    out.kind = TomlValue::Kind::text;
    out.text = text->get();
  } else if (const auto* integer = node.as_integer()) {
    out.kind = TomlValue::Kind::integer;
    out.integer = integer->get();
    out.number = static_cast<double>(out.integer);
  } else if (const auto* number = node.as_floating_point()) {
    out.kind = TomlValue::Kind::number;
    out.number = number->get();
  } else if (const auto* boolean = node.as_boolean()) {
    out.kind = TomlValue::Kind::boolean;
    out.boolean = boolean->get();
  } else {
    out.kind = TomlValue::Kind::date;
    if (const auto* date = node.as_date()) out.text = date_text(date->get());
  }
  return out;
}

// The parser's sentence without line breaks or bytes that a terminal would act on.
std::string one_line(std::string_view text) {
  std::string out;
  for (const char c : text.substr(0, 300)) {
    const auto byte = static_cast<unsigned char>(c);
    out += byte < 0x20 || byte == 0x7f ? '?' : c;
  }
  return out;
}

}  // namespace

const TomlValue* TomlValue::find(std::string_view key) const {
  const auto found = std::ranges::find(entries, key, &std::pair<std::string, TomlValue>::first);
  return found == entries.end() ? nullptr : &found->second;
}

TomlValue* TomlValue::find(std::string_view key) {
  return const_cast<TomlValue*>(std::as_const(*this).find(key));  // NOLINT: the object is ours
}

TomlValue& TomlValue::set(std::string_view key, TomlValue value) {
  RIG_ASSERT(kind == Kind::table);
  if (TomlValue* present = find(key)) return *present = std::move(value);
  return entries.emplace_back(std::string(key), std::move(value)).second;
}

TomlValue TomlValue::of_text(std::string text, int line) {
  TomlValue out;
  out.kind = Kind::text;
  out.text = std::move(text);
  out.line = line;
  return out;
}

std::string_view describe(const TomlValue& value) {
  switch (value.kind) {
    case TomlValue::Kind::table:
      return "a table";
    case TomlValue::Kind::list:
      return "a list";
    case TomlValue::Kind::text:
      return "text";
    case TomlValue::Kind::integer:
    case TomlValue::Kind::number:
      return "a bare number";
    case TomlValue::Kind::boolean:
      return "true or false";
    case TomlValue::Kind::date:
      return "a date";
  }
  return "a value";
}

Result<TomlValue> parse_toml(std::string_view text, const std::string& file) {
  if (const auto sound = check_toml(text, file); !sound) return sound.error();
  try {
    return convert_table(toml::parse(text, file), 0);
  } catch (const toml::parse_error& fault) {
    return Error{
        Errc::invalid, "not valid TOML: " + one_line(fault.description()), "correct this line",
        file,          static_cast<int>(fault.source().begin.line),        0};
  }
}

}  // namespace soakrig
