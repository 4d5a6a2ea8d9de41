// SPDX-License-Identifier: Apache-2.0
//
// What one piece of an engine's answer says: a chunk of an OpenAI-style stream (chat and plain
// completions), a whole answer that is not streamed, or a line of Ollama's own stream. Fields are
// found by name; unknown ones are passed over; null is absence. docs/formats/openai_stream.md says
// which engine sends what.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "rig/base/result.hpp"

namespace soakrig::workloads {

struct Usage {
  std::optional<std::uint64_t> prompt;  // absent: the engine did not tell (a cached prompt)
  std::uint64_t completion = 0;
};

// What the engine measured itself, in s. llama-server's `timings` or Ollama's durations.
struct EngineTimings {
  double prompt_s = 0, answer_s = 0;
  std::uint64_t prompt_tokens = 0, answer_tokens = 0;
};

// Text stays in the parsed bytes, with its JSON escapes.
struct ReplyChunk {
  std::string_view text;   // of the answer
  bool reasoning = false;  // text of a reasoning part, under whichever name
  bool tool_call = false;
  bool role_only = false;  // names the speaker, says nothing
  bool finished = false;   // the engine says why it stopped
  bool done = false;       // "[DONE]", or Ollama's `done`
  std::optional<std::string_view> error;
  std::optional<Usage> usage;
  std::optional<EngineTimings> timings;

  // Something that a token made. A chunk may hold several tokens: never count chunks.
  [[nodiscard]] bool says_something() const { return !text.empty() || reasoning || tool_call; }
};

// Errc::protocol: not JSON, or not an object. Pure.
[[nodiscard]] Result<ReplyChunk> parse_chunk(std::string_view data);

}  // namespace soakrig::workloads
