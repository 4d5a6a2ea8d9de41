// SPDX-License-Identifier: Apache-2.0
// Also tests: quality_endpoint.cpp
#include "rig/app/quality_endpoint.hpp"

#include "tests/rig/app/called.hpp"

using namespace soakrig;
using namespace soakrig::test;

TEST_CASE("quality: both shapes of log-probabilities, by bytes, the likeliest first") {
  const auto content = app::parse_completion(
      R"({"choices":[{"text":"\u00e4","logprobs":{"content":[{"token":"x","bytes":[195,164],"logprob":-0.1,)"
      R"("top_logprobs":[{"token":"b","bytes":[98],"logprob":-3},{"token":"x","bytes":[195,164],"logprob":-0.1},)"
      R"({"token":"z","bytes":[122],"logprob":-9999}]}]}}]})");
  REQUIRE(content);
  REQUIRE(content->tokens.size() == 1);
  CHECK(content->tokens[0].bytes == "\xC3\xA4");
  REQUIRE(content->tokens[0].top.size() == 2);
  CHECK(content->tokens[0].top[0].logprob == -0.1);
  const auto legacy = app::parse_completion(
      R"({"choices":[{"text":"ab","logprobs":{"tokens":["a","b"],"token_logprobs":[-0.1,-0.2],)"
      R"("top_logprobs":[{"a":-0.1,"c":-2.5},{"b":-0.2}]}}]})");
  REQUIRE(legacy);
  CHECK(legacy->tokens[0].top[1].bytes == "c");
  CHECK(legacy->tokens[1].bytes == "b");
  const auto none = app::parse_completion(R"({"choices":[{"text":"ab","logprobs":null}]})");
  REQUIRE(none);
  CHECK(none->tokens.empty());
}

TEST_CASE("quality: nonsense from a server is an error") {
  for (const char* bad : {"", "{}", R"({"choices":[]})", R"({"choices":[7]})", "[[[[",
                          R"({"choices":[{"message":{}}]})"}) {
    INFO(bad);
    CHECK_FALSE(app::parse_completion(bad));
  }
  for (const char* odd : {R"({"choices":[{"text":"a","logprobs":{"tokens":[1,null]}}]})",
                          R"({"choices":[{"text":"a","logprobs":{"content":[1,{}]}}]})"}) {
    CHECK(app::parse_completion(odd));
  }
}

TEST_CASE("quality: usage, and an address behind which nobody is") {
  CHECK(call("quality", {"http://127.0.0.1:9"}).code == 4);
  CHECK(call("quality", {"ftp://x", "http://127.0.0.1:9"}).code == 4);
  CHECK(call("quality", {"http://127.0.0.1:x", "http://127.0.0.1:9"}).code == 4);
  CHECK(call("quality", {"http://127.0.0.1:1", "http://127.0.0.1:1", "--quant", "q9"}).code == 4);
  CHECK(call("quality", {"http://127.0.0.1:1", "http://127.0.0.1:1", "--tasks", "no.jsonl"}).code ==
        4);
  CHECK(call("quality", {"http://127.0.0.1:1", "http://127.0.0.1:1"}).code == 2);
}
