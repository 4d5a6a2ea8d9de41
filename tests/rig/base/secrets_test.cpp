// SPDX-License-Identifier: Apache-2.0
#include "rig/base/secrets.hpp"

#include <vector>

#include "tests/support/catch.hpp"

namespace soakrig {
namespace {

std::string found(const std::vector<std::string>& words) {
  return secret_in_clear(words).value_or("");
}

TEST_CASE("a secret in a program's words is found by its option or in an address") {
  CHECK(found({"chat", "--api-key", "sk-1234"}) == "--api-key");
  CHECK(found({"chat", "--API_KEY=sk-1234"}) == "--API_KEY");
  CHECK(found({"chat", "-token", "abc"}) == "-token");
  CHECK(found({"chat", "https://mei:pass@host/v1"}) == "https://mei");
  CHECK(found({"--password=x", "--token=y"}) == "--password");
  CHECK(found({"env", "HF_TOKEN=abc", "chat"}) == "HF_TOKEN");
  CHECK(found({"curl", "-H", "Authorization: Bearer abc"}) == "Authorization");
}

TEST_CASE("what names no secret, or gives none, is left alone") {
  CHECK(found({}).empty());
  CHECK(found({"chat", "--tokens", "32", "--prompt-tokens=8"}).empty());
  CHECK(found({"chat", "--api-key"}).empty());
  CHECK(found({"chat", "--api-key="}).empty());
  CHECK(found({"chat", "--token", "--verbose"}).empty());
  CHECK(found({"chat", "--eos-token", "2"}).empty());
  CHECK(found({"token", "password"}).empty());
  CHECK(found({"https://mei@host:8080/v1", "tcp://host:502?unit=1"}).empty());
  CHECK(found({"https://host/a:b@c", "https://mei:@host/"}).empty());
}

TEST_CASE("a program's words keep everything but their secrets") {
  const std::vector<std::string> words = {"chat", "--api-key",  "sk 12", "--token=a b", "--seed",
                                          "1",    "--password", "1234",  "X_TOKEN=it's"};
  const std::vector<std::string> masked = {
      "chat", "--api-key",  "[masked]", "--token=[masked]", "--seed",
      "1",    "--password", "[masked]", "X_TOKEN=[masked]"};
  CHECK(mask_words(words) == masked);
  CHECK(mask_words(masked) == masked);
}

struct Case {
  const char* text;
  const char* masked;
};

TEST_CASE("secrets in free text are masked where they stand") {
  const Case cases[] = {
      {"started: chat --api-key abc --seed 1", "started: chat --api-key [masked] --seed 1"},
      {"HF_TOKEN=abc,def next", "HF_TOKEN=[masked] next"},
      {"password: 1234", "password: [masked]"},
      {"GET /v1?token=abc&n=5 200", "GET /v1?token=[masked]&n=5 200"},
      {"> Authorization: Bearer abc def\n> Host: x", "> Authorization: [masked]\n> Host: x"},
      {"bearer abc", "bearer [masked]"},
      {"connect mqtt://mei:pa:ss@host:1883", "connect mqtt://mei:[masked]@host:1883"},
      {"https://ghp_abcdefghijklmnopqrst:x-oauth@host/r", "https://[masked]:[masked]@host/r"},
      {"key is sk-abcdefghijklmnopqrst.", "key is [masked]."},
      {R"({"token":"a\"b","n":1})", R"({"token":"[masked]","n":1})"},
      {R"(said {\"token\":\"ab\"} twice)", R"(said {\"token\":\"[masked]\"} twice)"},
      {"-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY----- after",
       "-----BEGIN RSA PRIVATE KEY-----[masked]-----END RSA PRIVATE KEY----- after"},
      {"token: {\"a\": \"b\"}", "token: {[masked]}"},
      {"--token", "--token"},
      {"secret = ", "secret = "},
      {"password=\"open", "password=\"[masked]"},
  };
  for (const auto& [text, masked] : cases) {
    CAPTURE(text);
    CHECK(mask_text(text) == masked);
    CHECK(mask_text(mask_text(text)) == masked);
  }
}

TEST_CASE("a profile's secrets are masked, its figures are not") {
  const std::string profile = R"(
[workload.chat]   # api_key = "abc"
argv = ["chat", "--api-key", "abc",
        "--hf-token",
        "abc"]
start = ['chat', '--token', 'abc']
password = """abc"""
url = "http://mei:abc@host/v1"
prompt_tokens = 32
[[board.claim]]
name = "j_per_token"
value = 3.5
)";
  const std::string masked = mask_text(profile);
  CAPTURE(masked);
  CHECK(masked.find("abc") == std::string::npos);
  for (const char* kept : {"--api-key", "--hf-token", "mei:", "@host/v1", "prompt_tokens = 32",
                           "\"j_per_token\"", "value = 3.5"}) {
    CHECK(masked.find(kept) != std::string::npos);
  }
  CHECK(mask_text(masked) == masked);
}

TEST_CASE("what only looks like a secret stays readable") {
  for (const char* text :
       {"12.5 ms per token, 80 tokens per second", "time to first token: 512", "J/token: 3.2",
        "unknown key: colour", "{token}/s", "ms_per_token=5", "--first-token=content",
        "first_token = \"role\"", "/etc/token: not found", "the token expired",
        "ssh://root@host:22", "tokens: 80 a second", "a bearer"}) {
    CHECK(mask_text(text) == text);
  }
}

TEST_CASE("JSON is masked by its keys, its lists and its texts; all else stays byte for byte") {
  const std::string plain = R"({ "b":1.50, "a":["chat","--seed","1"], "unit":"{token}" })";
  CHECK(mask_json(plain) == plain);
  CHECK(mask_json(R"({"argv":["chat","--api-key","abc"],"pid":7})") ==
        R"({"argv":["chat","--api-key","[masked]"],"pid":7})");
  CHECK(mask_json(R"({"auth":{"password":1234,"token":12,"apiKey":["abc"]}})") ==
        R"({"auth":{"apiKey":["[masked]"],"password":"[masked]","token":12}})");
  CHECK(mask_json(R"({"stderr":"x\n--token abc\ny"})") == R"({"stderr":"x\n--token [masked]\ny"})");
  CHECK(mask_json("not JSON --token abc") == "not JSON --token [masked]");
  CHECK(mask_json(R"(["--token","abc",{"secret":"abc"},3])") ==
        R"(["--token","[masked]",{"secret":"[masked]"},3])");
}

TEST_CASE("hostile text costs no more than its length") {
  std::string text;
  for (int i = 0; i < 100'000; ++i) text += "token:[";
  for (int i = 0; i < 100'000; ++i) text += "://-----BEGIN ";
  CHECK_FALSE(mask_text(text).empty());
}

}  // namespace
}  // namespace soakrig
