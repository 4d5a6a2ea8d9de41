// SPDX-License-Identifier: Apache-2.0
#include "rig/base/json_guard.hpp"

#include "tests/support/catch.hpp"

using namespace soakrig;

TEST_CASE("Nesting is bounded before the library sees the text") {
  CHECK(parse_json(std::string(32, '[') + std::string(32, ']')));
  CHECK_FALSE(parse_json(std::string(33, '[') + std::string(33, ']')));
  CHECK_FALSE(parse_json(std::string(1'000'000, '[')));
  CHECK(json_nesting_within(R"({"a":"[[[[[[[[[\"[[[["})", 2));  // brackets in a string do not count
}

TEST_CASE("Bytes that are not UTF-8 never throw") {
  const nlohmann::json value = {{"text", std::string("a\xff") + "b"}};
  CHECK(dump_json(value) == "{\"text\":\"a\xEF\xBF\xBD" "b\"}");
}

TEST_CASE("A member is taken only as what it is") {
  const auto object = parse_json(R"({"n":3,"neg":-3,"x":1.5,"s":"t","b":true})").value();
  CHECK(json_get<int>(object, "n") == 3);
  CHECK(json_get<double>(object, "n") == 3.0);
  CHECK(json_get<double>(object, "x") == 1.5);
  CHECK(json_get<std::string>(object, "s") == "t");
  CHECK(json_get<bool>(object, "b") == true);
  CHECK_FALSE(json_get<unsigned>(object, "neg"));
  CHECK_FALSE(json_get<int>(object, "x"));
  CHECK_FALSE(json_get<std::string>(object, "n"));
  CHECK_FALSE(json_get<int>(object, "absent"));
  CHECK_FALSE(json_get<int>(nlohmann::json(3), "n"));
}
