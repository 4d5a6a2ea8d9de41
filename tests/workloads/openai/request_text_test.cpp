// SPDX-License-Identifier: Apache-2.0
#include "workloads/openai/request_text.hpp"

#include <nlohmann/json.hpp>

#include "tests/support/catch.hpp"

using namespace soakrig;
using namespace soakrig::workloads;

namespace {

ClientOptions options(const char* url) {
  ClientOptions out;
  out.url = parse_http_url(url).value();
  out.model = "m";
  return out;
}

nlohmann::json body_of(const std::string& request) {
  const std::size_t end = request.find("\r\n\r\n");
  const std::string body = request.substr(end + 4);
  CHECK(request.find("Content-Length: " + std::to_string(body.size()) + "\r\n\r\n") !=
        std::string::npos);
  return nlohmann::json::parse(body);
}

}  // namespace

TEST_CASE("the prompt stands in the request as it was, whatever is in it") {
  const RequestText text(options("http://h:1"));
  for (const char* prompt : {"hello", "a \"quoted\"\nline\\", "水泵", "\r\nX-Evil: 1"}) {
    const std::string request = text.with(prompt);
    CHECK(request.starts_with("POST /v1/chat/completions HTTP/1.1\r\nHost: h:1\r\n"));
    const auto body = body_of(request);
    CHECK(body["messages"][0]["content"] == prompt);
    CHECK(body["stream_options"]["include_usage"] == true);
    CHECK(body["max_tokens"] == 64);
    CHECK(body["ignore_eos"] == true);
  }
  CHECK(body_of(text.with("\xFF"))["messages"][0]["content"] == "\xEF\xBF\xBD");
}

TEST_CASE("an address that ends with a version keeps it") {
  CHECK(RequestText(options("http://h/v3")).path() == "/v3/chat/completions");
  CHECK(RequestText(options("http://h/base")).path() == "/base/v1/chat/completions");
  ClientOptions plain = options("http://h");
  plain.api = Api::completions;
  plain.exchange.streamed = false;
  plain.ignore_eos = false;
  const RequestText text(plain);
  CHECK(text.path() == "/v1/completions");
  const auto body = body_of(text.with("x"));
  CHECK(body["prompt"] == "x");
  CHECK(body["stream"] == false);
  CHECK_FALSE(body.contains("stream_options"));
  CHECK_FALSE(body.contains("ignore_eos"));
}

TEST_CASE("Ollama is asked its own way; a key goes into its header") {
  ClientOptions own = options("http://h:11434");
  own.api = Api::ollama;
  own.token = "sesame";
  const std::string request = RequestText(own).with("x");
  CHECK(request.starts_with("POST /api/generate HTTP/1.1\r\n"));
  CHECK(request.find("Authorization: Bearer sesame\r\n") != std::string::npos);
  CHECK(body_of(request)["options"]["num_predict"] == 64);
}
