// SPDX-License-Identifier: Apache-2.0
#include "workloads/openai_workload.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <nlohmann/json.hpp>
#include <utility>

#include "rig/base/json_guard.hpp"
#include "workloads/container/started_program.hpp"
#include "workloads/load_options.hpp"
#include "workloads/openai/canary.hpp"
#include "workloads/openai/engine_facts.hpp"
#include "workloads/openai/histogram_pace.hpp"
#include "workloads/openai/http_fetch.hpp"
#include "workloads/openai/null_server.hpp"

namespace soakrig::workloads {

namespace {

using Json = nlohmann::json;

constexpr Nanos kSlice = 100 * kMillisecond;
constexpr Nanos kTellEvery = kSecond;  // failures and the client's own state
constexpr Nanos kCalibration = 200 * kMillisecond;
constexpr Nanos kFactTimeout = 2 * kSecond;
constexpr Nanos kForEver = 1'000'000 * kHour;
constexpr Nanos kStopWithin = 5 * kSecond;
constexpr std::size_t kMostLog = 20, kMostLogLine = 300;
constexpr int kColdAnswers = 8;
constexpr int kEngineGone = 70;  // the engine ended with code 0 while it was to serve

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
  if (from.waited) into.waited = into.waited.value_or(0) + *from.waited;
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

  ~OpenaiWorkload() override { stop_engine(); }

  Result<std::map<std::string, std::string>> prepare() override {
    std::map<std::string, std::string> facts = options_.facts;
    if (!options_.start.empty()) start_engine();
    facts["client"] = options_.client.arrivals ? options_.client.arrivals->pattern : "closed";
    if (!options_.client.arrivals) facts["streams"] = std::to_string(options_.client.streams);
    facts["speed_of"] = options_.client.arrivals ? "one stream" : "all streams";
    if (options_.calibrate) {
      if (const auto done = calibrate(facts); !done) return done.error();
    }
    if (const auto ready = wait_until_ready(); !ready) return ready.error();
    if (engine_) {
      if (auto note = engine_->take_note()) notes_.push_back(std::move(*note));
      facts.merge(engine_->facts());
    }
    if (options_.client.canary.every > 0) {
      if (const auto cold = calibrate_canary(facts); !cold) return cold.error();
    }
    for (const std::string& path : fact_paths()) {
      const auto told = http_fetch(options_.client.url, path, options_.client.trust,
                                   options_.client.token, kFactTimeout, clock_);
      if (told && told->status == 200) add_engine_facts(path, told->body, facts);
    }
    told_at_ = clock_.boot_ns();
    pace_.start(told_at_);
    return facts;
  }

  Slice run_slice() override {
    client_->run_for(kSlice);
    const ClientTotals& now = client_->totals();
    ClientWindow window = client_->take_window();
    Slice slice;
    slice.side_by_side = true;
    slice.cycle_ended = now.requests - now.failed > told_.requests - told_.failed;
    // Failures are told with the next answer: growing totals mean progress, and an engine that only
    // fails makes none. Events tell them at once.
    const ClientTotals& upto = slice.cycle_ended ? now : told_;
    const auto grown = [](std::uint64_t a, std::uint64_t b) { return static_cast<double>(a - b); };
    slice.done = {
        {"tokens", grown(upto.tokens, told_.tokens), upto.answer_busy - told_.answer_busy},
        {"prompt_tokens", grown(upto.prompt_tokens, told_.prompt_tokens),
         upto.prompt_busy - told_.prompt_busy},
        {"requests", grown(upto.requests, told_.requests), kTimeless},
        {"good", grown(upto.good, told_.good), kTimeless},
        {"failed", grown(upto.failed, told_.failed), kTimeless}};
    if (slice.cycle_ended) told_ = now;
    add_gauges(window, slice);
    for (const std::string& answer : window.canaries) judge_canary(answer);
    window.canaries.clear();
    merge(since_told_, ClientWindow(window));
    merge(since_histogram_, std::move(window));
    if (engine_ && engine_->poll(0)) slice.ending = engine_ended();
    return slice;
  }

  std::vector<Verification> verify() override { return std::exchange(verifications_, {}); }
  bool corrupt(Corruption) override { return false; }

  std::vector<std::string> take_notes() override {
    std::vector<std::string> notes = std::exchange(notes_, {});
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
    if (last && canary_) {
      if (const auto unfinished = canary_->give_up()) tell_canary(*unfinished);
    }
    const Nanos now = clock_.boot_ns();
    const auto window = last ? std::optional(pace_.take_last(now)) : pace_.take(now, false);
    if (!window) return {};
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
    return {fmt::format(R"({{"window_s":{:.3f},"series":{{{}}}{}{}}})", to_seconds(*window), series,
                        timed(), canary_counts())};
  }

 private:
  void start_engine() {
    StepLines lines;
    lines.on_line = [this](std::string_view line, bool) {
      log_.emplace_back(line.substr(0, kMostLogLine));
      if (log_.size() > kMostLog) log_.pop_front();
    };
    engine_ = std::make_unique<StartedProgram>("engine", options_.start, kForEver, clock_, lines);
  }

  // In order: it may have a cache or a file to finish.
  void stop_engine() {
    if (engine_) engine_->stop(kStopWithin);
    engine_.reset();
  }

  // An engine that ends by itself has failed, whatever its code says; this process ends likewise.
  Ending engine_ended() {
    const StepResult& result = engine_->result();
    Json said{{"code", nullptr}, {"signal", nullptr}, {"last", log_}};
    if (result.code) said["code"] = *result.code;
    if (result.signal) said["signal"] = *result.signal;
    notes_.push_back(dump_json({{"engine_ended", said}}));
    return {result.code.value_or(0) == 0 ? kEngineGone : *result.code, result.signal.value_or(0)};
  }

