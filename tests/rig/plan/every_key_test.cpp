// SPDX-License-Identifier: Apache-2.0
//
// Rules that hold for each key there is: a misspelt one is found and the right one suggested, the
// documented default is the one in force, and the page of the format names it.
#include <set>
#include <sstream>

#include "rig/base/fd.hpp"
#include "rig/plan/schema.hpp"
#include "tests/rig/plan/fragments.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/paths.hpp"

using namespace soakrig;
using namespace soakrig::plan;
using soakrig::plan::testing::messages;
using soakrig::plan::testing::profile_with;
using soakrig::plan::testing::read;

TEST_CASE("each key misspelt is a fault that suggests the key") {
  for (const Key& key : schema()) {
    if (key.type == Type::reserved) continue;
    const std::string wrong = key.name.front() + std::string(key.name);
    const std::string text = profile_with(key.table, wrong + " = 1");
    INFO(key.table << " " << wrong);
    REQUIRE(!text.empty());
    const std::string all = messages(read(text));
    INFO(all);
    CHECK(all.find("unknown key '" + wrong + "'") != std::string::npos);
    CHECK(all.find("did you mean '" + std::string(key.name) + "'?") != std::string::npos);
  }
}

TEST_CASE("each default that is documented is the one in force") {
  for (const Key& key : schema()) {
    if (key.fallback.empty()) continue;
    INFO(key.table << " " << key.name);
    const Profile without = read(profile_with(key.table, ""));
    const Profile with =
        read(profile_with(key.table, std::string(key.name) + " = " + std::string(key.fallback)));
    CHECK(encode_run_spec(with.spec) == encode_run_spec(without.spec));
    CHECK(messages(with) == messages(without));
  }
}

namespace {

struct Documented {
  std::set<std::string> keys;  // "table key default"
};

std::string cell(const std::string& row, int number) {
  std::istringstream cells(row);
  std::string text;
  for (int i = 0; i <= number; ++i) {
    if (!std::getline(cells, text, '|')) return {};
  }
  const std::size_t first = text.find_first_not_of(" `");
  if (first == std::string::npos) return {};
  return text.substr(first, text.find_last_not_of(" `") - first + 1);
}

// Headings "### `table`" and rows "| `key` | type | `default` | meaning |" of the page.
std::set<std::string> documented_keys(const std::string& page) {
  std::set<std::string> out;
  std::istringstream lines(page);
  std::string table = "?";
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("### ")) {
      const std::size_t open = line.find('`');
      const std::size_t close = line.find('`', open + 1);
      table = open == std::string::npos ? "?" : line.substr(open + 1, close - open - 1);
      if (table == "(root)") table.clear();
    } else if (line.starts_with("| `")) {
      out.insert(table + " " + cell(line, 1) + " " + cell(line, 3));
    }
  }
  return out;
}

}  // namespace

TEST_CASE("docs/formats/profile.md lists each key with its default, and no others") {
  const auto page = read_file(test::source_dir() + "/docs/formats/profile.md");
  REQUIRE(page.has_value());
  std::set<std::string> accepted;
  for (const Key& key : schema()) {
    const std::string fallback = key.type == Type::reserved ? "refused"
                                 : key.required             ? "required"
                                 : key.fallback.empty()     ? "none"
                                                            : std::string(key.fallback);
    accepted.insert(std::string(key.table) + " " + std::string(key.name) + " " + fallback);
  }
  const auto documented = documented_keys(*page);
  for (const std::string& key : accepted) {
    INFO("accepted: " << key);
    CHECK(documented.contains(key));
  }
  for (const std::string& key : documented) {
    INFO("documented: " << key);
    CHECK(accepted.contains(key));
  }
}
