// SPDX-License-Identifier: Apache-2.0
#include "workloads/openai/json_cursor.hpp"

#include <string>

#include "tests/support/catch.hpp"

using soakrig::workloads::JsonCursor;

TEST_CASE("an object is walked over in its own order") {
  JsonCursor json(R"( {"a" : 1.5, "b":[true, null, "x\"y"], "c":{"d":{}} , "e":false} )");
  REQUIRE(json.enter_object());
  CHECK(json.next_key() == "a");
  CHECK(json.number() == 1.5);
  CHECK(json.next_key() == "b");
  REQUIRE(json.enter_array());
  REQUIRE(json.next_element());
  CHECK(json.boolean() == true);
  REQUIRE(json.next_element());
  CHECK(json.peek() == JsonCursor::Kind::null);
  CHECK(json.skip());
  REQUIRE(json.next_element());
  CHECK(json.string() == R"(x\"y)");
  CHECK_FALSE(json.next_element());
  CHECK(json.next_key() == "c");
  CHECK(json.skip());
  CHECK(json.next_key() == "e");
  CHECK_FALSE(json.string());
  CHECK(json.boolean() == false);
  CHECK_FALSE(json.next_key());
  CHECK(json.finished());
}

TEST_CASE("what is no JSON fails and stays failed") {
  for (const char* text :
       {"", "{", "{\"a\"}", "{\"a\":}", "{\"a\":1 \"b\":2}", "{\"a\":tru}", "{a:1}", "{\"a\":\"x",
        "{\"a\":\"x\\", "{\"a\":[1 2]}", "{\"a\":[,]}", "{\"a\":1}}"}) {
    INFO(text);
    JsonCursor json(text);
    json.skip();
    CHECK_FALSE(json.finished());
    CHECK((json.failed() || json.peek() == JsonCursor::Kind::bad));
  }
}

TEST_CASE("nesting is bounded") {
  const auto nested = [](int depth) {
    return std::string(static_cast<std::size_t>(depth), '[') +
           std::string(static_cast<std::size_t>(depth), ']');
  };
  const std::string most = nested(32), beyond = nested(33), endless(1'000'000, '[');
  JsonCursor fits(most);
  CHECK(fits.skip());
  CHECK(fits.finished());
  JsonCursor deep(beyond);
  CHECK_FALSE(deep.skip());
  JsonCursor hostile(endless);
  CHECK_FALSE(hostile.skip());
}
