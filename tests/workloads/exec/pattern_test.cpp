// SPDX-License-Identifier: Apache-2.0
#include "workloads/exec/pattern.hpp"

#include "tests/support/catch.hpp"

using namespace soakrig;
using namespace soakrig::workloads;

namespace {

Pattern compiled(std::string_view expression) {
  auto pattern = Pattern::compile(expression);
  REQUIRE(pattern.has_value());
  return *pattern;
}

}  // namespace

TEST_CASE("a pattern gives its named groups, and only those that took part") {
  const Pattern pattern =
      compiled(R"((?<part>\w+): (?<amount>[\d.]+)(?: in (?<seconds>[\d.]+) s)?)");
  CHECK(pattern.names() == std::vector<std::string>{"part", "amount", "seconds"});
  const auto whole = pattern.find("# cpu: 12.5 in 3 s");
  REQUIRE(whole);
  CHECK(*whole == Pattern::Groups{{"part", "cpu"}, {"amount", "12.5"}, {"seconds", "3"}});
  const auto part = pattern.find("cpu: 7");
  REQUIRE(part);
  CHECK(part->count("seconds") == 0);
  CHECK_FALSE(pattern.find("cpu 7"));
}

TEST_CASE("a bad expression says what and where") {
  for (const char* text : {"(", "[a", "(?<n", "*a"}) {
    const auto pattern = Pattern::compile(text);
    INFO(text);
    REQUIRE_FALSE(pattern.has_value());
    CHECK(pattern.error().code == Errc::invalid);
    CHECK(pattern.error().what.find("at character") != std::string::npos);
    CHECK_FALSE(pattern.error().remedy.empty());
  }
  CHECK_FALSE(Pattern::compile("").has_value());
  CHECK_FALSE(Pattern::compile(std::string(Pattern::kMaxLength + 1, 'a')).has_value());
}

TEST_CASE("an expression that needs too many steps finds nothing and is counted") {
  const Pattern pattern = compiled("(a+)+(a+)+(a+)+b$");
  CHECK_FALSE(pattern.find(std::string(4000, 'a') + "c"));
  CHECK(pattern.given_up() == 1);
}

TEST_CASE("a long line is searched to its bound, and a group kept to its own") {
  const Pattern pattern = compiled("x(?<value>y*)");
  CHECK_FALSE(pattern.find(std::string(Pattern::kMaxSearched, ' ') + "x"));
  const auto found = pattern.find("x" + std::string(5000, 'y'));
  REQUIRE(found);
  CHECK(found->at("value").size() == Pattern::kMaxCapture);
}

TEST_CASE("numbers as programs print them") {
  CHECK(parse_number("12.5") == 12.5);
  CHECK(parse_number(" 1,234,567 ") == 1234567.0);
  CHECK(parse_number("+1e9") == 1e9);
  CHECK(parse_number("-3") == -3.0);
  for (const char* text : {"", "inf", "nan", "12 ms", "0x10", "--1", "1e999"}) {
    INFO(text);
    CHECK_FALSE(parse_number(text));
  }
}
