// SPDX-License-Identifier: Apache-2.0
//
// What the load client can do and what it costs, against a server on the loopback that computes
// nothing. Rates are per second of the client's own CPU time, which is what "on one core" means on
// a machine that others use as well; peers are measured in turn with it, against the same server.
#include <sys/resource.h>

#include <boost/asio/io_context.hpp>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>

#include "tests/bench/bench_row.hpp"
#include "tests/bench/need.hpp"
#include "tests/bench/pairs.hpp"
#include "workloads/openai/load_client.hpp"
#include "workloads/openai/null_server.hpp"

namespace {

using namespace soakrig;
using namespace soakrig::bench;
using namespace soakrig::workloads;

const SystemClock kClock;
constexpr int kRounds = 5;

std::unique_ptr<NullServer> serve(int tokens, Nanos interval = 0, bool stamped = false) {
  return need(start_null_server({.tokens = tokens, .interval = interval, .stamped = stamped}));
}

ClientOptions asking(const NullServer& server, int streams) {
  ClientOptions options;
  options.url = need(parse_http_url("http://127.0.0.1:" + std::to_string(server.port())));
  options.streams = streams;
  return options;
}

std::unique_ptr<LoadClient> client_of(ClientOptions options) {
  return need(make_load_client(std::move(options), need(Prompts::make({})), kClock));
}

double cpu_s() {
  rusage used{};
  ::getrusage(RUSAGE_CHILDREN, &used);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 1e-6;
  };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

double resident_mb() {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;) {
    double kilobytes = 0;
    if (word == "VmRSS:" && status >> kilobytes) return kilobytes / 1024;
  }
  return 0;
}

struct Rate {
  double per_cpu_s = 0, per_s = 0;
};

// Requests and their tokens of a closed loop, after a moment to warm up.
Rate closed_loop(int tokens, int streams, double of_each) {
  const auto server = serve(tokens);
  const auto client = client_of(asking(*server, streams));
  client->run_for(kSecond / 5);
  static_cast<void>(client->take_window());
  const auto before = client->totals().requests;
  client->run_for(kSecond);
  const ClientWindow window = client->take_window();
  const double done = static_cast<double>(client->totals().requests - before) * of_each;
  return {done / to_seconds(window.cpu), done / to_seconds(window.wall)};
}

std::string peer_root() {
  const char* root = std::getenv("SOAKRIG_PEERS");
  return root != nullptr ? root : "";
}

std::string output_of(const std::string& command) {
  std::string text;
  if (FILE* pipe = ::popen(command.c_str(), "r")) {
    char piece[4096];
    while (const std::size_t n = std::fread(piece, 1, sizeof piece, pipe)) text.append(piece, n);
    ::pclose(pipe);
  }
  return text;
}

// Requests a second of wrk's CPU time, asking the same server for the same; 0 without wrk.
double wrk_rate(int tokens, int streams) {
  const auto server = serve(tokens);
  std::string program = "wrk";
  if (const std::string below = peer_root() + "/usr/bin/wrk"; std::filesystem::exists(below)) {
    program = "LD_LIBRARY_PATH='" + peer_root() + "/usr/lib/x86_64-linux-gnu' '" + below + "'";
  }
  const double before = cpu_s();
  const std::string text = output_of(program + " -t1 -c" + std::to_string(streams) +
                                     " -d1s http://127.0.0.1:" + std::to_string(server->port()) +
                                     "/v1/chat/completions 2>/dev/null");
  double requests = 0;
  const std::size_t at = text.find(" requests in ");
  const std::size_t line = at == std::string::npos ? at : text.rfind('\n', at);
  if (line == std::string::npos) return 0;
  if (std::sscanf(text.c_str() + line + 1, "%lf", &requests) != 1) return 0;
  const double used = cpu_s() - before;
  return used > 0 ? requests / used : 0;
}

// Tokens a second of CPU time of the client in Python; 0 where it cannot run.
double aiohttp_rate(int tokens, int streams) {
  const auto server = serve(tokens);
  const std::string text = output_of(
      "PYTHONPATH='" + peer_root() + "/usr/lib/python3/dist-packages' python3 -B '" +
      SOAKRIG_SOURCE_DIR "/tests/bench/aiohttp_client.py' " + std::to_string(server->port()) + " " +
      std::to_string(streams) + " 1.5 2>/dev/null");
  double rate = 0;
  return std::sscanf(text.c_str(), "%lf", &rate) == 1 ? rate : 0;
}

