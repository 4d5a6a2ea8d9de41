// SPDX-License-Identifier: Apache-2.0
//
// Asks an inference engine, as a load shape says, and measures how it answers. One thread, one
// event loop, memory bounded whatever the length of the run. docs/formats/openai_load.md has the
// formulas.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "rig/base/result.hpp"
#include "rig/base/time.hpp"
#include "rig/base/url.hpp"
#include "workloads/openai/arrivals.hpp"
#include "workloads/openai/exchange.hpp"
#include "workloads/openai/http_connection.hpp"
#include "workloads/openai/log_histogram.hpp"
#include "workloads/openai/prompts.hpp"

namespace soakrig::workloads {

enum class Api : std::uint8_t { chat, completions, ollama };

// A good answer is one within all of these; an absent one does not matter.
struct Slo {
  std::optional<double> ttft_s, tpot_s, latency_s;  // from the time at which it was due
};

struct ClientOptions {
  HttpUrl url;
  TlsTrust trust;
  Api api = Api::chat;
  ExchangeOptions exchange;
  std::string model;
  std::string token;  // for the Authorization header; never shown
  std::int64_t answer_tokens = 64;
  bool ignore_eos = true;
  std::uint64_t seed = 1;
  int streams = 1;                         // closed loop: as many requests at once
  std::optional<ArrivalOptions> arrivals;  // open loop: when they are due
  int most_open = 1024;                    // open loop: requests at once; the others wait
  Nanos timeout = 120 * kSecond;           // of a request, from its sending
  Nanos stall = 30 * kSecond;              // without a byte
  Slo slo;
  bool logprobs = false;  // ask for the likeliest tokens, and no help from the prompt cache
  // A fixed prompt between the others, whose whole answers are handed on; none with every = 0.
  struct CanaryRequest {
    Nanos every = 0;
    std::string prompt;
    std::int64_t tokens = 32;
  } canary;
};

// The options for asking what a canary asks, and nothing else.
[[nodiscard]] ClientOptions canary_options(const ClientOptions& options);

// Since the start. Times of kinds of work are shares: what one request's stream took of the time
// in which any stream was at work, so that they add up to that time. With arrivals of their own the
// streams' times simply add up (speed is then that of one stream).
struct ClientTotals {
  std::uint64_t requests = 0, failed = 0, good = 0;  // ended; without an answer; within the SLO
  std::uint64_t tokens = 0, prompt_tokens = 0;       // of answers that came whole
  Nanos answer_busy = 0, prompt_busy = 0;
  std::array<std::uint64_t, kTroubles> troubles{};
  // Of the requests whose times the engine told as well: tokens and seconds from the first to the
  // last token, as they were seen here and as the engine says.
  struct Timed {
    std::uint64_t requests = 0, tokens = 0, engine_tokens = 0;
    double seconds = 0, engine_seconds = 0;
  } timed;
};

// Since the last call of take_window().
struct ClientWindow {
  LogHistogram ttft, ttft_scheduled, tpot, gap, latency, latency_scheduled, lag;
  std::optional<Outcome> last;        // the answer that ended last
  std::optional<Outcome> trouble;     // the first that failed
  Nanos wall = 0, cpu = 0;            // of the client's thread
  std::optional<Nanos> waited;        // in which it had work and no core; absent: not readable
  std::vector<std::string> canaries;  // whole answers to the fixed prompt
  int open = 0;                       // now
  // The client's own speed may be what was measured.
  [[nodiscard]] bool client_is_limit() const;
};

class LoadClient {
 public:
  virtual ~LoadClient() = default;
  // Sends and receives for so long. Requests that are on their way stay so in between.
  virtual void run_for(Nanos length) = 0;
  // Ends after so many requests instead; for measuring.
  virtual void run_requests(std::uint64_t count, Nanos at_most) = 0;
  [[nodiscard]] virtual const ClientTotals& totals() const = 0;
  [[nodiscard]] virtual ClientWindow take_window() = 0;
  // The fixed prompt is asked once more at once, instead of when it is due.
  virtual void ask_canary_now() = 0;
};

// Errc as make_target and make_arrivals. The clock is borrowed.
[[nodiscard]] Result<std::unique_ptr<LoadClient>> make_load_client(ClientOptions options,
                                                                   Prompts prompts,
                                                                   const Clock& clock);

}  // namespace soakrig::workloads
