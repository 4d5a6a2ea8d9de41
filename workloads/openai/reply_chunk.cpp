// SPDX-License-Identifier: Apache-2.0
#include "workloads/openai/reply_chunk.hpp"

#include "workloads/openai/json_cursor.hpp"

namespace soakrig::workloads {

namespace {

using Kind = JsonCursor::Kind;

constexpr double kMostCount = 1e15;  // beyond it a count is no count

// A string's text if one comes next, else the value is passed over.
std::string_view text_or_skip(JsonCursor& json) {
  if (json.peek() == Kind::string) return json.string().value_or("");
  json.skip();
  return {};
}

std::optional<double> number_or_skip(JsonCursor& json) {
  if (json.peek() == Kind::number) return json.number();
  json.skip();
  return std::nullopt;
}

std::optional<std::uint64_t> count_or_skip(JsonCursor& json) {
  const auto value = number_or_skip(json);
  if (!value || !(*value >= 0) || *value > kMostCount) return std::nullopt;
  return static_cast<std::uint64_t>(*value);
}

// `delta`, `message`: who speaks and what.
void read_delta(JsonCursor& json, ReplyChunk& out) {
  if (!json.enter_object()) {
    json.skip();
    return;
  }
  bool role = false;
  while (const auto key = json.next_key()) {
    if (*key == "content") {
      out.text = text_or_skip(json);
    } else if (*key == "reasoning_content" || *key == "reasoning" || *key == "thinking") {
      out.reasoning = !text_or_skip(json).empty() || out.reasoning;
    } else if (*key == "tool_calls") {
      if (json.peek() == Kind::array && json.enter_array()) {
        while (json.next_element()) {
          out.tool_call = true;
          json.skip();
        }
      } else {
        json.skip();
      }
    } else {
      role = role || *key == "role";
      json.skip();
    }
  }
  out.role_only = role && !out.says_something();
}

void read_choice(JsonCursor& json, ReplyChunk& out) {
  if (!json.enter_object()) {
    json.skip();
    return;
  }
  while (const auto key = json.next_key()) {
    if (*key == "delta" || *key == "message") {
      read_delta(json, out);
    } else if (*key == "text") {
      out.text = text_or_skip(json);
    } else if (*key == "finish_reason") {
      out.finished = !text_or_skip(json).empty() || out.finished;
    } else {
      json.skip();
    }
  }
}

void read_choices(JsonCursor& json, ReplyChunk& out) {
  if (!json.enter_array()) {
    json.skip();
    return;
  }
  bool first = true;
  while (json.next_element()) {
    if (first) {
      read_choice(json, out);
    } else {
      json.skip();  // one answer is asked for
    }
    first = false;
  }
}

void read_usage(JsonCursor& json, ReplyChunk& out) {
  if (!json.enter_object()) {
    json.skip();
    return;
  }
  Usage usage;
  bool told = false;
  while (const auto key = json.next_key()) {
    if (*key == "completion_tokens") {
      const auto count = count_or_skip(json);
      told = count.has_value();
      usage.completion = count.value_or(0);
    } else if (*key == "prompt_tokens") {
      usage.prompt = count_or_skip(json);
    } else {
      json.skip();
    }
  }
  if (told) out.usage = usage;
}

// llama-server's, in ms.
void read_timings(JsonCursor& json, ReplyChunk& out) {
  if (!json.enter_object()) {
    json.skip();
    return;
  }
  EngineTimings t;
  while (const auto key = json.next_key()) {
    if (*key == "prompt_n") {
      t.prompt_tokens = count_or_skip(json).value_or(0);
    } else if (*key == "predicted_n") {
      t.answer_tokens = count_or_skip(json).value_or(0);
    } else if (*key == "prompt_ms") {
      t.prompt_s = number_or_skip(json).value_or(0) * 1e-3;
    } else if (*key == "predicted_ms") {
      t.answer_s = number_or_skip(json).value_or(0) * 1e-3;
    } else {
      json.skip();
    }
  }
  out.timings = t;
}

// {"error":{"message":…}} or {"error":"…"}; null is none.
void read_error(JsonCursor& json, ReplyChunk& out) {
  if (json.peek() == Kind::null) {
    json.skip();
    return;
  }
  out.error = "";
  if (json.peek() != Kind::object) {
    out.error = text_or_skip(json);
    return;
  }
  json.enter_object();
  while (const auto key = json.next_key()) {
    const std::string_view text = *key == "message" ? text_or_skip(json) : (json.skip(), "");
    if (*key == "message") out.error = text;
  }
}

// What Ollama's own stream says in its last line, in ns.
struct OllamaCounts {
  std::optional<std::uint64_t> prompt, answer;
  double prompt_s = 0, answer_s = 0;

  bool take(std::string_view key, JsonCursor& json) {
    if (key == "prompt_eval_count") {
      prompt = count_or_skip(json);
    } else if (key == "eval_count") {
      answer = count_or_skip(json);
    } else if (key == "prompt_eval_duration") {
      prompt_s = number_or_skip(json).value_or(0) * 1e-9;
    } else if (key == "eval_duration") {
      answer_s = number_or_skip(json).value_or(0) * 1e-9;
    } else {
      return false;
    }
    return true;
  }
  void put_into(ReplyChunk& out) const {
    if (!answer) return;
    out.usage = Usage{prompt, *answer};
    out.timings = EngineTimings{prompt_s, answer_s, prompt.value_or(0), *answer};
  }
};

}  // namespace

Result<ReplyChunk> parse_chunk(std::string_view data) {
  ReplyChunk out;
  if (data == "[DONE]") {
    out.done = true;
    return out;
  }
  JsonCursor json(data);
  OllamaCounts ollama;
  if (!json.enter_object()) {
    return Error{Errc::protocol, "a piece of the answer is no JSON object",
                 "is this the address of an inference engine?"};
  }
  while (const auto key = json.next_key()) {
    if (*key == "choices") {
      read_choices(json, out);
    } else if (*key == "usage") {
      read_usage(json, out);
    } else if (*key == "timings") {
      read_timings(json, out);
    } else if (*key == "error") {
      read_error(json, out);
    } else if (*key == "message") {
      read_delta(json, out);
    } else if (*key == "response") {
      out.text = text_or_skip(json);
    } else if (*key == "done") {
      out.done = json.boolean().value_or(false);
    } else if (!ollama.take(*key, json)) {
      json.skip();
    }
  }
  if (!json.finished()) {
    return Error{Errc::protocol, "a piece of the answer is broken JSON",
                 "is something between this client and the engine?"};
  }
  ollama.put_into(out);
  return out;
}

}  // namespace soakrig::workloads
