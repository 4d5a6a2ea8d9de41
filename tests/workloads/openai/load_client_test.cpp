// SPDX-License-Identifier: Apache-2.0
// Also tests: http_connection.cpp
//
// The whole client against servers on the loopback: what it counts, how it paces, and what it makes
// of servers that misbehave. How fast it is belongs to tests/bench.
#include "workloads/openai/load_client.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/raw_server.hpp"
#include "workloads/openai/null_server.hpp"

using namespace soakrig;
using namespace soakrig::workloads;
using soakrig::test::RawServer;

namespace {

const SystemClock kClock;

ClientOptions asking(const std::string& url) {
  ClientOptions options;
  options.url = parse_http_url(url).value();
  return options;
}

std::unique_ptr<LoadClient> client_of(const ClientOptions& options) {
  return make_load_client(options, Prompts::make({}).value(), kClock).value();
}

std::string url_of(const NullServer& server) {
  return "http://127.0.0.1:" + std::to_string(server.port());
}

std::string answer(const std::string& body, const std::string& type = "text/event-stream") {
  return "HTTP/1.1 200 OK\r\nContent-Type: " + type +
         "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

const std::string kGood =
    "data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\n"
    "data: {\"choices\":[],\"usage\":{\"completion_tokens\":1}}\n\ndata: [DONE]\n\n";

// The trouble that one request meets.
Outcome trouble_with(std::vector<RawServer::Answer> answers,
                     ClientOptions (*change)(ClientOptions)) {
  const RawServer server(std::move(answers));
  const auto client = client_of(change(asking(server.url())));
  client->run_requests(1, 5 * kSecond);
  CHECK(client->totals().requests == 1);
  CHECK(client->totals().failed == 1);
  const auto window = client->take_window();
  REQUIRE(window.trouble);
  return *window.trouble;
}

ClientOptions as_is(ClientOptions options) { return options; }

}  // namespace

TEST_CASE(
    "a closed loop keeps its number of requests on their way and counts the engine's tokens") {
  const auto server = start_null_server({.tokens = 10, .interval = kMillisecond}).value();
  ClientOptions options = asking(url_of(*server));
  options.streams = 3;
  const auto client = client_of(options);
  client->run_requests(12, 20 * kSecond);
  const ClientTotals& totals = client->totals();
  CHECK(totals.requests >= 12);
  CHECK(totals.failed == 0);
  CHECK(totals.tokens == 10 * totals.requests);
  CHECK(totals.prompt_tokens == 8 * totals.requests);
  CHECK(totals.good == totals.requests);
  const ClientWindow window = client->take_window();
  CHECK(window.open == 2);  // the one that ended last has not begun again
  CHECK(window.ttft.count() == totals.requests);
  CHECK(window.tpot.quantile(0.5) > 0.5e-3);
  CHECK(totals.answer_busy > 0);
  CHECK(totals.answer_busy <=
        window.wall);  // shared time: three streams cannot take more than there was
  CHECK(client->take_window().latency.count() == 0);
}

TEST_CASE("requests of an open loop wait for a slow engine, and their wait counts") {
  const auto server = start_null_server({.tokens = 2, .interval = 50 * kMillisecond}).value();
  ClientOptions options = asking(url_of(*server));
  options.arrivals.emplace();
  options.arrivals->rate = 100;
  options.most_open = 1;
  const auto client = client_of(options);
  client->run_requests(8, 20 * kSecond);
  const ClientWindow window = client->take_window();
  CHECK(window.latency.quantile(1) < 0.4);
  // The eighth was due after 70 ms and had to wait for seven of 100 ms each.
  CHECK(window.latency_scheduled.max() > 0.6);
  CHECK(window.ttft_scheduled.max() > window.ttft.max() + 0.3);
  // Waiting for the engine is not the client's own lag.
  CHECK(window.lag.count() <= 2);
}

TEST_CASE("a server that stalls makes requests late by their schedule, not by their sending") {
  const auto server = start_null_server({.tokens = 1, .interval = 20 * kMillisecond}).value();
  ClientOptions options = asking(url_of(*server));
  options.arrivals.emplace();
  options.arrivals->pattern = "poisson";
  options.arrivals->rate = 400;  // eight times what it can answer
  options.most_open = 1;
  const auto client = client_of(options);
  client->run_requests(40, 20 * kSecond);
  const ClientWindow window = client->take_window();
  REQUIRE(window.latency.count() == 40);
  CHECK(window.latency_scheduled.quantile(0.99) > 3 * window.latency.quantile(0.99));
  CHECK(window.latency_scheduled.quantile(0.99) > 0.4);
}

TEST_CASE("a good answer is one within the limits, from the time at which it was due") {
  const auto server = start_null_server({.tokens = 3, .interval = 10 * kMillisecond}).value();
  ClientOptions options = asking(url_of(*server));
  options.slo.latency_s = 0.01;
  const auto strict = client_of(options);
  strict->run_requests(2, 10 * kSecond);
  CHECK(strict->totals().good == 0);
  options.slo = {10.0, 10.0, 10.0};
  const auto mild = client_of(options);
  mild->run_requests(2, 10 * kSecond);
  CHECK(mild->totals().good == mild->totals().requests);
}

TEST_CASE("each kind of misbehaviour is a class of its own") {
  const std::string head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n";
  const std::string token = "data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\n";
  CHECK(trouble_with({{answer("<html>", "text/html")}}, as_is).trouble == Trouble::not_an_engine);
  CHECK(trouble_with({{answer("data: {nonsense}\n\n")}}, as_is).trouble == Trouble::protocol);
  CHECK(
      trouble_with({{answer("data: {\"error\":{\"message\":\"bad\"}}\n\ndata: [DONE]\n\n")}}, as_is)
          .detail == "bad");
  CHECK(trouble_with({{head + "Content-Length: 99\r\n\r\n" + token, true}}, as_is).trouble ==
        Trouble::cut);
  CHECK(trouble_with({{head, true}}, as_is).trouble == Trouble::cut);
  CHECK(trouble_with({{"HTTP/1.1 429 Slow\r\nContent-Length: 0\r\n\r\n"}}, as_is).trouble ==
        Trouble::queue_full);
  CHECK(trouble_with({{answer("data: [DONE]\n\n")}}, as_is).trouble == Trouble::empty);
  const auto impatient = [](ClientOptions options) {
    options.stall = 150 * kMillisecond;
    return options;
  };
  CHECK(trouble_with({{head + "Content-Length: 999\r\n\r\n" + token}}, impatient).trouble ==
        Trouble::stalled);
  const auto hurried = [](ClientOptions options) {
    options.timeout = 150 * kMillisecond;
    return options;
  };
  CHECK(trouble_with({{""}}, hurried).trouble == Trouble::timeout);
  const auto narrow = [](ClientOptions options) {
    options.exchange.longest = 100'000;
    return options;
  };
  CHECK(trouble_with({{head + "\r\ndata: " + std::string(1'000'000, 'x'), true}}, narrow).trouble ==
        Trouble::too_long);
}

TEST_CASE("a connection that lay idle and was closed is opened anew, which is no failure") {
  const RawServer server({{answer(kGood), true}, {answer(kGood)}});
  const auto client = client_of(asking(server.url()));
  client->run_requests(3, 10 * kSecond);
  CHECK(client->totals().failed == 0);
  CHECK(client->totals().tokens == client->totals().requests);
  CHECK(server.connections() == 2);
}

TEST_CASE("after a failure a closed loop rests, and goes on when the engine is back") {
  const RawServer server({{"HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n"}, {answer(kGood)}});
  const auto client = client_of(asking(server.url()));
  client->run_requests(4, 10 * kSecond);
  CHECK(client->totals().failed == 1);
  CHECK(client->totals().troubles[static_cast<std::size_t>(Trouble::server_error)] == 1);
  CHECK(client->totals().tokens == 3);
}

TEST_CASE("nobody there is told from an address that is none") {
  std::string gone;
  {
    const RawServer server({{""}});
    gone = server.url();
  }
  const auto client = client_of(asking(gone));
  client->run_requests(1, 5 * kSecond);
  CHECK(client->take_window().trouble->trouble == Trouble::refused);
  CHECK(make_load_client(asking("http://no-such-host.invalid"), Prompts::make({}).value(), kClock)
            .error()
            .code == Errc::not_found);
}

TEST_CASE("the client says when it may be the limit itself") {
  ClientWindow window;
  CHECK_FALSE(window.client_is_limit());
  window.wall = kSecond;
  window.cpu = kSecond / 2;
  CHECK_FALSE(window.client_is_limit());
  window.cpu = kSecond * 9 / 10;
  CHECK(window.client_is_limit());
  window.cpu = 0;
  for (int i = 0; i < 10; ++i) window.lag.add(0.05);
  CHECK(window.client_is_limit());
}
