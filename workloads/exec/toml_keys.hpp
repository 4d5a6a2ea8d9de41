// SPDX-License-Identifier: Apache-2.0
//
// One table of an engine file, read key by key. What is wrong is thrown as an Error with file and
// line, which parse_engine_file catches: a file has many places to fail and one way to report it.
#pragma once

#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rig/base/toml_value.hpp"

namespace soakrig::workloads {

// Borrows the value; `where` is the table as a person writes it, "[[work]]".
class TomlKeys {
 public:
  static constexpr std::size_t kMaxText = 4096;
  static constexpr std::size_t kMaxEntries = 64;  // of a list or of a table of texts

  // A key that is not in `known` is thrown with the nearest one.
  TomlKeys(const TomlValue& table, std::string where, const std::string& file,
           std::initializer_list<std::string_view> known);

  [[nodiscard]] const TomlValue* find(std::string_view key) const { return table_.find(key); }
  [[nodiscard]] std::optional<std::string> text(std::string_view key) const;
  [[nodiscard]] std::string needed(std::string_view key) const;
  [[nodiscard]] std::optional<double> number(std::string_view key) const;
  [[nodiscard]] std::optional<bool> boolean(std::string_view key) const;
  [[nodiscard]] std::vector<std::string> texts(std::string_view key) const;
  [[nodiscard]] std::map<std::string, std::string> words(std::string_view key) const;
  [[nodiscard]] std::map<std::string, double> numbers(std::string_view key) const;
  // A number, or a text; as text.
  [[nodiscard]] std::string number_or_text(std::string_view key) const;
  [[nodiscard]] int line_of(std::string_view key) const;
  [[nodiscard]] const std::string& file() const { return file_; }
  [[nodiscard]] int line() const { return table_.line; }

  // At a key, or at the table when it is not there.
  [[noreturn]] void fail(std::string_view key, const std::string& what,
                         const std::string& remedy) const;

 private:
  [[noreturn]] void fail_at(int line, const std::string& what, const std::string& remedy) const;
  const TomlValue& entries(std::string_view key, TomlValue::Kind kind, const char* like) const;

  const TomlValue& table_;
  std::string where_;
  const std::string& file_;
};

}  // namespace soakrig::workloads
