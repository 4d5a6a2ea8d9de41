// SPDX-License-Identifier: Apache-2.0
// Also tests: http_port.cpp program_port.cpp quality_endpoint.cpp quality_session.cpp
#include "rig/app/quality_endpoint.hpp"

#include <nlohmann/json.hpp>

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

TEST_CASE("quality: token ids, and what is no list of them") {
  const auto ids = app::parse_tokens(R"({"tokens":[1,300,7]})");
  REQUIRE(ids);
  CHECK(*ids == app::TokenIds{1, 300, 7});
  for (const char* none : {"", "{}", R"({"tokens":7})", R"({"tokens":["a"]})", "[1,2]"}) {
    CHECK_FALSE(app::parse_tokens(none));
  }
  const auto told = app::parse_completion(
      R"({"choices":[{"text":"a","logprobs":{"content":[{"id":5,"token":"a","top_logprobs":[]},{"id":"x"}]}}]})");
  REQUIRE(told);
  CHECK(told->tokens[0].id == 5);
  CHECK_FALSE(told->tokens[1].id);
}

TEST_CASE("quality: a command answers by lines, has its deadline and ends with its endpoint") {
  const std::string says = R"(s/.*/{"choices":[{"text":" 7"}]}/)";
  auto model = app::open_endpoint("exec:[\"sed\",\"-u\"," + nlohmann::json(says).dump() + "]", "",
                                  kSecond * 20);
  REQUIRE(model);
  CHECK(model->complete({.prompt = "a\nb"}).value().text == " 7");
  CHECK(model->complete({.prompt = "again"}).value().text == " 7");
  CHECK_FALSE(model->tokens_of("a"));
  const auto fails = [](const char* argv) {
    auto command = app::open_endpoint("exec:" + std::string(argv), "", kSecond / 5);
    if (!command) return command.error().message();
    const auto told = command->complete({.prompt = "p"});
    return told ? "" : told.error().message();
  };
  CHECK(fails(R"(["sh","-c","echo out of luck >&2; exit 3"])").find("it ended: out of luck") !=
        std::string::npos);
  CHECK(fails(R"(["sleep","100"])").find("no answer within 200 ms") != std::string::npos);
  CHECK(fails(R"(["cat"])").find("has no choices") != std::string::npos);
  CHECK(fails(R"(["no-such-program"])").find("cannot be started") != std::string::npos);
  CHECK(fails(R"(["sh","-c","echo no model >&2","{port}"])").find("it ended: no model") !=
        std::string::npos);
  for (const char* bad : {"[", "[]", "[7]", R"([""])", R"(["a",{}])"}) {
    INFO(bad);
    CHECK(fails(bad).find("no command") != std::string::npos);
  }
}
