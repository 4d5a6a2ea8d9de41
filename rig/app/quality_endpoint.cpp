// SPDX-License-Identifier: Apache-2.0
#include "rig/app/quality_endpoint.hpp"

#include <algorithm>
#include <functional>
#include <nlohmann/json.hpp>

#include "rig/base/json_guard.hpp"

namespace soakrig::app {

namespace {

using Json = nlohmann::json;

constexpr std::size_t kMostWords = 1000;  // of a command
constexpr const char* kCompletions = "/v1/completions";
constexpr std::string_view kCommand = "exec:";  // before an argv

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
    if (token.contains("id") && token["id"].is_number_integer())
      one.id = token["id"].get<std::int64_t>();
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

std::string dumped(const Json& body) {
  return body.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Json body_of(const Ask& ask, const std::string& model) {
  Json body{{"prompt", ask.prompt},
            {"max_tokens", ask.max_tokens},
            {"temperature", 0},
            {"cache_prompt", false},
            {"stream", false}};
  if (!ask.ids.empty()) body["prompt"] = ask.ids;
  if (ask.top > 0) body["logprobs"] = ask.top;
  if (!model.empty()) body["model"] = model;
  return body;
}

Result<std::vector<std::string>> parse_argv(const std::string& text) {
  const Json words =
      json_nesting_within(text, kMaxJsonDepth) ? Json::parse(text, nullptr, false) : Json(nullptr);
  std::vector<std::string> out;
  const bool list = words.is_array() && !words.empty() && words.size() <= kMostWords;
  for (std::size_t i = 0; list && i < words.size(); ++i) {
    if (words[i].is_string()) out.push_back(words[i].get<std::string>());
  }
  if (!list || out.size() != words.size() || out.front().empty()) {
    return Error{
        Errc::invalid, "'" + text.substr(0, 120) + "' is no command",
        R"(write exec: and a JSON array: exec:["llama-server","-m","F","--port","{port}"])"};
  }
  return out;
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

std::optional<TokenIds> parse_tokens(std::string_view body) {
  if (!json_nesting_within(body, kMaxJsonDepth)) return std::nullopt;
  const Json json = Json::parse(body, nullptr, false);
  if (!json.is_object() || !json.contains("tokens") || !json["tokens"].is_array()) {
    return std::nullopt;
  }
  TokenIds out;
  for (const Json& token : json["tokens"]) {
    if (!token.is_number_integer()) return std::nullopt;
    out.push_back(token.get<std::int64_t>());
  }
  return out;
}

QualityEndpoint::QualityEndpoint(std::unique_ptr<JsonPort> port, std::string name,
                                 std::string model)
    : port_(std::move(port)), name_(std::move(name)), model_(std::move(model)) {}

Result<Told> QualityEndpoint::complete(const Ask& ask) {
  const auto reply = port_->ask(kCompletions, dumped(body_of(ask, model_)));
  if (!reply) return reply.error();
  if (go_on_ && !go_on_()) return Error{Errc::cancelled, "asked to stop", "", name_};
  auto told = parse_completion(*reply);
  if (!told) {
    Error error = told.error();
    error.file = name_;
    return error;
  }
  return told;
}

std::optional<TokenIds> QualityEndpoint::tokens_of(const std::string& text) {
  Json body{{"content", text},
            {"add_special", true},  // llama-server
            {"prompt", text},
            {"add_special_tokens", true}};  // vLLM
  if (!model_.empty()) body["model"] = model_;
  const auto reply = port_->ask("/tokenize", dumped(body));
  return reply ? parse_tokens(*reply) : std::nullopt;
}

Result<QualityEndpoint> open_endpoint(const std::string& text, const std::string& model,
                                      Nanos timeout) {
  Result<std::unique_ptr<JsonPort>> port = Error{};
  if (text.starts_with(kCommand)) {
    auto argv = parse_argv(text.substr(kCommand.size()));
    if (!argv) return argv.error();
    port = program_port(std::move(*argv), kCompletions, dumped(body_of({"a"}, model)), timeout);
  } else {
    port = http_port(text, timeout);
  }
  if (!port) return port.error();
  return QualityEndpoint(std::move(*port), text, model);
}

}  // namespace soakrig::app
