// SPDX-License-Identifier: Apache-2.0
#include "results/store/withhold.hpp"

#include <vector>

#include "results/store/sha256.hpp"
#include "tests/support/catch.hpp"

namespace soakrig::store {
namespace {

std::string mark(const std::string& text) { return "withheld:" + lower_hex(sha256(text)); }

TEST_CASE(
    "a value that may be withheld is replaced by its salted hash, the rest stays to the letter") {
  const std::string json = R"({ "model":"Orin","serial" : "A-17","n":3, "list":["serial","x"]})";
  std::vector<std::string> told;
  const std::string out =
      withhold_values(json, "salt", [&](std::string_view k, std::string_view v) {
        told.push_back(std::string(k) + "=" + std::string(v));
      });
  CHECK(out == R"({ "model":"Orin","serial" : ")" + mark("salt|serial|A-17") +
                   R"(","n":3, "list":["serial","x"]})");
  CHECK(told == std::vector<std::string>{"serial=A-17"});
}

TEST_CASE("withholding twice changes nothing more, without the salt too") {
  const std::string once = withhold_values(R"({"host":"lab-3","a":{"url":"http://x/"}})", "salt");
  CHECK(once.find("lab-3") == std::string::npos);
  CHECK(once.find("http://x/") == std::string::npos);
  CHECK(withhold_values(once, "") == once);
}

TEST_CASE("only a text that is the key's own value is withheld") {
  for (const char* json :
       {R"({"serial":7,"x":"y"})", R"({"serial":null,"x":"y"})", R"({"serial":["y"],"x":"y"})",
        R"({"x":"serial"})", R"({"serialx":"y"})"}) {
    CHECK(withhold_values(json, "salt") == json);
  }
}

TEST_CASE("the salt and the key are part of the hash") {
  const std::string json = R"({"serial":"1"})";
  CHECK(withhold_values(json, "a") != withhold_values(json, "b"));
  CHECK(withhold_values(R"({"host":"1"})", "a").find(mark("a|host|1")) != std::string::npos);
}

TEST_CASE("escapes are seen through, and broken text is left alone") {
  const std::string json = R"({"serial":"a\"b\\","x":"\"serial\":\"q\""})";
  CHECK(withhold_values(json, "s") ==
        R"({"serial":")" + mark(R"(s|serial|a\"b\\)") + R"(","x":"\"serial\":\"q\""})");
  for (const char* broken : {"", "{", "\"", R"({"serial":"unended)", R"({"serial":)", R"({"a\)"}) {
    CHECK(withhold_values(broken, "s") == broken);
  }
}

}  // namespace
}  // namespace soakrig::store
