// SPDX-License-Identifier: Apache-2.0
//
// What the engine is asked. Sets that are built in, or texts of the user's; lengths by a
// distribution; a prefix of its own for each request where the engine's prompt cache must not help.
// Seeded: the same options ask the same. No tokenizer: lengths are in words, the engine counts.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "rig/base/result.hpp"
#include "workloads/openai/word_lengths.hpp"

namespace soakrig::workloads {

struct PromptOptions {
  std::string set = "chat";         // chat, long, code, reasoning or mixed
  std::string language = "en";      // en, zh or both
  std::vector<std::string> texts;   // the user's; then `set` and `language` do not matter
  std::vector<std::string> labels;  // of `texts`, or none
  WordLengths words;                // texts are repeated and cut to them
  bool unique = true;
  std::uint64_t seed = 1;
};

// A prompt and the class that it belongs to: the user's label, or the built-in set it is of.
struct LabelledPrompt {
  std::string text, label;
};

class Prompts {
 public:
  // Errc::invalid for a set or language that there is not.
  [[nodiscard]] static Result<Prompts> make(PromptOptions options);
  [[nodiscard]] std::string next() { return next_labelled().text; }
  [[nodiscard]] LabelledPrompt next_labelled();

 private:
  explicit Prompts(PromptOptions options) : options_(std::move(options)), state_(options_.seed) {}
  std::uint64_t draw();

  PromptOptions options_;
  std::uint64_t state_;
  std::uint64_t count_ = 0;
};

// A word ends at a blank; a Chinese character counts as one.
[[nodiscard]] std::uint64_t count_words(std::string_view text);

// Texts of a JSON Lines file: {"prompt":"…"} or {"messages":[{"role":"user","content":"…"}]}, one a
// line. Errc::invalid with the line; Errc::full beyond 100 000 lines.
[[nodiscard]] Result<std::vector<std::string>> parse_prompts(std::string_view text,
                                                             const std::string& name);

// The same with the member "label" of each line; "" where it has none.
[[nodiscard]] Result<std::vector<LabelledPrompt>> parse_labelled_prompts(std::string_view text,
                                                                         const std::string& name);

}  // namespace soakrig::workloads
