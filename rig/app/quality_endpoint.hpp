// SPDX-License-Identifier: Apache-2.0
//
// What `quality` asks of a model: a text that goes on, with what was likely at each token. Behind
// it an OpenAI-style endpoint today; a test or another client may be put in its place.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "results/analysis/quality.hpp"
#include "rig/base/result.hpp"
#include "rig/base/time.hpp"

namespace soakrig::app {

struct Ask {
  std::string prompt;
  int max_tokens = 1;
  int top = 0;  // how many likely tokens to tell at each; 0 = none
};

struct Told {
  std::string text;
  struct Token {
    std::string bytes;
    std::vector<analysis::TokenChance> top;  // the likeliest first; empty where none was told
  };
  std::vector<Token> tokens;  // empty without log-probabilities
};

// Greedy (temperature 0), without a cache of prompts. One call at a time.
class QualityEndpoint {
 public:
  virtual ~QualityEndpoint() = default;
  [[nodiscard]] virtual Result<Told> complete(const Ask& ask) = 0;
};

// "http://HOST:PORT[/PATH]": PATH/v1/completions is asked. Errc::invalid for anything else. A reply
// is bounded in time and size.
[[nodiscard]] Result<std::unique_ptr<QualityEndpoint>> http_endpoint(const std::string& url,
                                                                     const std::string& model,
                                                                     Nanos timeout);

// The body of a reply, of either of the two shapes of log-probabilities that servers use.
// Errc::protocol for anything else. Pure.
[[nodiscard]] Result<Told> parse_completion(std::string_view body);

}  // namespace soakrig::app
