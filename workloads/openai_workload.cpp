// SPDX-License-Identifier: Apache-2.0
#include "workloads/openai_workload.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "rig/base/json_guard.hpp"
#include "workloads/load_options.hpp"
#include "workloads/openai/engine_facts.hpp"
#include "workloads/openai/http_fetch.hpp"
#include "workloads/openai/null_server.hpp"

namespace soakrig::workloads {

namespace {

using Json = nlohmann::json;

constexpr Nanos kSlice = 100 * kMillisecond;
constexpr Nanos kTellEvery = kSecond;  // failures and the client's own state
constexpr Nanos kHistogramEvery = 10 * kSecond;
constexpr Nanos kCalibration = 200 * kMillisecond;
constexpr Nanos kFactTimeout = 2 * kSecond;

void merge(ClientWindow& into, ClientWindow&& from) {
  into.ttft.merge(from.ttft);
  into.ttft_scheduled.merge(from.ttft_scheduled);
  into.tpot.merge(from.tpot);
  into.gap.merge(from.gap);
  into.latency.merge(from.latency);
  into.latency_scheduled.merge(from.latency_scheduled);
  into.lag.merge(from.lag);
  into.wall += from.wall;
  into.cpu += from.cpu;
  into.open = from.open;
  if (!into.trouble) into.trouble = std::move(from.trouble);
}

class OpenaiWorkload final : public Workload {
 public:
  OpenaiWorkload(OpenaiOptions options, std::unique_ptr<LoadClient> client, Prompts prompts,
                 const Clock& clock)
      : options_(std::move(options)),
        client_(std::move(client)),
        prompts_(std::move(prompts)),
        clock_(clock) {}

  Result<std::map<std::string, std::string>> prepare() override {
    std::map<std::string, std::string> facts;
    facts["client"] = options_.client.arrivals ? options_.client.arrivals->pattern : "closed";
    facts["speed_of"] = options_.client.arrivals ? "one stream" : "all streams";
    if (options_.calibrate) {
      if (const auto done = calibrate(facts); !done) return done.error();
    }
    if (const auto ready = wait_until_ready(); !ready) return ready.error();
    for (const std::string& path : fact_paths()) {
      const auto told = http_fetch(options_.client.url, path, options_.client.trust,
                                   options_.client.token, kFactTimeout, clock_);
      if (told && told->status == 200) add_engine_facts(path, told->body, facts);
    }
    told_at_ = histogram_at_ = clock_.boot_ns();
    return facts;
  }

  Slice run_slice() override {
    const ClientTotals before = client_->totals();
    client_->run_for(kSlice);
    const ClientTotals& now = client_->totals();
    ClientWindow window = client_->take_window();
    Slice slice;
    slice.side_by_side = true;
    slice.cycle_ended = now.requests - now.failed > before.requests - before.failed;
    const auto grown = [](std::uint64_t a, std::uint64_t b) { return static_cast<double>(a - b); };
    slice.done = {
        {"tokens", grown(now.tokens, before.tokens), now.answer_busy - before.answer_busy},
        {"prompt_tokens", grown(now.prompt_tokens, before.prompt_tokens),
         now.prompt_busy - before.prompt_busy},
        {"requests", grown(now.requests, before.requests), 0},
        {"good", grown(now.good, before.good), 0},
        {"failed", grown(now.failed, before.failed), 0}};
    add_gauges(window, slice);
    merge(since_told_, ClientWindow(window));
    merge(since_histogram_, std::move(window));
    return slice;
  }

  std::vector<Verification> verify() override { return {}; }
  bool corrupt(Corruption) override { return false; }

  std::vector<std::string> take_notes() override {
    std::vector<std::string> notes;
    const Nanos now = clock_.boot_ns();
    if (now - told_at_ < kTellEvery) return notes;
    told_at_ = now;
    const ClientWindow window = std::exchange(since_told_, {});
    if (window.trouble) notes.push_back(failures(*window.trouble));
    const bool limit = window.client_is_limit();
    if (limit != limit_) notes.push_back(client_state(window, limit));
    limit_ = limit;
    return notes;
  }

  std::vector<std::string> take_histograms(bool last) override {
    const Nanos now = clock_.boot_ns();
    if (!last && now - histogram_at_ < kHistogramEvery) return {};
    const double length = to_seconds(now - std::exchange(histogram_at_, now));
    const ClientWindow w = std::exchange(since_histogram_, {});
    std::string series;
    for (const auto& [name, histogram] :
         {std::pair{"gap", &w.gap}, std::pair{"lag", &w.lag}, std::pair{"latency", &w.latency},
          std::pair{"latency_scheduled", &w.latency_scheduled}, std::pair{"tpot", &w.tpot},
          std::pair{"ttft", &w.ttft}, std::pair{"ttft_scheduled", &w.ttft_scheduled}}) {
      if (histogram->count() == 0) continue;
      series += fmt::format(R"({}"{}":{})", series.empty() ? "" : ",", name, histogram->json());
    }
    if (series.empty()) return {};
    return {fmt::format(R"({{"window_s":{:.3f},"series":{{{}}}}})", length, series)};
  }

