// SPDX-License-Identifier: Apache-2.0
//
// Every key a profile may have, as data: where it stands, what it holds, its default and what it
// means. The reader checks a profile against this list and nothing else, and a test holds
// docs/formats/profile.md to the same list, so that a key is documented or does not exist.
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace soakrig::plan {

enum class Type : std::uint8_t {
  text,     // any text
  name,     // a name that becomes part of a channel: lower case, digits, '_' and '-'
  label,    // a name for people and files: letters, digits, '.', '_' and '-'
  path,     // a file or folder, relative to the profile's folder
  choice,   // one of `choices`
  choices,  // a list of them
  texts,    // a list of texts
  argv,     // a program and its arguments: no shell, at least the program
  integer,  // min to max
  number,   // min to max, plain, in `unit`
  boolean,
  duration,      // "8h", min to max seconds
  ratio,         // "2%", min to max as share
  ramp,          // "2K/min"
  table,         // [x]: its keys are those of the table `choices`
  tables,        // [[x]]: several of them
  named_tables,  // [x.NAME]: several, each with a name
  supply,        // a table as table, or "labgrid:PLACE"
  settings,      // names of the author's own, each with a list of values
  limits,        // by channel name, each a table "limit"; plus the keys of the table `choices`
  reserved,      // a word of the design that this build refuses
};

struct Key {
  std::string_view table = {};  // "soak", "board", "board.claim", "workload:llm" …
  std::string_view name = {};
  Type type = Type::text;
  std::string_view unit = {};      // of plain numbers, for messages and documents
  std::string_view fallback = {};  // default as written in a profile; empty = none
  bool required = false;
  double min = -std::numeric_limits<double>::infinity();
  double max = std::numeric_limits<double>::infinity();
  std::string_view choices = {};  // words parted by '|'; of tables: whose keys they have
};

// All of them, table by table.
[[nodiscard]] std::span<const Key> schema();
// The keys of one table, in order.
[[nodiscard]] std::vector<const Key*> keys_of(std::string_view table);
[[nodiscard]] const Key* find_key(std::string_view table, std::string_view name);
// "a|b|c" into its words.
[[nodiscard]] std::vector<std::string> words_of(std::string_view choices);
// What a value of this key looks like, for messages: `a duration such as "8h"`.
[[nodiscard]] std::string expected(const Key& key);

}  // namespace soakrig::plan
