// SPDX-License-Identifier: Apache-2.0
//
// CTest `fuzz.sse`: streams of answers, broken at random, through the whole path that reads them.
// Nothing may crash or grow; what comes out may not depend on the pieces that the bytes came in;
// and what a full JSON parser accepts, the cursor accepts. Seeded; SOAKRIG_CAMPAIGN=full runs 10
// minutes.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "rig/base/json_guard.hpp"
#include "workloads/openai/exchange.hpp"
#include "workloads/openai/json_cursor.hpp"

namespace {

using namespace soakrig;
using namespace soakrig::workloads;

const std::vector<std::string> kSeeds = {
    ":\n\n: ping\r\n\r\ndata: "
    "{\"choices\":[{\"finish_reason\":null,\"index\":0,\"delta\":{\"role\":\"assistant\","
    "\"content\":null}}],\"created\":1,\"object\":\"chat.completion.chunk\"}\n\n"
    "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"H\\u00e9 \\\"x\\\"\"}}]}\n\n"
    "data: {\"choices\":[{\"finish_reason\":\"stop\",\"index\":0,\"delta\":{}}]}\n\n"
    "data: "
    "{\"choices\":[],\"usage\":{\"completion_tokens\":31,\"prompt_tokens\":75},\"timings\":{"
    "\"prompt_n\":75,"
    "\"prompt_ms\":180.025,\"predicted_n\":31,\"predicted_ms\":875.429}}\n\ndata: [DONE]\n\n",
    "event: error\ndata: {\"error\":{\"message\":\"bad\",\"code\":500}}\n\n",
    "data:{\"choices\":[{\"delta\":{\"reasoning\":\"a\",\"tool_calls\":[{\"i\":[1,2,{}]}]}}]}"
    "\r\n\r\ndata: a\ndata: b\n\n",
    "{\"model\":\"m\",\"response\":\"That\",\"done\":false}\n{\"done\":true,\"eval_count\":18,"
    "\"eval_duration\":52}\n",
    "{\"choices\":[{\"message\":{\"content\":\"a\"},\"finish_reason\":\"stop\"}],\"usage\":{"
    "\"completion_tokens\":3}}",
};

using Random = std::mt19937_64;

std::size_t below(Random& random, std::size_t bound) { return bound == 0 ? 0 : random() % bound; }

std::string broken(std::string text, Random& random) {
  static const std::string kPieces[] = {"\n\n",  "\r", "data: ",   ":",     "\"", "\\",
                                        "{",     "}",  "[",        "]",     ",",  "null",
                                        "1e999", "-0", "\xFF\xFE", "[DONE]"};
  for (std::size_t i = below(random, 6); i > 0; --i) {
    const std::size_t at = below(random, text.size() + 1);
    switch (below(random, 5)) {
      case 0:
        if (at < text.size()) text[at] = static_cast<char>(random());
        break;
      case 1:
        text.insert(at, kPieces[below(random, std::size(kPieces))]);
        break;
      case 2:
        text.erase(at, below(random, 40));
        break;
      case 3:
        text.insert(at, text.substr(below(random, text.size() + 1), below(random, 80)));
        break;
      default:
        text.insert(at, std::string(below(random, 200), random() % 2 == 0 ? '[' : 'x'));
    }
  }
  return text;
}

std::string told(const Outcome& o) {
  return std::to_string(o.tokens) + "|" + std::to_string(o.prompt_tokens.value_or(0)) + "|" +
         std::to_string(o.chunks) + "|" + std::to_string(o.text_hash) + "|" +
         std::string(to_string(o.trouble)) + "|" + o.detail;
}

Outcome read_in_pieces(std::string_view text, const ExchangeOptions& options, std::string_view type,
                       int status, std::size_t most, Random& random) {
  Exchange exchange(options, 1, 2);
  exchange.headers(status, type, 3);
  Nanos at = 4;
  bool more = true;
  while (!text.empty() && more) {
    const std::size_t size = std::min(text.size(), 1 + below(random, most));
    more = exchange.body(text.substr(0, size), ++at, [](double) {});
    text.remove_prefix(size);
  }
  return exchange.finish(true);
}

int fail(const char* what, const std::string& text) {
  std::printf("fuzz.sse: %s for these bytes:\n%s\n", what, dump_json(nlohmann::json(text)).c_str());
  return 1;
}

int check(const std::string& text, Random& random) {
  ExchangeOptions options;
  options.streamed = below(random, 4) != 0;
  options.lines = options.streamed && below(random, 4) == 0;
  options.longest = 2000;
  const char* types[] = {"text/event-stream", "application/x-ndjson", "application/json",
                         "text/html"};
  const char* type = types[options.lines ? 1 : options.streamed ? 0 : 2 + below(random, 2)];
  const int status = below(random, 10) == 0 ? 503 : 200;
  const auto whole = read_in_pieces(text, options, type, status, text.size() + 1, random);
  const auto pieces = read_in_pieces(text, options, type, status, 1 + below(random, 30), random);
  if (told(whole) != told(pieces)) {
    return fail(("the pieces matter: " + told(whole) + " or " + told(pieces)).c_str(), text);
  }
  if (whole.detail.size() > 200) return fail("the detail is not bounded", text);
  // (That parser takes a zero byte for the end.)
  const bool json = text.find('\0') == std::string::npos && json_nesting_within(text, 32) &&
                    nlohmann::json::accept(text);
  JsonCursor cursor(text);
  cursor.skip();
  if (json && !cursor.finished()) return fail("JSON is refused", text);
  return 0;
}

}  // namespace

int main() {
  const char* campaign = std::getenv("SOAKRIG_CAMPAIGN");
  const bool full = campaign != nullptr && std::string_view(campaign) == "full";
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(full ? 600 : 4);
  Random random(20);
  std::uint64_t count = 0;
  for (; std::chrono::steady_clock::now() < until; ++count) {
    const std::string text = broken(kSeeds[below(random, kSeeds.size())], random);
    if (const int failed = check(text, random); failed != 0) return failed;
  }
  std::printf("fuzz.sse: %llu broken streams read\n", static_cast<unsigned long long>(count));
}