 private:
  // What this client can do here at most, from what it costs to ask an engine that computes
  // nothing.
  Result<void> calibrate(std::map<std::string, std::string>& facts) {
    const auto server = start_null_server({});
    if (!server) return server.error();
    ClientOptions options = options_.client;
    options.url = {false, "127.0.0.1", std::to_string((*server)->port()), ""};
    options.api = Api::chat;
    options.exchange = {};
    options.arrivals.reset();
    options.streams = std::clamp(options.streams, 1, 8);
    options.token.clear();
    auto client = make_load_client(options, prompts_, clock_);
    if (!client) return client.error();
    (*client)->run_for(kCalibration);
    const ClientTotals& totals = (*client)->totals();
    const double cpu = std::max(1e-6, to_seconds((*client)->take_window().cpu));
    if (totals.tokens == 0) return Error{Errc::io, "the client cannot ask its own null server", ""};
    facts["client_tokens_per_cpu_s"] =
        fmt::format("{:.0f}", static_cast<double>(totals.tokens) / cpu);
    facts["client_requests_per_cpu_s"] =
        fmt::format("{:.0f}", static_cast<double>(totals.requests) / cpu);
    return {};
  }

  // One answer after another until one is good. What it cost to get there is not measured.
  Result<void> wait_until_ready() {
    ClientOptions options = options_.client;
    options.arrivals.reset();
    options.streams = 1;
    auto client = make_load_client(options, prompts_, clock_);
    if (!client) return client.error();
    const Nanos until = clock_.boot_ns() + options_.ready_within;
    std::optional<Outcome> trouble;
    while (clock_.boot_ns() < until) {
      (*client)->run_requests(1, std::min<Nanos>(kSecond, until - clock_.boot_ns()));
      ClientWindow window = (*client)->take_window();
      if (window.last) return {};
      if (window.trouble) trouble = std::move(window.trouble);
      if (trouble && hopeless(trouble->trouble)) break;
    }
    const std::string why =
        trouble ? std::string(to_string(trouble->trouble)) + ": " + trouble->detail : "no answer";
    return Error{Errc::io,
                 "the engine at " + options.url.authority() + " gives no good answer: " + why,
                 "mend that, or give it more time with --ready-within"};
  }

  // No waiting mends these.
  static bool hopeless(Trouble trouble) {
    return trouble == Trouble::unauthorised || trouble == Trouble::tls ||
           trouble == Trouble::client_error || trouble == Trouble::no_usage;
  }

  void add_gauges(const ClientWindow& window, Slice& slice) const {
    slice.gauges.push_back({"open", static_cast<double>(window.open)});
    if (window.wall > 0) {
      slice.gauges.push_back(
          {"client_cpu", static_cast<double>(window.cpu) / static_cast<double>(window.wall)});
    }
    if (window.lag.count() > 0) slice.gauges.push_back({"lag_ms", window.lag.max() * 1e3});
    if (!window.last) return;
    const Outcome& last = *window.last;
    slice.gauges.push_back({"latency_ms", last.latency_scheduled_s() * 1e3});
    if (last.first_token == 0) return;
    slice.gauges.push_back({"ttft_ms", last.ttft_scheduled_s() * 1e3});
    if (const auto tpot = last.tpot_s()) slice.gauges.push_back({"tpot_ms", *tpot * 1e3});
  }

  std::string failures(const Outcome& first) const {
    Json counts = Json::object();
    const ClientTotals& totals = client_->totals();
    for (std::size_t i = 1; i < totals.troubles.size(); ++i) {
      if (totals.troubles[i] > 0)
        counts[std::string(to_string(static_cast<Trouble>(i)))] = totals.troubles[i];
    }
    return dump_json(
        {{"requests",
          {{"failed", counts},
           {"first", {{"class", to_string(first.trouble)}, {"detail", first.detail}}}}}});
  }

  static std::string client_state(const ClientWindow& window, bool limit) {
    return dump_json({{"client",
                       {{"limit", limit},
                        {"cpu", static_cast<double>(window.cpu) /
                                    static_cast<double>(std::max<Nanos>(1, window.wall))},
                        {"lag_p99_s", window.lag.quantile(0.99)}}}});
  }

  OpenaiOptions options_;
  std::unique_ptr<LoadClient> client_;
  Prompts prompts_;
  const Clock& clock_;
  ClientWindow since_told_, since_histogram_;
  Nanos told_at_ = 0, histogram_at_ = 0;
  bool limit_ = false;
};

}  // namespace

Result<std::unique_ptr<Workload>> make_openai(const OpenaiOptions& options, const Clock& clock) {
  auto prompts = Prompts::make(options.prompts);
  if (!prompts) return prompts.error();
  if (options.client.streams < 1 || options.client.streams > 4096) {
    return usage("--streams is from 1 to 4096", "");
  }
  if (options.client.answer_tokens < 1 || options.client.answer_tokens > 1'000'000) {
    return usage("--answer-tokens is from 1 to 1000000", "");
  }
  auto client = make_load_client(options.client, *prompts, clock);
  if (!client) return client.error();
  return std::unique_ptr<Workload>(
      std::make_unique<OpenaiWorkload>(options, std::move(*client), std::move(*prompts), clock));
}

}  // namespace soakrig::workloads
