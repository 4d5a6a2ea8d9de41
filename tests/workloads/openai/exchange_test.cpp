// SPDX-License-Identifier: Apache-2.0
#include "workloads/openai/exchange.hpp"

#include <string>
#include <vector>

#include "tests/support/catch.hpp"

using namespace soakrig;
using namespace soakrig::workloads;

namespace {

constexpr Nanos kSent = 2 * kSecond;
constexpr std::string_view kEvents = "text/event-stream; charset=utf-8";
constexpr std::string_view kRole =
    "data: {\"choices\":[{\"delta\":{\"role\":\"assistant\",\"content\":null}}]}\n\n";
constexpr std::string_view kToken = "data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\n";
constexpr std::string_view kFinish =
    "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n";
constexpr std::string_view kUsage =
    "data: {\"choices\":[],\"usage\":{\"completion_tokens\":9,\"prompt_tokens\":4}}\n\n";
constexpr std::string_view kDone = "data: [DONE]\n\n";

struct Talk {
  explicit Talk(const ExchangeOptions& options = {}, int status = 200,
                std::string_view type = kEvents)
      : exchange(options, kSecond, kSent) {
    exchange.headers(status, type, kSent + kMillisecond);
  }
  // `ms` after the sending.
  bool at(int ms, std::string_view bytes) {
    return exchange.body(bytes, kSent + ms * kMillisecond,
                         [&](double gap) { gaps.push_back(gap); });
  }
  Exchange exchange;
  std::vector<double> gaps;
};

}  // namespace

TEST_CASE("times are those of the pieces that say something, tokens those that the engine counts") {
  Talk talk;
  talk.at(5, ": ping\n\n");
  talk.at(10, kRole);
  talk.at(100, kToken);
  talk.at(150, std::string(kToken) + std::string(kToken));
  talk.at(180, kToken);
  talk.at(190, kFinish);
  talk.at(200, kUsage);
  CHECK_FALSE(talk.at(201, kDone));
  const Outcome o = talk.exchange.finish(true);
  REQUIRE(o.good());
  CHECK(o.first_event == kSent + 10 * kMillisecond);  // a ping is none
  CHECK(o.ttft_s() == Approx(0.1));
  CHECK(o.ttft_scheduled_s() == Approx(1.1));
  CHECK(o.latency_s() == Approx(0.18));
  CHECK(o.tokens == 9);
  CHECK(o.prompt_tokens == 4u);
  CHECK(o.chunks == 4);
  CHECK(*o.tpot_s() == Approx(0.08 / 8));
  CHECK(talk.gaps.size() == 2);
}

TEST_CASE("a speaker chunk and two seconds of silence are not the first token") {
  Talk talk;
  talk.at(1, ": ping\n\n");
  talk.at(2, kRole);
  talk.at(2002, kToken);
  talk.at(2010, kUsage);
  CHECK_FALSE(talk.at(2011, kDone));
  const Outcome o = talk.exchange.finish(true);
  REQUIRE(o.good());
  CHECK(o.ttft_s() == Approx(2.002));
}

TEST_CASE("an engine that says so is timed by its speaker chunk") {
  ExchangeOptions options;
  options.first_token = FirstToken::role;
  Talk talk(options);
  talk.at(10, kRole);
  talk.at(100, std::string(kToken) + std::string(kUsage) + std::string(kDone));
  CHECK(talk.exchange.finish(true).ttft_s() == Approx(0.01));
}

TEST_CASE("a stream that ends early is cut, unless the engine had said why it stopped") {
  Talk cut;
  cut.at(10, std::string(kToken) + std::string(kUsage));
  CHECK(cut.exchange.finish(false).trouble == Trouble::cut);
  Talk closed;
  closed.at(10, std::string(kToken) + std::string(kFinish) + std::string(kUsage));
  CHECK(closed.exchange.finish(false).good());
}

TEST_CASE("an answer without a token, or without a count, is no good answer") {
  Talk empty;
  empty.at(10, std::string(kRole) + std::string(kUsage) + std::string(kDone));
  CHECK(empty.exchange.finish(true).trouble == Trouble::empty);
  Talk uncounted;
  uncounted.at(10, std::string(kToken) + std::string(kDone));
  CHECK(uncounted.exchange.finish(true).trouble == Trouble::no_usage);
}

