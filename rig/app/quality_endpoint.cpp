// SPDX-License-Identifier: Apache-2.0
#include "rig/app/quality_endpoint.hpp"

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <chrono>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>

#include "rig/base/json_guard.hpp"
#include "rig/base/url.hpp"

namespace soakrig::app {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using Json = nlohmann::json;

constexpr std::size_t kMostReply = 8u << 20;

class HttpEndpoint final : public QualityEndpoint {
 public:
  HttpEndpoint(HttpUrl url, std::string name, std::string model, Nanos timeout)
      : url_(std::move(url)), name_(std::move(name)), model_(std::move(model)), timeout_(timeout) {}

  Result<Told> complete(const Ask& ask) override {
    Json body{{"prompt", ask.prompt},
              {"max_tokens", ask.max_tokens},
              {"temperature", 0},
              {"cache_prompt", false},
              {"stream", false}};
    if (ask.top > 0) body["logprobs"] = ask.top;
    if (!model_.empty()) body["model"] = model_;
    auto reply = post(body.dump(-1, ' ', false, Json::error_handler_t::replace));
    if (!reply) return reply.error();
    auto told = parse_completion(*reply);
    if (!told) {
      Error error = told.error();
      error.file = name_;
      return error;
    }
    return told;
  }

 private:
  Error failed(const std::string& what) const {
    return {Errc::io, what, "is it an OpenAI-style server, and is it up?", name_};
  }

  Result<std::string> post(const std::string& body) {
    asio::io_context io;
    asio::ip::tcp::resolver resolver(io);
    beast::tcp_stream stream(io);
    beast::flat_buffer buffer;
    http::request<http::string_body> request{http::verb::post, url_.path + "/v1/completions", 11};
    http::response_parser<http::string_body> parser;
    parser.body_limit(kMostReply);
    request.set(http::field::host, url_.host);
    request.set(http::field::content_type, "application/json");
    request.body() = body;
    request.prepare_payload();
    std::optional<std::string> wrong;
    const auto check = [&wrong](const boost::system::error_code& ec) {
      if (ec) wrong = ec.message();
      return !ec;
    };
    // Asynchronous, since only then the deadline of the stream holds.
    stream.expires_after(std::chrono::nanoseconds(timeout_));
    boost::system::error_code ec;
    const auto places = resolver.resolve(url_.host, url_.port, ec);
    if (ec) return failed("no such host: " + ec.message());
    stream.async_connect(places, [&](const auto& error, const auto&) {
      if (!check(error)) return;
      http::async_write(stream, request, [&](const auto& write_error, std::size_t) {
        if (!check(write_error)) return;
        http::async_read(stream, buffer, parser,
                         [&](const auto& read_error, std::size_t) { check(read_error); });
      });
    });
    io.run();
    if (wrong) return failed("no answer: " + *wrong);
    if (parser.get().result() != http::status::ok) {
      return failed("it answers HTTP " + std::to_string(parser.get().result_int()) + ": " +
                    parser.get().body().substr(0, 120));
    }
    return std::move(parser.get().body());
  }

  HttpUrl url_;
  std::string name_, model_;
  Nanos timeout_;
};

Error nonsense(const std::string& what) {
  return {Errc::protocol, "the reply " + what, "it must be one of /v1/completions"};
}

std::string bytes_of(const Json& token) {
  if (token.contains("bytes") && token["bytes"].is_array()) {
    std::string out;
    for (const Json& b : token["bytes"]) {
      if (b.is_number_integer()) out += static_cast<char>(b.get<int>() & 0xFF);
    }
    return out;
  }
  return token.contains("token") && token["token"].is_string() ? token["token"].get<std::string>()
                                                               : std::string{};
}

bool is_chance(const Json& v) { return v.is_number() && v.get<double>() > -9000; }

void sort_top(std::vector<analysis::TokenChance>& top) {
  std::ranges::stable_sort(top, std::greater{}, &analysis::TokenChance::logprob);
}

// {"content":[{token,bytes,logprob,top_logprobs:[…]}]}
void read_content(const Json& content, Told& out) {
  for (const Json& token : content) {
    if (!token.is_object()) continue;
    Told::Token one{bytes_of(token), {}};
    if (token.contains("top_logprobs") && token["top_logprobs"].is_array()) {
      for (const Json& other : token["top_logprobs"]) {
        if (other.is_object() && other.contains("logprob") && is_chance(other["logprob"])) {
          one.top.push_back({bytes_of(other), other["logprob"].get<double>()});
        }
      }
    }
    sort_top(one.top);
    out.tokens.push_back(std::move(one));
  }
}

// {"tokens":[…],"top_logprobs":[{token:logprob}]}
void read_legacy(const Json& logprobs, Told& out) {
  const Json& tokens = logprobs["tokens"];
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (!tokens[i].is_string()) continue;
    Told::Token one{tokens[i].get<std::string>(), {}};
    const auto top = logprobs.find("top_logprobs");
    if (top != logprobs.end() && top->is_array() && i < top->size() && (*top)[i].is_object()) {
      for (const auto& [text, chance] : (*top)[i].items()) {
        if (is_chance(chance)) one.top.push_back({text, chance.get<double>()});
      }
    }
    sort_top(one.top);
    out.tokens.push_back(std::move(one));
  }
}

}  // namespace

Result<Told> parse_completion(std::string_view body) {
  if (!json_nesting_within(body, kMaxJsonDepth)) return nonsense("nests too deep");
  const Json json = Json::parse(body, nullptr, false);
  if (!json.is_object() || !json.contains("choices") || !json["choices"].is_array() ||
      json["choices"].empty() || !json["choices"][0].is_object()) {
    return nonsense("has no choices");
  }
  const Json& choice = json["choices"][0];
  if (!choice.contains("text") || !choice["text"].is_string()) return nonsense("has no text");
  Told out;
  out.text = choice["text"].get<std::string>();
  const auto logprobs = choice.find("logprobs");
  if (logprobs == choice.end() || !logprobs->is_object()) return out;
  if (logprobs->contains("content") && (*logprobs)["content"].is_array()) {
    read_content((*logprobs)["content"], out);
  } else if (logprobs->contains("tokens") && (*logprobs)["tokens"].is_array()) {
    read_legacy(*logprobs, out);
  }
  return out;
}

Result<std::unique_ptr<QualityEndpoint>> http_endpoint(const std::string& url,
                                                       const std::string& model, Nanos timeout) {
  auto parsed = parse_http_url(url);
  if (!parsed) return parsed.error();
  if (parsed->tls) {
    return Error{Errc::invalid, "'" + url.substr(0, 120) + "': https is not asked for quality",
                 "write http://HOST:PORT"};
  }
  return std::unique_ptr<QualityEndpoint>(
      std::make_unique<HttpEndpoint>(std::move(*parsed), url, model, timeout));
}

}  // namespace soakrig::app