  std::string last_words() const {
    return log_.empty() ? "it said nothing" : "it said last: " + log_.back();
  }

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

  // What the fixed prompt is answered before any load.
  Result<void> calibrate_canary(std::map<std::string, std::string>& facts) {
    PromptOptions fixed;
    fixed.texts = {options_.client.canary.prompt};
    fixed.unique = false;
    auto prompts = Prompts::make(fixed);
    if (!prompts) return prompts.error();
    auto client = make_load_client(canary_options(options_.client), *prompts, clock_);
    if (!client) return client.error();
    std::vector<GreedyAnswer> cold;
    for (int i = 0; i < kColdAnswers; ++i) {
      (*client)->run_requests(1, options_.client.timeout);
      const ClientWindow window = (*client)->take_window();
      const auto answer = window.last ? parse_greedy(window.last->body) : Error{};
      if (answer) cold.push_back(*answer);
    }
    canary_.emplace(cold);
    facts["canary"] = canary_->off_because().empty()
                          ? fmt::format("on, ties up to {:.3g} nats", canary_->margin())
                          : "off: " + canary_->off_because();
    facts["canary_accepted"] = std::to_string(canary_->accepted());
    return {};
  }

  void judge_canary(const std::string& body) {
    const auto answer = parse_greedy(body);
    if (!canary_ || !answer) return;
    const Canary::Judged judged = canary_->judge(*answer);
    if (judged.finding == Canary::Finding::ask_again) {
      client_->ask_canary_now();  // at the same temperature and clock
    } else if (judged.finding != Canary::Finding::off) {
      tell_canary(judged);
    }
  }

  void tell_canary(const Canary::Judged& judged) {
    const bool corrupt = judged.finding == Canary::Finding::suspected;
    verifications_.push_back({!corrupt, judged.expected, judged.got});
    if (judged.finding == Canary::Finding::same) return;
    Json said{{"finding", corrupt ? "suspected-corruption" : "near-tie"},
              {"token", judged.at},
              {"gap", judged.gap ? Json(*judged.gap) : Json(nullptr)},
              {"expected", judged.expected},
              {"got", judged.got}};
    if (corrupt) {
      said["reruns"] = judged.reruns;
      said["repeated"] = judged.repeated;
      said["accepted"] = judged.accepted;
    }
    notes_.push_back(dump_json({{"canary", std::move(said)}}));
  }

  std::string canary_counts() const {
    if (!canary_ || canary_->counts().asked == 0) return {};
    const CanaryCounts& c = canary_->counts();
    return fmt::format(
        R"(,"canary":{{"asked":{},"same":{},"near_ties":{},"suspected":{},"tokens":{},"upper_per_million":{:.6g}}})",
        c.asked, c.same, c.near_ties, c.suspected, c.tokens, c.upper_per_million().value_or(0));
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
      if (engine_ && engine_->poll(0)) {
        const StepResult& r = engine_->result();
        const std::string how = !r.error.empty() ? r.error
                                : r.signal       ? "signal " + std::to_string(*r.signal)
                                                 : "code " + std::to_string(r.code.value_or(0));
        return Error{Errc::io, "the engine ended before it answered (" + how + "); " + last_words(),
                     "start it by hand and mend what it says"};
      }
      (*client)->run_requests(1, std::min<Nanos>(kSecond, until - clock_.boot_ns()));
      ClientWindow window = (*client)->take_window();
      if (window.last) return {};
      if (window.trouble) trouble = std::move(window.trouble);
      if (trouble && hopeless(trouble->trouble)) break;
    }
    const std::string why =
        trouble ? std::string(to_string(trouble->trouble)) + ": " + trouble->detail : "no answer";
    return Error{Errc::io,
                 "the engine at " + options.url.authority() + " gives no good answer: " + why +
                     (engine_ ? "; " + last_words() : std::string()),
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
      const auto share = [&](Nanos of) {
        return static_cast<double>(of) / static_cast<double>(window.wall);
      };
      slice.gauges.push_back({"client_cpu", share(window.cpu)});
      if (window.waited) slice.gauges.push_back({"client_wait", share(*window.waited)});
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

  // Totals of what client and engine say of the same requests, where the engine says anything.
  std::string timed() const {
    const ClientTotals::Timed& t = client_->totals().timed;
    if (t.requests == 0) return {};
    return fmt::format(
        R"(,"engine":{{"requests":{},"tokens":{},"engine_tokens":{},"s":{:.6f},"engine_s":{:.6f}}})",
        t.requests, t.tokens, t.engine_tokens, t.seconds, t.engine_seconds);
  }

  static std::string client_state(const ClientWindow& window, bool limit) {
    const auto share = [&](Nanos of) {
      return static_cast<double>(of) / static_cast<double>(std::max<Nanos>(1, window.wall));
    };
    return dump_json({{"client",
                       {{"limit", limit},
                        {"cpu", share(window.cpu)},
                        {"wait", window.waited ? Json(share(*window.waited)) : Json(nullptr)},
                        {"lag_p99_s", window.lag.quantile(0.99)}}}});
  }

  OpenaiOptions options_;
  std::unique_ptr<LoadClient> client_;
  Prompts prompts_;
  const Clock& clock_;
  ClientTotals told_;  // what the totals say so far
  ClientWindow since_told_, since_histogram_;
  std::unique_ptr<StartedProgram> engine_;  // that this process started
  std::deque<std::string> log_;             // the last lines of it
  std::vector<std::string> notes_;
  std::optional<Canary> canary_;
  std::vector<Verification> verifications_;
  Nanos told_at_ = 0;
  HistogramPace pace_;
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
