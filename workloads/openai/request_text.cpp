// SPDX-License-Identifier: Apache-2.0
#include "workloads/openai/request_text.hpp"

#include <cctype>

#include "rig/base/json_guard.hpp"

namespace soakrig::workloads {

namespace {

using Json = nlohmann::json;

constexpr std::string_view kMark = "@prompt@";  // no field of ours holds it

// An address may end with a version already ("/v1", OpenVINO's "/v3").
std::string path_of(const ClientOptions& o) {
  if (o.api == Api::ollama) return o.url.path + "/api/generate";
  const std::string& base = o.url.path;
  const std::size_t slash = base.rfind('/');
  const bool versioned = slash != std::string::npos && base.size() == slash + 3 &&
                         base[slash + 1] == 'v' &&
                         std::isdigit(static_cast<unsigned char>(base[slash + 2])) != 0;
  return base + (versioned ? "" : "/v1") +
         (o.api == Api::chat ? "/chat/completions" : "/completions");
}

Json body_of(const ClientOptions& o) {
  Json body;
  if (!o.model.empty()) body["model"] = o.model;
  body["stream"] = o.exchange.streamed;
  if (o.api == Api::ollama) {
    body["prompt"] = kMark;
    body["options"] = {{"num_predict", o.answer_tokens}, {"temperature", 0}, {"seed", o.seed}};
    return body;
  }
  if (o.api == Api::chat) {
    body["messages"] = Json::array({{{"role", "user"}, {"content", kMark}}});
  } else {
    body["prompt"] = kMark;
  }
  body["max_tokens"] = o.answer_tokens;
  body["temperature"] = 0;
  body["seed"] = o.seed;
  if (o.exchange.streamed) body["stream_options"] = {{"include_usage", true}};
  if (o.ignore_eos) body["ignore_eos"] = true;
  if (o.logprobs) {
    body["logprobs"] = true;
    body["top_logprobs"] = 2;
    body["cache_prompt"] = false;
  }
  return body;
}

}  // namespace

RequestText::RequestText(const ClientOptions& o) : path_(path_of(o)) {
  head_ = "POST " + path_ + " HTTP/1.1\r\nHost: " + o.url.authority() +
          "\r\nContent-Type: application/json\r\nAccept: " +
          (o.exchange.streamed ? "text/event-stream, application/json" : "application/json") +
          "\r\n";
  if (!o.token.empty()) head_ += "Authorization: Bearer " + o.token + "\r\n";
  head_ += "Content-Length: ";
  const std::string body = dump_json(body_of(o));
  const std::size_t mark = body.find(kMark);
  before_ = body.substr(0, mark - 1);  // without the quotes, which the prompt brings
  after_ = body.substr(mark + kMark.size() + 1);
}

std::string RequestText::with(std::string_view prompt) const {
  const std::string text = dump_json(Json(prompt));
  const std::size_t length = before_.size() + text.size() + after_.size();
  std::string out;
  out.reserve(head_.size() + 24 + length);
  out += head_;
  out += std::to_string(length);
  out += "\r\n\r\n";
  out += before_;
  out += text;
  out += after_;
  return out;
}

}  // namespace soakrig::workloads
