// SPDX-License-Identifier: Apache-2.0
#include "rig/plan/check_value.hpp"

#include "tests/support/catch.hpp"

using namespace soakrig::plan;

namespace {

// The value as TOML, checked against a key of this type.
std::string fault_of(Type type, const std::string& toml, double min = -1e300, double max = 1e300,
                     std::string_view choices = "") {
  const auto root = parse_toml("v = " + toml, "p.toml");
  REQUIRE(root.has_value());
  Key key;
  key.name = "v";
  key.type = type;
  key.min = min;
  key.max = max;
  key.choices = choices;
  const auto fault = misfit(key, *root->find("v"), "v");
  return fault ? fault->what + "; " + fault->remedy : "";
}

bool fits(Type type, const std::string& toml, double min = -1e300, double max = 1e300,
          std::string_view choices = "") {
  return fault_of(type, toml, min, max, choices).empty();
}

}  // namespace

TEST_CASE("a quantity needs its unit") {
  CHECK(fits(Type::duration, "\"60s\""));
  CHECK(fits(Type::duration, "\"1h30min\""));
  CHECK(fault_of(Type::duration, "60") ==
        "v is a bare number; write a duration with its unit, such as \"100ms\", \"60s\" or \"8h\"");
  CHECK(!fits(Type::duration, "\"60\""));
  CHECK(!fits(Type::duration, "\"-60s\""));
  CHECK(!fits(Type::duration, "\"2K/min\""));
  CHECK(fits(Type::ratio, "\"2%\""));
  CHECK(!fits(Type::ratio, "0.02"));
  CHECK(!fits(Type::ratio, "\"2\""));
  CHECK(!fits(Type::ratio, "\"120%\"", 0, 1));
  CHECK(fits(Type::ramp, "\"2K/min\""));
  CHECK(!fits(Type::ramp, "2"));
  CHECK(!fits(Type::ramp, "\"2 C/min\""));
  CHECK(!fits(Type::ramp, "\"0K/min\""));
}

TEST_CASE("a duration stays in its range") {
  CHECK(fits(Type::duration, "\"1s\"", 1, 60));
  CHECK(fits(Type::duration, "\"60s\"", 1, 60));
  CHECK(fault_of(Type::duration, "\"0s\"", 1, 60) == "v is out of range; it goes from 1 s to 60 s");
  CHECK(!fits(Type::duration, "\"61s\"", 1, 60));
}

TEST_CASE("a plain number is finite, in range and not text") {
  CHECK(fits(Type::number, "1.5"));
  CHECK(fits(Type::number, "1"));
  CHECK(!fits(Type::number, "\"1.5\""));
  CHECK(!fits(Type::number, "nan"));
  CHECK(!fits(Type::number, "inf"));
  CHECK(!fits(Type::number, "1.5", 0, 1));
  CHECK(!fits(Type::number, "true"));
  CHECK(!fits(Type::number, "2026-01-01"));
  CHECK(fits(Type::integer, "3"));
  CHECK(fault_of(Type::integer, "3.5") == "v is not a whole number; write a whole number");
  CHECK(!fits(Type::integer, "-1", 0, 10));
  CHECK(fits(Type::boolean, "true"));
  CHECK(!fits(Type::boolean, "1"));
}

TEST_CASE("text is bounded and not empty where it names something") {
  CHECK(fits(Type::text, "\"any thing\""));
  CHECK(fits(Type::text, "\"\""));
  CHECK(!fits(Type::path, "\"\""));
  CHECK(!fits(Type::text, "3"));
  CHECK(!fits(Type::text, "\"a\\u0000b\""));
  CHECK(!fits(Type::text, "\"" + std::string(5000, 'x') + "\""));
}

TEST_CASE("names and labels hold only what channels and files can") {
  CHECK(fits(Type::name, "\"chat_2-x\""));
  CHECK(!fits(Type::name, "\"Chat\""));
  CHECK(!fits(Type::name, "\"a.b\""));
  CHECK(!fits(Type::name, "\"" + std::string(65, 'a') + "\""));
  CHECK(fits(Type::label, "\"Night-55C.a_b\""));
  CHECK(!fits(Type::label, "\"../x\""));
  CHECK(!fits(Type::label, "\".x\""));
  CHECK(!fits(Type::label, "\"-x\""));
  CHECK(!fits(Type::label, "\"a/b\""));
  CHECK(!fits(Type::label, "\"hot#2\""));
}

TEST_CASE("words come from their list") {
  CHECK(fits(Type::choice, "\"stop\"", 0, 0, "warn|stop|trip"));
  CHECK(fault_of(Type::choice, "\"stopp\"", 0, 0, "warn|stop|trip") ==
        "v cannot be 'stopp'; did you mean 'stop'?");
  CHECK(!fits(Type::choice, "1", 0, 0, "warn|stop|trip"));
  CHECK(fits(Type::choices, "[\"a\", \"b\"]", 0, 0, "a|b"));
  CHECK(!fits(Type::choices, "[\"a\", \"c\"]", 0, 0, "a|b"));
  CHECK(!fits(Type::choices, "\"a\"", 0, 0, "a|b"));
}

TEST_CASE("lists hold texts, and an argv a program") {
  CHECK(fits(Type::texts, "[]"));
  CHECK(fits(Type::texts, "[\"a\"]"));
  CHECK(!fits(Type::texts, "[1]"));
  CHECK(!fits(Type::texts, "\"a\""));
  CHECK(fits(Type::argv, "[\"prog\", \"\"]"));
  CHECK(!fits(Type::argv, "[]"));
  CHECK(!fits(Type::argv, "[\"\"]"));
  CHECK(!fits(Type::argv, "\"prog -x\""));
  std::string many = "[";
  for (int i = 0; i < 300; ++i) many += "\"a\", ";
  CHECK(!fits(Type::texts, many + "]"));
}

TEST_CASE("tables are told apart from lists of tables") {
  CHECK(fits(Type::table, "{ a = 1 }"));
  CHECK(!fits(Type::table, "[{ a = 1 }]"));
  CHECK(fits(Type::tables, "[{ a = 1 }]"));
  CHECK(!fits(Type::tables, "{ a = 1 }"));
  CHECK(!fits(Type::tables, "[]"));
  CHECK(!fits(Type::tables, "[1]"));
  CHECK(fits(Type::limits, "{ a = 1 }"));
  CHECK(fits(Type::settings, "{ a = [1] }"));
  CHECK(!fits(Type::named_tables, "1"));
}

TEST_CASE("what is not built yet is refused as such") {
  CHECK(fault_of(Type::reserved, "1") == "v is not built yet; take it out of the profile");
}
