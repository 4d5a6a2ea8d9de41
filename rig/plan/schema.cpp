// SPDX-License-Identifier: Apache-2.0
#include "rig/plan/schema.hpp"

#include <algorithm>

#include "rig/plan/schema_rows.hpp"

namespace soakrig::plan {

std::span<const Key> schema() {
  static const std::vector<Key> all = [] {
    std::vector<Key> keys(rig_keys().begin(), rig_keys().end());
    keys.insert(keys.end(), workload_keys().begin(), workload_keys().end());
    return keys;
  }();
  return all;
}

std::vector<const Key*> keys_of(std::string_view table) {
  std::vector<const Key*> out;
  for (const Key& key : schema()) {
    if (key.table == table) out.push_back(&key);
  }
  return out;
}

const Key* find_key(std::string_view table, std::string_view name) {
  const auto found = std::ranges::find_if(
      schema(), [&](const Key& key) { return key.table == table && key.name == name; });
  return found == schema().end() ? nullptr : &*found;
}

std::vector<std::string> words_of(std::string_view choices) {
  std::vector<std::string> out;
  for (std::size_t at = 0; at <= choices.size() && !choices.empty();) {
    const std::size_t end = std::min(choices.find('|', at), choices.size());
    out.emplace_back(choices.substr(at, end - at));
    at = end + 1;
  }
  return out;
}

std::string expected(const Key& key) {
  switch (key.type) {
    case Type::text:
      return "text in quotes";
    case Type::name:
      return "a name of lower-case letters, digits, '_' and '-'";
    case Type::label:
      return "a name of letters, digits, '.', '_' and '-', up to 64";
    case Type::path:
      return "a path in quotes";
    case Type::choice:
    case Type::choices: {
      std::string words;
      for (const std::string& word : words_of(key.choices)) {
        words += (words.empty() ? "\"" : ", \"") + word + "\"";
      }
      return (key.type == Type::choice ? "one of " : "a list of some of ") + words;
    }
    case Type::texts:
      return "a list of texts, such as [\"a\", \"b\"]";
    case Type::argv:
      return "a program and its arguments, such as [\"/usr/bin/thing\", \"-x\"]";
    case Type::integer:
      return "a whole number";
    case Type::number:
      return "a plain number" + (key.unit.empty() ? "" : " in " + std::string(key.unit));
    case Type::boolean:
      return "true or false";
    case Type::duration:
      return "a duration with its unit, such as \"100ms\", \"60s\" or \"8h\"";
    case Type::ratio:
      return "a share with its sign, such as \"2%\"";
    case Type::ramp:
      return "a rate with its unit, such as \"2K/min\"";
    case Type::table:
      return "a table";
    case Type::supply:
      return "a table such as { relay = \"strip\" }, or \"labgrid:PLACE\"";
    case Type::tables:
      return "[[" + std::string(key.name) + "]] with two brackets: there may be several";
    case Type::named_tables:
      return "a table of its own for each, such as [" + std::string(key.name) + ".chat]";
    case Type::settings:
      return "a table of lists, such as { threads = [1, 2] }";
    case Type::limits:
      return "limits by channel, such as { \"soc.temperature\" = { max = 105.0 } }";
    case Type::reserved:
      return "nothing yet";
  }
  return {};
}

}  // namespace soakrig::plan