TEST_CASE("errors: of the status with its message, and inside an answer that began well") {
  for (const auto& [status, trouble] :
       {std::pair{401, Trouble::unauthorised}, std::pair{404, Trouble::not_found},
        std::pair{429, Trouble::queue_full}, std::pair{503, Trouble::queue_full},
        std::pair{400, Trouble::client_error}, std::pair{500, Trouble::server_error},
        std::pair{302, Trouble::not_an_engine}}) {
    Talk talk({}, status, "application/json");
    talk.at(1, R"({"error":{"message":"why "})");
    CHECK(talk.at(2, "}") == true);
    const Outcome o = talk.exchange.finish(true);
    INFO(status);
    CHECK(o.trouble == trouble);
    CHECK(o.detail == "the engine answered " + std::to_string(status) + ": why ");
  }
  Talk inside;
  inside.at(10, kToken);
  CHECK_FALSE(inside.at(20, "data: {\"error\":{\"message\":\"out of\\u0001memory\"}}\n\n"));
  CHECK(inside.exchange.finish(true).trouble == Trouble::engine_error);
  Talk event;
  CHECK_FALSE(event.at(20, "event: error\ndata: {\"x\":1}\n\n"));
  CHECK(event.exchange.finish(true).trouble == Trouble::engine_error);
}

TEST_CASE("a page, broken JSON and a line without end are told apart") {
  Talk page({}, 200, "text/html");
  CHECK(page.exchange.finish(true).trouble == Trouble::not_an_engine);
  Talk broken;
  CHECK_FALSE(broken.at(10, "data: {\"choices\":[\n\n"));
  CHECK(broken.exchange.finish(true).trouble == Trouble::protocol);
  Talk endless;
  const std::string megabyte(1u << 20, 'x');
  endless.at(10, megabyte);
  CHECK_FALSE(endless.at(11, "x"));
  CHECK(endless.exchange.finish(true).trouble == Trouble::too_long);
}

TEST_CASE("a whole answer has a latency and no first token") {
  ExchangeOptions options;
  options.streamed = false;
  Talk talk(options, 200, "application/json");
  talk.at(300, R"({"choices":[{"message":{"content":"a"},"finish_reason":"stop"}],)");
  talk.at(400, R"("usage":{"completion_tokens":3,"prompt_tokens":2}})");
  const Outcome o = talk.exchange.finish(true);
  REQUIRE(o.good());
  CHECK(o.first_token == 0);
  CHECK(o.latency_s() == Approx(0.4));
  CHECK(o.tokens == 3);
  CHECK_FALSE(o.tpot_s());
}

TEST_CASE("Ollama's lines are an answer too") {
  ExchangeOptions options;
  options.lines = true;
  Talk talk(options, 200, "application/x-ndjson");
  talk.at(100, "{\"response\":\"a\",\"done\":false}\n{\"respo");
  talk.at(200, "nse\":\"b\",\"done\":false}\n");
  CHECK_FALSE(
      talk.at(210, "{\"response\":\"\",\"done\":true,\"eval_count\":2,\"eval_duration\":9}\n"));
  const Outcome o = talk.exchange.finish(true);
  REQUIRE(o.good());
  CHECK(o.ttft_s() == Approx(0.1));
  CHECK(o.latency_s() == Approx(0.2));
  CHECK(o.tokens == 2);
}

TEST_CASE("the first trouble stays, and every class has a name of its own") {
  Talk talk;
  talk.exchange.fail(Trouble::stalled, "nothing came");
  talk.exchange.fail(Trouble::timeout, "later");
  CHECK(talk.exchange.finish(false).trouble == Trouble::stalled);
  for (int i = 0; i < kTroubles; ++i) {
    for (int j = 0; j < i; ++j) {
      CHECK(to_string(static_cast<Trouble>(i)) != to_string(static_cast<Trouble>(j)));
    }
  }
}
