// SPDX-License-Identifier: Apache-2.0
#include "workloads/openai/exchange.hpp"

#include <algorithm>
#include <array>

namespace soakrig::workloads {

namespace {

constexpr std::size_t kMostErrorBody = 16 * 1024;
constexpr std::size_t kMostDetail = 200;

constexpr std::array<std::string_view, kTroubles> kNames = {
    "none",         "refused",      "unreachable",  "tls",           "unauthorised", "not-found",
    "queue-full",   "client-error", "server-error", "not-an-engine", "protocol",     "too-long",
    "engine-error", "cut",          "stalled",      "timeout",       "empty",        "no-usage"};

std::uint64_t fnv1a(std::uint64_t hash, std::string_view text) {
  if (hash == 0) hash = 14695981039346656037ULL;
  for (const char c : text) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 1099511628211ULL;
  }
  return hash;
}

// Printable, bounded: it came from the network.
std::string shown_detail(std::string_view text) {
  std::string out;
  for (const char c : text.substr(0, kMostDetail)) {
    out += static_cast<unsigned char>(c) < 0x20 || c == 0x7F ? ' ' : c;
  }
  return out;
}

}  // namespace

std::string_view to_string(Trouble trouble) { return kNames[static_cast<std::size_t>(trouble)]; }

Trouble trouble_of_status(int status) {
  switch (status) {
    case 401:
    case 403:
      return Trouble::unauthorised;
    case 404:
      return Trouble::not_found;
    case 429:
    case 503:
      return Trouble::queue_full;
    default:
      break;
  }
  if (status >= 400 && status < 500) return Trouble::client_error;
  return status >= 500 && status < 600 ? Trouble::server_error : Trouble::not_an_engine;
}

std::optional<double> Outcome::tpot_s() const {
  if (tokens < 2 || first_token == 0 || last_token < first_token) return std::nullopt;
  return to_seconds(last_token - first_token) / static_cast<double>(tokens - 1);
}

Exchange::Exchange(const ExchangeOptions& options, Nanos scheduled, Nanos sent)
    : options_(options), sse_(options.longest) {
  outcome_.scheduled = scheduled;
  outcome_.sent = sent;
}

void Exchange::headers(int status, std::string_view content_type, Nanos at) {
  outcome_.headers = at;
  error_body_ = status < 200 || status > 299;
  if (error_body_) {
    fail(trouble_of_status(status), "the engine answered " + std::to_string(status));
    over_ = false;  // its body says why
    return;
  }
  const bool events = content_type.starts_with("text/event-stream");
  const bool lines = content_type.find("ndjson") != std::string_view::npos;
  const bool json = content_type.starts_with("application/json");
  streamed_ = options_.streamed && (options_.lines ? lines || json : events);
  if (!events && !lines && !json) {
    fail(Trouble::not_an_engine, "the answer is of the type '" + std::string(content_type) + "'");
  }
}

bool Exchange::take_body(std::string_view bytes, Nanos at) {
  if (over_) return false;
  if (error_body_ || !streamed_) {
    keep_whole(bytes);
    outcome_.last_token = error_body_ ? 0 : at;
    return !over_;
  }
  if (options_.lines) return take_lines(bytes, at);
  const auto fed = sse_.feed(bytes, [&](const SseEvent& event) {
    if (!over_) piece(event.name, event.data, at);
  });
  if (!fed) fail(Trouble::too_long, fed.error().what);
  return !over_;
}

bool Exchange::take_lines(std::string_view bytes, Nanos at) {
  while (!over_ && !bytes.empty()) {
    const std::size_t end = bytes.find('\n');
    keep_whole(bytes.substr(0, end));
    if (end == std::string_view::npos || over_) break;
    bytes.remove_prefix(end + 1);
    if (!whole_.empty()) piece("", whole_, at);
    whole_.clear();
  }
  return !over_;
}

void Exchange::keep_whole(std::string_view bytes) {
  const std::size_t most = error_body_ ? kMostErrorBody : options_.longest;
  if (whole_.size() + bytes.size() <= most) {
    whole_ += bytes;
    return;
  }
  if (error_body_) {
    over_ = true;  // enough is known
  } else {
    fail(Trouble::too_long, "the answer is longer than " + std::to_string(most) + " bytes");
  }
}

void Exchange::piece(std::string_view event, std::string_view data, Nanos at) {
  const auto chunk = parse_chunk(data);
  if (!chunk) {
    fail(Trouble::protocol, chunk.error().what);
    return;
  }
  if (event == "error" || chunk->error) {
    fail(Trouble::engine_error, chunk->error ? *chunk->error : data);
    return;
  }
  if (outcome_.first_event == 0) outcome_.first_event = at;
  const bool speaker_counts = options_.first_token == FirstToken::role && chunk->role_only;
  if (chunk->says_something() || speaker_counts) {
    if (outcome_.first_token == 0) outcome_.first_token = at;
    outcome_.last_token = at;
    if (chunk->says_something()) ++outcome_.chunks;
    outcome_.text_hash = fnv1a(outcome_.text_hash, chunk->text);
  }
  finished_ = finished_ || chunk->finished || chunk->done;
  if (chunk->timings) outcome_.timings = chunk->timings;
  if (chunk->usage) {
    usage_ = true;
    outcome_.tokens = chunk->usage->completion;
    if (chunk->usage->prompt) outcome_.prompt_tokens = chunk->usage->prompt;
  } else if (chunk->timings && !usage_) {
    outcome_.tokens = chunk->timings->answer_tokens;
    usage_ = outcome_.tokens > 0;
  }
  over_ = chunk->done;
}

void Exchange::fail(Trouble trouble, std::string_view detail) {
  over_ = true;
  if (!outcome_.good()) return;
  outcome_.trouble = trouble;
  outcome_.detail = shown_detail(detail);
}

Outcome Exchange::finish(bool whole) {
  if (error_body_) {
    const auto said = parse_chunk(whole_);
    if (said && said->error && !said->error->empty()) {
      outcome_.detail = shown_detail(outcome_.detail + ": " + std::string(*said->error));
    }
  } else if (outcome_.good() && !streamed_ && outcome_.headers != 0 && whole) {
    const Nanos at = outcome_.last_token;
    outcome_.last_token = 0;
    piece("", whole_, at);
    outcome_.first_token = 0;  // nobody saw it
    if (options_.keep_body) outcome_.body = std::move(whole_);
  }
  over_ = true;
  if (!outcome_.good()) return outcome_;
  // An engine may close without "[DONE]" once it has said why it stopped.
  if (!whole && !finished_) {
    fail(Trouble::cut, "the connection ended inside the answer");
  } else if (outcome_.chunks == 0) {
    fail(Trouble::empty, "the answer has no token");
  } else if (!usage_) {
    fail(Trouble::no_usage, "the engine does not say how many tokens it made");
  }
  return outcome_;
}

}  // namespace soakrig::workloads
