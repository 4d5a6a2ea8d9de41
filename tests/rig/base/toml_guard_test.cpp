// SPDX-License-Identifier: Apache-2.0
#include "rig/base/toml_guard.hpp"

#include <string>

#include "tests/support/catch.hpp"

using namespace soakrig;

namespace {
std::string repeated(const std::string& text, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += text;
  return out;
}
}  // namespace

TEST_CASE("brackets may nest to the bound and no further") {
  const std::string open = repeated("[", kMaxTomlNesting);
  const std::string close = repeated("]", kMaxTomlNesting);
  CHECK(check_toml("a = " + open + close).has_value());
  const auto deep = check_toml("\na = [" + open + close + "]");
  REQUIRE(!deep);
  CHECK(deep.error().line == 2);
  CHECK(deep.error().code == Errc::full);
}

TEST_CASE("a dotted name may have so many parts and no more") {
  CHECK(check_toml("a" + repeated(".a", kMaxTomlDots) + " = 1").has_value());
  CHECK(!check_toml("a" + repeated(".a", kMaxTomlDots + 1) + " = 1").has_value());
  CHECK(!check_toml("[a" + repeated(".a", 100'000) + "]").has_value());
}

TEST_CASE("dots of several values on one line do not add up") {
  CHECK(check_toml("a = [" + repeated("1.5, ", 100) + "1.5]").has_value());
}

TEST_CASE("strings and comments may hold any brackets and dots") {
  const std::string noise = repeated("[{.", 100);
  CHECK(check_toml("a = \"" + noise + "\\\" " + noise + "\"").has_value());
  CHECK(check_toml("a = '" + noise + "\\'").has_value());
  CHECK(check_toml("a = \"\"\"\n" + noise + "\n\"\" " + noise + "\"\"\"").has_value());
  CHECK(check_toml("a = '''\n" + noise + "\n'''").has_value());
  CHECK(check_toml("a = 1 # " + noise).has_value());
  CHECK(!check_toml("a = '''x'''\nb = " + noise).has_value());
  CHECK(!check_toml("a = 1 # x\nb = " + noise).has_value());
}

TEST_CASE("a string that never ends is left to the parser") {
  for (const char* text :
       {"a = \"x", "a = \"x\\", "a = '''x", "a = \"\"\"x\\", "a = '", "\"\"\""}) {
    INFO(text);
    CHECK(check_toml(text).has_value());
  }
}

TEST_CASE("lines inside long strings are counted") {
  const auto deep = check_toml("a = '''\n\n\n'''\nb = " + repeated("[", 50), "p.toml");
  REQUIRE(!deep);
  CHECK(deep.error().line == 5);
  CHECK(deep.error().file == "p.toml");
}

TEST_CASE("a table without a name is refused before the parser can trip over it") {
  for (const char* text : {"[=]", "[.a]", "[\n]", "[[=]]", "[[ ,", " [ \x01", "[\xc3\xa9]",
                           "a = 1\n[=", "\xef\xbb\xbf[=", "a = \"\"\"x\n\"\"\"\n\t[#"}) {
    INFO(text);
    const auto bad = check_toml(text);
    REQUIRE(!bad);
    CHECK(bad.error().what == "not valid TOML: '[' is followed by no name");
  }
  for (const char* text : {"[", "[[", "[a", "[ [=", "[]", "[[]]", "[ "}) {
    INFO(text);
    CHECK(check_toml(text).has_value());  // the parser's own errors
  }
  CHECK(check_toml("[ \"a b\" ]\n[[ 'c' ]]\n[-_]\nx = [\n[\n2]]\n").has_value());
}
