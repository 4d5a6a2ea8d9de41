// SPDX-License-Identifier: Apache-2.0
//
// One request and its answer, as times and counts. Pure: bytes go in with the moment at which the
// socket gave them, before anything is parsed; an outcome comes out.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "rig/base/time.hpp"
#include "workloads/openai/reply_chunk.hpp"
#include "workloads/openai/sse.hpp"

namespace soakrig::workloads {

// What went wrong, told apart because each has another remedy. `none` = a good answer.
enum class Trouble : std::uint8_t {
  none,
  refused,        // nobody listens
  unreachable,    // any other failure to connect
  tls,            // the certificate or the handshake
  unauthorised,   // 401, 403
  not_found,      // 404: the path or the model's name
  queue_full,     // 429, 503
  client_error,   // another 4xx
  server_error,   // another 5xx
  not_an_engine,  // an answer that is neither a stream nor JSON, such as a page
  protocol,       // broken HTTP or JSON
  too_long,       // an event or header beyond its bound
  engine_error,   // {"error":…} inside an answer that began well
  cut,            // the connection ended inside the answer
  stalled,        // no byte for the stall time
  timeout,        // not done within the request's time
  empty,          // a whole answer without a token
  no_usage,       // a whole answer that does not say how many tokens it has
};
inline constexpr int kTroubles = static_cast<int>(Trouble::no_usage) + 1;
[[nodiscard]] std::string_view to_string(Trouble trouble);
// For an HTTP status that is not 2xx.
[[nodiscard]] Trouble trouble_of_status(int status);

// Which event is the first token: by its content, or (an engine that says so, such as OpenVINO's
// model server) the one that only names the speaker.
enum class FirstToken : std::uint8_t { content, role };

// Boot time in ns; 0 = did not happen.
struct Outcome {
  Nanos scheduled = 0, sent = 0, headers = 0, first_event = 0, first_token = 0, last_token = 0;
  std::uint64_t tokens = 0;  // by the engine's own count
  std::optional<std::uint64_t> prompt_tokens;
  std::optional<EngineTimings> timings;
  std::uint64_t chunks = 0;     // pieces that said something
  std::uint64_t text_hash = 0;  // of all text, FNV-1a
  Trouble trouble = Trouble::none;
  std::string detail;  // of trouble, at most 200 bytes
  std::string body;    // of a whole answer, where it is to be kept

  [[nodiscard]] bool good() const { return trouble == Trouble::none; }
  [[nodiscard]] double ttft_s() const { return to_seconds(first_token - sent); }
  [[nodiscard]] double ttft_scheduled_s() const { return to_seconds(first_token - scheduled); }
  [[nodiscard]] double latency_s() const { return to_seconds(last_token - sent); }
  [[nodiscard]] double latency_scheduled_s() const { return to_seconds(last_token - scheduled); }
  // Time per token after the first; nothing for an answer of one token.
  [[nodiscard]] std::optional<double> tpot_s() const;
};

struct ExchangeOptions {
  bool streamed = true;
  bool lines = false;  // Ollama: a line is a piece, no events
  FirstToken first_token = FirstToken::content;
  bool keep_body = false;          // of an answer that is not streamed
  std::size_t longest = 1u << 20;  // of an event, or of an answer that is not streamed
};

// Used by one thread. `on_gap(seconds)` hears of the time between pieces that said something.
class Exchange {
 public:
  Exchange(const ExchangeOptions& options, Nanos scheduled, Nanos sent);

  void headers(int status, std::string_view content_type, Nanos at);
  // False: the answer is over, or it is no use reading on.
  template <class OnGap>
  bool body(std::string_view bytes, Nanos at, OnGap&& on_gap) {
    const Nanos before = outcome_.last_token;
    const bool more = take_body(bytes, at);
    if (before != 0 && outcome_.last_token > before)
      on_gap(to_seconds(outcome_.last_token - before));
    return more;
  }
  // The body has come to its end (`whole`), or the connection has. The outcome is final after it.
  Outcome finish(bool whole);
  // Ends it with a trouble of the caller's, unless it has one.
  void fail(Trouble trouble, std::string_view detail);
  [[nodiscard]] bool over() const { return over_; }
  [[nodiscard]] bool answering() const { return outcome_.first_token != 0; }
  [[nodiscard]] bool outcome_is_good() const { return outcome_.good(); }

 private:
  bool take_body(std::string_view bytes, Nanos at);
  bool take_lines(std::string_view bytes, Nanos at);
  void piece(std::string_view event, std::string_view data, Nanos at);
  void keep_whole(std::string_view bytes);

  ExchangeOptions options_;
  SseParser sse_;
  std::string whole_;  // an answer that is not streamed, or the start of one that is an error
  Outcome outcome_;
  bool error_body_ = false;  // the status was no success
  bool streamed_ = false;
  bool finished_ = false;  // the engine said why it stopped
  bool usage_ = false;
  bool over_ = false;
};

}  // namespace soakrig::workloads
