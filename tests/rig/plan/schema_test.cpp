// SPDX-License-Identifier: Apache-2.0
// Also tests: rig_keys.cpp workload_keys.cpp
#include "rig/plan/schema.hpp"

#include <set>

#include "rig/plan/check_value.hpp"
#include "rig/plan/value.hpp"
#include "tests/support/catch.hpp"

using namespace soakrig::plan;

TEST_CASE("no key stands twice in one table, and each table that is named has keys") {
  std::set<std::string> seen;
  for (const Key& key : schema()) {
    const std::string whole = std::string(key.table) + "/" + std::string(key.name);
    INFO(whole);
    CHECK(seen.insert(whole).second);
    const bool holds_tables = key.type == Type::table || key.type == Type::supply || key.type == Type::tables ||
                              key.type == Type::named_tables || key.type == Type::limits;
    if (holds_tables) CHECK(!keys_of(key.choices).empty());
    CHECK(!expected(key).empty());
    CHECK(key.min <= key.max);
  }
}

TEST_CASE("each default is itself a good value of its key") {
  for (const Key& key : schema()) {
    if (key.fallback.empty()) continue;
    INFO(key.table << " " << key.name);
    const auto root = parse_toml("v = " + std::string(key.fallback), "p.toml");
    REQUIRE(root.has_value());
    CHECK(!misfit(key, *root->find("v"), "v"));
    CHECK(!key.required);
  }
}

TEST_CASE("keys are found by table and name") {
  CHECK(find_key("verdict", "window") != nullptr);
  CHECK(find_key("verdict", "seed") == nullptr);
  CHECK(keys_of("nowhere").empty());
  CHECK(keys_of("chamber.safe").size() == 2);
}

TEST_CASE("words are parted by bars") {
  CHECK(words_of("").empty());
  CHECK(words_of("a") == std::vector<std::string>{"a"});
  CHECK(words_of("a|bc|d") == std::vector<std::string>{"a", "bc", "d"});
}
