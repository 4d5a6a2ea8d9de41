// SPDX-License-Identifier: Apache-2.0
//
// A TOML document as plain data, each value with the place it came from. Our own small tree, so
// that the heavy parser stays in one .cpp file, an override can be merged in without losing its
// origin, and nothing downstream can meet a document deeper than the bound.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rig/base/result.hpp"

namespace soakrig {

struct TomlValue {
  enum class Kind : std::uint8_t { table, list, text, integer, number, boolean, date };

  Kind kind = Kind::table;
  int line = 0;        // 1-based; 0 = not from a line
  std::string origin;  // empty = the file itself; else the override it came from
  std::string text;    // of a text; of a day without a time, YYYY-MM-DD
  std::int64_t integer = 0;
  double number = 0;
  bool boolean = false;
  std::vector<TomlValue> items;                            // of a list
  std::vector<std::pair<std::string, TomlValue>> entries;  // of a table, in the order of the text

  [[nodiscard]] bool is(Kind k) const { return kind == k; }
  [[nodiscard]] const TomlValue* find(std::string_view key) const;
  [[nodiscard]] TomlValue* find(std::string_view key);
  // Replaces or appends. The kind must be table.
  TomlValue& set(std::string_view key, TomlValue value);

  [[nodiscard]] static TomlValue of_text(std::string text, int line);
};

// "text", "a bare number", …: what a value is, for messages.
[[nodiscard]] std::string_view describe(const TomlValue& value);

// Parses TOML. Error with the line of the first fault; `file` names the place.
[[nodiscard]] Result<TomlValue> parse_toml(std::string_view text, const std::string& file);

}  // namespace soakrig
