// SPDX-License-Identifier: Apache-2.0
//
// What `quality` asks of a model: a text that goes on, with what was likely at each token. Behind
// it an OpenAI-style server, or a program that answers in the same shape.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "results/analysis/quality.hpp"
#include "rig/app/json_port.hpp"
#include "rig/base/result.hpp"
#include "rig/base/time.hpp"

namespace soakrig::app {

using TokenIds = std::vector<std::int64_t>;

struct Ask {
  std::string prompt;
  TokenIds ids = {};  // of the prompt, where they are known: asked instead of the text
  int max_tokens = 1;
  int top = 0;  // how many likely tokens to tell at each; 0 = none
};

struct Told {
  std::string text;
  struct Token {
    std::string bytes;
    std::vector<analysis::TokenChance> top;  // the likeliest first; empty where none was told
    std::optional<std::int64_t> id = {};     // absent where it was not told
  };
  std::vector<Token> tokens;  // empty without log-probabilities
};

// Greedy (temperature 0), without a cache of prompts. One call at a time.
class QualityEndpoint {
 public:
  QualityEndpoint(std::unique_ptr<JsonPort> port, std::string name, std::string model);

  [[nodiscard]] Result<Told> complete(const Ask& ask);
  // How the model cuts a text (POST /tokenize, as llama-server and vLLM have it), with what it puts
  // before a prompt. Absent where it does not say.
  [[nodiscard]] std::optional<TokenIds> tokens_of(const std::string& text);
  [[nodiscard]] const std::string& name() const { return name_; }
  // Called after each answer of complete(); once it says false, complete() gives Errc::cancelled.
  void after_each(std::function<bool()> go_on) { go_on_ = std::move(go_on); }

 private:
  std::unique_ptr<JsonPort> port_;
  std::string name_, model_;
  std::function<bool()> go_on_;
};

// "http://HOST:PORT[/PATH]": PATH/v1/completions is asked. "exec:[…]", an argv as a JSON array: such a
// server, or a program, to be started (json_port.hpp). Errc::invalid for anything else.
[[nodiscard]] Result<QualityEndpoint> open_endpoint(const std::string& text,
                                                    const std::string& model, Nanos timeout);

// The body of a reply, of either of the two shapes of log-probabilities that servers use.
// Errc::protocol for anything else. Pure.
[[nodiscard]] Result<Told> parse_completion(std::string_view body);
// The body of a reply to /tokenize: {"tokens":[…]}. Absent for anything else. Pure.
[[nodiscard]] std::optional<TokenIds> parse_tokens(std::string_view body);

}  // namespace soakrig::app
