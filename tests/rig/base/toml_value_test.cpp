// SPDX-License-Identifier: Apache-2.0
#include "rig/base/toml_value.hpp"

#include "tests/support/catch.hpp"

using namespace soakrig;

TEST_CASE("a document becomes a tree in the order of its lines, each value with its line") {
  const auto root = parse_toml(
      "[z]\nb = 1\na = \"x\"\n\n[[l]]\nc = 1.5\nd = true\n[[l]]\ne = [1, 'y']\n", "p.toml");
  REQUIRE(root.has_value());
  REQUIRE(root->entries.size() == 2);
  CHECK(root->entries[0].first == "z");
  const TomlValue* z = root->find("z");
  CHECK(z->line == 1);
  REQUIRE(z->entries.size() == 2);
  CHECK(z->entries[0].first == "b");
  CHECK(z->entries[0].second.integer == 1);
  CHECK(z->entries[0].second.number == 1.0);
  CHECK(z->find("a")->text == "x");
  CHECK(z->find("a")->line == 3);
  CHECK(z->find("c") == nullptr);
  const TomlValue* l = root->find("l");
  REQUIRE(l->is(TomlValue::Kind::list));
  REQUIRE(l->items.size() == 2);
  CHECK(l->items[0].find("c")->number == 1.5);
  CHECK(l->items[0].find("d")->boolean);
  CHECK(l->items[1].line == 8);
  CHECK(l->items[1].find("e")->items[1].text == "y");
}

TEST_CASE("no text trips the parser: it or the guard before it has an error for each") {
  for (const char* text : {"a = \"x", "a = \"x\\", "a = '''x", "a = \"\"\"x\\", "a = '", "\"\"\"",
                           "[=]", "[[ ,", "[", "[[", "[a", "[ [=", "[]", "[[]]", "[ "}) {
    INFO(text);
    CHECK(!parse_toml(text, "p.toml").has_value());
  }
  CHECK(parse_toml("[ \"a b\" ]\n[[ 'c' ]]\n[-_]\nx = [\n[\n2]]\n", "p.toml").has_value());
}

TEST_CASE("text that is no TOML gives one line with its place") {
  const auto bad = parse_toml("a = 1\nb = \n", "p.toml");
  REQUIRE(!bad);
  CHECK(bad.error().file == "p.toml");
  CHECK(bad.error().line == 2);
  CHECK(bad.error().message().find('\n') == std::string::npos);
}

TEST_CASE("a key that stands twice is refused") {
  const auto bad = parse_toml("a = 1\na = 2\n", "p.toml");
  REQUIRE(!bad);
  CHECK(bad.error().line == 2);
}

TEST_CASE("dates are a kind of their own, so that nobody takes one for text") {
  const auto root = parse_toml("a = 2026-01-01\n", "p.toml");
  REQUIRE(root.has_value());
  CHECK(root->find("a")->is(TomlValue::Kind::date));
  CHECK(describe(*root->find("a")) == "a date");
}

TEST_CASE("set replaces a value or adds it") {
  TomlValue table;
  table.set("a", TomlValue::of_text("x", 1));
  table.set("a", TomlValue::of_text("y", 2));
  table.set("b", TomlValue::of_text("z", 3));
  CHECK(table.entries.size() == 2);
  CHECK(table.find("a")->text == "y");
}

TEST_CASE("each kind has a word") {
  TomlValue value;
  CHECK(describe(value) == "a table");
  value.kind = TomlValue::Kind::list;
  CHECK(describe(value) == "a list");
  value.kind = TomlValue::Kind::integer;
  CHECK(describe(value) == "a bare number");
  value.kind = TomlValue::Kind::boolean;
  CHECK(describe(value) == "true or false");
  CHECK(describe(TomlValue::of_text("x", 1)) == "text");
}
