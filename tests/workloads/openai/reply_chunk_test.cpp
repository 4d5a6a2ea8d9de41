// SPDX-License-Identifier: Apache-2.0
#include "workloads/openai/reply_chunk.hpp"

#include "tests/support/catch.hpp"

using namespace soakrig;
using namespace soakrig::workloads;

namespace {
ReplyChunk chunk(std::string_view text) { return parse_chunk(text).value(); }
}  // namespace

TEST_CASE("a chunk that only names the speaker says nothing") {
  for (const char* text :
       {R"({"choices":[{"delta":{"role":"assistant","content":null}}]})",
        R"({"choices":[{"delta":{"role":"assistant","content":""}}]})",
        R"({"choices":[{"delta":{"content":"","role":"assistant"}}],"usage":null})"}) {
    INFO(text);
    CHECK_FALSE(chunk(text).says_something());
    CHECK(chunk(text).role_only);
  }
  CHECK_FALSE(chunk(R"({"choices":[{"delta":{}}]})").role_only);
}

TEST_CASE("text, reasoning under either name and tool calls are told apart") {
  CHECK(chunk(R"({"choices":[{"delta":{"content":"Hi"}}]})").text == "Hi");
  CHECK(chunk(R"({"choices":[{"text":"Hi","index":0}]})").text == "Hi");
  CHECK(chunk(R"({"choices":[{"delta":{"reasoning_content":"so"}}]})").reasoning);
  CHECK(chunk(R"({"choices":[{"delta":{"reasoning":"so"}}]})").reasoning);
  const auto both = chunk(R"({"choices":[{"delta":{"reasoning":"so","content":"Hi"}}]})");
  CHECK(both.reasoning);
  CHECK(both.text == "Hi");
  CHECK(chunk(R"({"choices":[{"delta":{"tool_calls":[{"index":0}],"content":null}}]})").tool_call);
  CHECK_FALSE(chunk(R"({"choices":[{"delta":{"tool_calls":[]}}]})").says_something());
  CHECK(chunk(R"({"choices":[{"message":{"role":"assistant","content":"Hi"}}]})").text == "Hi");
  CHECK(chunk(R"({"choices":[{"delta":{"content":"a"}},{"delta":{"content":"b"}}]})").text == "a");
}

TEST_CASE("the engine's own counts come from usage, wherever it stands") {
  const auto last = chunk(
      R"({"choices":[],"usage":{"completion_tokens":31,"prompt_tokens":75,"total_tokens":106},)"
      R"("timings":{"prompt_n":75,"prompt_ms":180.0,"predicted_n":31,"predicted_ms":875.5}})");
  REQUIRE(last.usage);
  CHECK(last.usage->completion == 31);
  CHECK(last.usage->prompt == 75u);
  REQUIRE(last.timings);
  CHECK(last.timings->answer_s == Approx(0.8755));
  CHECK(last.timings->answer_tokens == 31);
  const auto finish = chunk(
      R"({"choices":[{"text":"","finish_reason":"length"}],"usage":{"completion_tokens":5}})");
  CHECK(finish.finished);
  CHECK(finish.usage->completion == 5);
  CHECK_FALSE(finish.usage->prompt);
  CHECK_FALSE(chunk(R"({"usage":{"completion_tokens":-3}})").usage);
  CHECK_FALSE(chunk(R"({"usage":{"completion_tokens":1e300}})").usage);
  CHECK_FALSE(chunk(R"({"usage":{"completion_tokens":"many"}})").usage);
}

TEST_CASE("errors are found in either shape") {
  CHECK(chunk(R"({"error":{"code":400,"message":"context is full"}})").error == "context is full");
  CHECK(chunk(R"({"error":"model not found"})").error == "model not found");
  CHECK(chunk(R"({"error":{}})").error == "");
  CHECK_FALSE(chunk(R"({"error":null,"choices":[]})").error);
}

TEST_CASE("Ollama's own lines are read, with the prompt's count missing") {
  CHECK(chunk(R"({"model":"m","response":"That","done":false})").text == "That");
  CHECK(chunk(R"({"message":{"role":"assistant","content":"That"},"done":false})").text == "That");
  const auto last = chunk(
      R"({"done":true,"done_reason":"stop","eval_count":18,"eval_duration":52479709,"response":""})");
  CHECK(last.done);
  REQUIRE(last.usage);
  CHECK(last.usage->completion == 18);
  CHECK_FALSE(last.usage->prompt);
  CHECK(last.timings->answer_s == Approx(0.052479709));
}

TEST_CASE("[DONE] ends a stream; what is no JSON is a fault") {
  CHECK(chunk("[DONE]").done);
  for (const char* text :
       {"", "null", "<html>", "[1]", "{\"choices\":[", "{} x", "{\"done\":\"yes\"}"}) {
    INFO(text);
    const auto parsed = parse_chunk(text);
    REQUIRE_FALSE(parsed);
    CHECK(parsed.error().code == Errc::protocol);
  }
}