void tokens_row() {
  constexpr int kTokens = 256, kStreams = 8;
  std::vector<double> wall;
  const Pair pair = interleaved(
      kRounds,
      [&] {
        const Rate rate = closed_loop(kTokens, kStreams, kTokens);
        wall.push_back(rate.per_s);
        return rate.per_cpu_s;
      },
      [&] { return aiohttp_rate(kTokens, kStreams); });
  print({"client.tokens", pair.ours, "tokens/s of a core", "", 0, Reach{"value", ">=", 200'000}});
  print({"client.tokens.wall", median(wall), "tokens/s"});
  print({"client.tokens.aiohttp", pair.ours, "tokens/s of a core", "a client in Python (aiohttp)",
         pair.theirs, Reach{"ratio", ">=", 20}, pair.theirs == 0});
}

void requests_row() {
  constexpr int kStreams = 16;
  const Pair pair = interleaved(
      kRounds, [&] { return closed_loop(1, kStreams, 1).per_cpu_s; },
      [&] { return wrk_rate(1, kStreams); });
  print(
      {"client.requests", pair.ours, "requests/s of a core", "", 0, Reach{"value", ">=", 20'000}});
  print({"client.requests.wrk", pair.ours, "requests/s of a core", "wrk", pair.theirs,
         Reach{"ratio", ">=", 0.5}, pair.theirs == 0});
}

// Compares the moment at which each token was stamped with the one that the server wrote into it.
class StampSink final : public HttpSink {
 public:
  void on_sent(Nanos) override {}
  void on_headers(int, std::string_view, Nanos) override {}
  bool on_body(std::string_view bytes, Nanos at) override {
    static_cast<void>(events_.feed(bytes, [&](const SseEvent& event) {
      const auto chunk = parse_chunk(event.data);
      if (!chunk || chunk->text.empty()) return;
      Nanos sent = 0;
      std::from_chars(chunk->text.data(), chunk->text.data() + chunk->text.size(), sent);
      errors.push_back(static_cast<double>(at - sent) * 1e-3);
    }));
    return true;
  }
  void on_end(Trouble, const std::string&) override { ended = true; }

  std::vector<double> errors;  // us
  bool ended = false;

 private:
  SseParser events_;
};

void stamp_row() {
  constexpr int kStreams = 10, kTokens = 2000;
  const auto server = serve(kTokens, kMillisecond, true);
  const ClientOptions options = asking(*server, 1);
  boost::asio::io_context context(1);
  const auto target = need(make_target(context, options.url, {}, kClock));
  std::vector<StampSink> sinks(kStreams);
  std::vector<std::unique_ptr<HttpConnection>> connections;
  for (StampSink& sink : sinks) {
    connections.push_back(target->connect());
    connections.back()->exchange("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n", sink);
  }
  context.run_for(std::chrono::seconds(20));
  std::vector<double> errors;
  for (const StampSink& sink : sinks)
    errors.insert(errors.end(), sink.errors.begin(), sink.errors.end());
  std::ranges::sort(errors);
  if (errors.empty()) return;
  print({"client.stamp", errors[errors.size() * 99 / 100], "us, p99", "", 0,
         Reach{"value", "<=", 100}});
  print({"client.stamp.median", errors[errors.size() / 2], "us"});
}

void pacing_row() {
  const auto server = serve(1);
  ClientOptions options = asking(*server, 1);
  options.arrivals.emplace();
  options.arrivals->rate = 5000;
  const auto client = client_of(options);
  client->run_for(5 * kSecond);
  const ClientWindow window = client->take_window();
  print({"client.pacing", window.lag.quantile(0.99) * 1e3, "ms, p99 at 5000/s", "", 0,
         Reach{"value", "<=", 1}});
  print({"client.pacing.sent", static_cast<double>(window.lag.count()) / 5, "requests/s",
         "asked for", 5000, Reach{"ratio", ">=", 0.99}});
}

// What is resident after many requests, and what each further one would add over 72 h at 50 a
// second.
void memory_row() {
  constexpr std::uint64_t kFirst = 20'000, kThen = 200'000;
  constexpr double kSoak = 72 * 3600.0 * 50;
  const auto server = serve(8);
  const auto client = client_of(asking(*server, 8));
  client->run_requests(kFirst, 60 * kSecond);
  const double early = resident_mb();
  client->run_requests(kThen, 120 * kSecond);
  const double late = resident_mb();
  const double each = std::max(0.0, late - early) / static_cast<double>(kThen);
  print({"client.memory", late + each * (kSoak - static_cast<double>(kFirst + kThen)),
         "MB after 72 h at 50/s, projected", "", 0, Reach{"value", "<=", 30}});
  print({"client.memory.now", late, "MB after " + std::to_string(kFirst + kThen) + " requests"});
}

void streams_row() {
  constexpr int kStreams = 1000;
  const auto server = serve(20, 100 * kMillisecond);
  const auto client = client_of(asking(*server, kStreams));
  client->run_for(6 * kSecond);
  const ClientTotals& totals = client->totals();
  const auto window = client->take_window();
  print({"client.streams", totals.failed == 0 ? static_cast<double>(window.open) : 0,
         "streams at once, none failed", "", 0, Reach{"value", ">=", kStreams}});
  print({"client.streams.answers", static_cast<double>(totals.requests), "answers", "", 0,
         Reach{"value", ">=", kStreams}});
}

void board_row() {
  const auto server = serve(100, 20 * kMillisecond);
  const auto client = client_of(asking(*server, 8));
  client->run_for(kSecond);
  static_cast<void>(client->take_window());
  client->run_for(8 * kSecond);
  const ClientWindow window = client->take_window();
  print({"client.board", 100 * static_cast<double>(window.cpu) / static_cast<double>(window.wall),
         "% of a core at 8 x 50 tokens/s", "", 0, Reach{"value", "<=", 0.5}});
}

}  // namespace

int main() {
  const std::pair<const char*, void (*)()> rows[] = {
      {"client.memory", memory_row},   {"client.board", board_row},
      {"client.stamp", stamp_row},     {"client.pacing", pacing_row},
      {"client.tokens", tokens_row},   {"client.requests", requests_row},
      {"client.streams", streams_row},
  };
  for (const auto& [name, measure] : rows) {
    if (wanted(name)) measure();
  }
}
