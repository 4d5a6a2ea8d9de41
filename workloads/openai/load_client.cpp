// SPDX-License-Identifier: Apache-2.0
#include "workloads/openai/load_client.hpp"

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <utility>
#include <vector>

#include "workloads/openai/request_text.hpp"
#include "workloads/openai/thread_time.hpp"

namespace soakrig::workloads {

namespace {

namespace asio = boost::asio;

// How often overdue requests and the canary are looked at: each look is a wake-up, and ten of them cost
// as much as ten tokens.
constexpr Nanos kSweep = 250 * kMillisecond;
constexpr Nanos kFirstRest = 50 * kMillisecond, kLongestRest = kSecond;  // after a failure
// Of the time, on a core or waiting for one: beyond it the client may be the limit.
constexpr double kBusyClient = 0.8;
constexpr double kLateClient = 0.01;  // s, p99 of the time by which requests went out late

// Time in which any of several streams is at work, shared out evenly among those at work.
class SharedTime {
 public:
  explicit SharedTime(bool shared) : shared_(shared) {}
  double enter(Nanos now) {
    advance(now);
    ++active_;
    return reading_;
  }
  Nanos leave(Nanos now, double entered) {
    advance(now);
    --active_;
    return static_cast<Nanos>(reading_ - entered);
  }

 private:
  // Moments are those at which bytes came, and sockets are looked at in no order of them.
  void advance(Nanos now) {
    if (now <= last_) return;
    if (active_ > 0) reading_ += static_cast<double>(now - last_) / (shared_ ? active_ : 1);
    last_ = now;
  }
  bool shared_;
  int active_ = 0;
  double reading_ = 0;  // of a clock that runs slower the more streams share it
  Nanos last_ = 0;
};

class Client;

class Slot final : public HttpSink {
 public:
  // What is not measured takes no part in busy time, gaps and counts.
  Slot(Client& client, std::unique_ptr<HttpConnection> connection, bool measured)
      : client_(client), connection_(std::move(connection)), measured_(measured) {}

  void begin(std::string request, Nanos scheduled, const ExchangeOptions& options);
  void look_at_time(Nanos now, Nanos timeout, Nanos stall);

  void on_sent(Nanos at) override;
  void on_headers(int status, std::string_view type, Nanos at) override {
    moved_ = at;
    exchange_->headers(status, type, at);
  }
  bool on_body(std::string_view bytes, Nanos at) override;
  void on_end(Trouble trouble, const std::string& detail) override;

 private:
  enum class Stage { none, prompt, answer };
  void done(bool whole, Nanos at);

  Client& client_;
  std::unique_ptr<HttpConnection> connection_;
  bool measured_;
  std::optional<Exchange> exchange_;
  ExchangeOptions options_;
  Nanos scheduled_ = 0, begun_ = 0, moved_ = 0;
  Stage stage_ = Stage::none;
  double entered_ = 0;
  Nanos prompt_busy_ = 0;
};

class Client final : public LoadClient {
 public:
  Client(ClientOptions options, Prompts prompts, std::unique_ptr<Arrivals> arrivals,
         const Clock& clock)
      : options_(std::move(options)),
        prompts_(std::move(prompts)),
        arrivals_(std::move(arrivals)),
        clock_(clock),
        text_(options_),
        canary_text_(canary_options(options_)),
        prompt_time_(arrivals_ == nullptr),
        answer_time_(arrivals_ == nullptr) {}

  Result<void> prepare() {
    auto target = make_target(context_, options_.url, options_.trust, clock_);
    if (!target) return target.error();
    target_ = std::move(*target);
    return {};
  }

  void run_for(Nanos length) override {
    const Nanos begin = clock_.boot_ns();
    const ThreadTime before = thread_time();
    if (!started_) start(begin);
    context_.restart();
    // The context's own run_for() lets the kernel arm a timer for each wait, which costs a token more
    // than its reading does: one timer for all of them is armed once.
    end_.expires_after(std::chrono::nanoseconds(length));
    end_.async_wait([this, run = ++runs_](const boost::system::error_code& error) {
      if (!error && run == runs_) context_.stop();
    });
    context_.run();
    end_.cancel();
    window_.wall += clock_.boot_ns() - begin;
    const ThreadTime after = thread_time();
    window_.cpu += after.cpu - before.cpu;
    if (before.waited && after.waited) {
      window_.waited = window_.waited.value_or(0) + *after.waited - *before.waited;
    }
  }

  void run_requests(std::uint64_t count, Nanos at_most) override {
    last_request_ = totals_.requests + count;
    run_for(at_most);
    last_request_ = 0;
  }

  const ClientTotals& totals() const override { return totals_; }

  ClientWindow take_window() override {
    window_.open = open_;
    return std::exchange(window_, ClientWindow());
  }

  void ask_canary_now() override {
    canary_due_ = 0;
    sweep_in(0);
  }

  // From the slots.
  double enter_prompt(Nanos at) { return prompt_time_.enter(at); }
  Nanos leave_prompt(Nanos at, double entered) { return prompt_time_.leave(at, entered); }
  double enter_answer(Nanos at) { return answer_time_.enter(at); }
  Nanos leave_answer(Nanos at, double entered) { return answer_time_.leave(at, entered); }
  void gap(double seconds) { window_.gap.add(seconds); }
  Nanos now() const { return clock_.boot_ns(); }
  // `slot` is free again.
  void ended(Slot& slot, Outcome& outcome, Nanos prompt_busy, Nanos answer_busy) {
    if (&slot == canary_.get()) {
      canary_open_ = false;
      if (outcome.good()) window_.canaries.push_back(std::move(outcome.body));
      return;  // what goes wrong with the engine shows in the load
    }
    --open_;
    count(outcome, prompt_busy, answer_busy);
    if (last_request_ != 0 && totals_.requests >= last_request_) {
      context_.stop();
      free_.push_back(&slot);
      return;
    }
    if (arrivals_ != nullptr) {
      free_.push_back(&slot);
      send_due();
    } else if (outcome.good()) {
      rest_ = 0;
      send(slot, now());
    } else {
      // An engine that is down is not hammered.
      rest_ = std::clamp(rest_ * 2, kFirstRest, kLongestRest);
      rested_at_ = now() + rest_;
      free_.push_back(&slot);
      sweep_in(rest_);
    }
  }

 private:
  void start(Nanos begin) {
    started_ = true;
    origin_ = begin;
    const int slots = arrivals_ == nullptr ? options_.streams : 0;
    for (int i = 0; i < slots; ++i) free_.push_back(&add_slot());
    if (arrivals_ != nullptr) next_ = origin_ + arrivals_->next();
    send_due();
    sweep();
  }

  Slot& add_slot() {
    slots_.push_back(std::make_unique<Slot>(*this, target_->connect(), true));
    return *slots_.back();
  }

  void send(Slot& slot, Nanos scheduled) {
    ++open_;
    slot.begin(text_.with(prompts_.next()), scheduled, options_.exchange);
  }

  // Whatever is due and has a slot. What has none waits, and its wait counts.
  void send_due() {
    const Nanos moment = now();
    if (arrivals_ == nullptr) {
      while (!free_.empty()) send(take_free(), moment);
      return;
    }
    while (next_ <= moment) {
      if (free_.empty()) {
        if (static_cast<int>(slots_.size()) >= options_.most_open) return;  // until one ends
        free_.push_back(&add_slot());
        starved_ = false;
      }
      const Nanos due = std::exchange(next_, origin_ + arrivals_->next());
      if (!starved_) window_.lag.add(to_seconds(moment - due));
      send(take_free(), due);
    }
    starved_ = false;
    pace_.expires_after(std::chrono::nanoseconds(next_ - now()));
    pace_.async_wait([this](const boost::system::error_code& error) {
      if (!error) send_due();
    });
  }

  Slot& take_free() {
    Slot& slot = *free_.back();
    free_.pop_back();
    if (free_.empty() && static_cast<int>(slots_.size()) >= options_.most_open) starved_ = true;
    return slot;
  }

  void sweep() {
    const Nanos moment = now();
    for (std::size_t i = 0; i < slots_.size(); ++i) {  // one that ends may add others
      slots_[i]->look_at_time(moment, options_.timeout, options_.stall);
    }
    if (options_.canary.every > 0) ask_canary(moment);
    if (arrivals_ == nullptr && !free_.empty() && moment >= rested_at_) send_due();
    const bool rests = arrivals_ == nullptr && !free_.empty();
    sweep_in(rests ? std::clamp<Nanos>(rested_at_ - moment, kMillisecond, kSweep) : kSweep);
  }

  // In place of the one that was to come.
  void sweep_in(Nanos wait) {
    tick_.expires_after(std::chrono::nanoseconds(wait));
    tick_.async_wait([this](const boost::system::error_code& error) {
      if (!error) sweep();
    });
  }

  void ask_canary(Nanos moment) {
    if (canary_ == nullptr) {
      canary_ = std::make_unique<Slot>(*this, target_->connect(), false);
      canary_due_ = moment + options_.canary.every;
    }
    if (canary_open_) {
      canary_->look_at_time(moment, options_.timeout, options_.timeout);
    } else if (moment >= canary_due_) {
      canary_open_ = true;
      canary_due_ = moment + options_.canary.every;
      canary_->begin(canary_text_.with(options_.canary.prompt), moment,
                     canary_options(options_).exchange);
    }
  }

  bool within_slo(const Outcome& o) const {
    const Slo& slo = options_.slo;
    const bool seen = o.first_token != 0;
    if (slo.ttft_s && !(seen && o.ttft_scheduled_s() <= *slo.ttft_s)) return false;
    if (slo.tpot_s && o.tokens > 1 && !(seen && o.tpot_s().value_or(1e9) <= *slo.tpot_s))
      return false;
    return !slo.latency_s || o.latency_scheduled_s() <= *slo.latency_s;
  }

  void count(const Outcome& o, Nanos prompt_busy, Nanos answer_busy) {
    ++totals_.requests;
    ++totals_.troubles[static_cast<std::size_t>(o.trouble)];
    if (!o.good()) {
      ++totals_.failed;
      if (!window_.trouble) window_.trouble = o;
      return;
    }
    if (within_slo(o)) ++totals_.good;
    totals_.tokens += o.tokens;
    totals_.prompt_tokens += o.prompt_tokens.value_or(0);
    totals_.answer_busy += answer_busy;
    totals_.prompt_busy += prompt_busy;
    window_.latency.add(o.latency_s());
    window_.latency_scheduled.add(o.latency_scheduled_s());
    if (o.first_token != 0 && o.timings) {
      ClientTotals::Timed& timed = totals_.timed;
      ++timed.requests;
      timed.tokens += o.tokens;
      timed.engine_tokens += o.timings->answer_tokens;
      timed.seconds += to_seconds(o.last_token - o.first_token);
      timed.engine_seconds += o.timings->answer_s;
    }
    if (o.first_token != 0) {
      window_.ttft.add(o.ttft_s());
      window_.ttft_scheduled.add(o.ttft_scheduled_s());
      if (const auto tpot = o.tpot_s()) window_.tpot.add(*tpot);
    }
    window_.last = o;
  }

  ClientOptions options_;
  Prompts prompts_;
  std::unique_ptr<Arrivals> arrivals_;
  const Clock& clock_;
  RequestText text_, canary_text_;
  asio::io_context context_{1};
  asio::steady_timer pace_{context_}, tick_{context_}, end_{context_};
  std::unique_ptr<HttpTarget> target_;
  std::vector<std::unique_ptr<Slot>> slots_;
  std::vector<Slot*> free_;
  std::unique_ptr<Slot> canary_;
  bool canary_open_ = false;
  Nanos canary_due_ = 0;
  SharedTime prompt_time_, answer_time_;
  ClientTotals totals_;
  ClientWindow window_;
  std::uint64_t last_request_ = 0, runs_ = 0;
  Nanos origin_ = 0, next_ = 0;  // of the arrivals
  Nanos rest_ = 0, rested_at_ = 0;  // closed loop, after failures: how long, and until when
  int open_ = 0;
  bool started_ = false;
  bool starved_ = false;  // requests wait for a slot: the engine's doing, not the client's
};

void Slot::begin(std::string request, Nanos scheduled, const ExchangeOptions& options) {
  scheduled_ = scheduled;
  options_ = options;
  begun_ = moved_ = client_.now();
  exchange_.emplace(options_, scheduled_, begun_);
  connection_->exchange(std::move(request), *this);
}

void Slot::on_sent(Nanos at) {
  if (stage_ != Stage::none) return;  // sent again on a fresh connection
  exchange_.emplace(options_, scheduled_, at);
  begun_ = moved_ = at;
  if (!measured_) return;
  stage_ = Stage::prompt;
  entered_ = client_.enter_prompt(at);
}

bool Slot::on_body(std::string_view bytes, Nanos at) {
  moved_ = at;
  const bool more = exchange_->body(bytes, at, [this](double gap) {
    if (measured_) client_.gap(gap);
  });
  if (stage_ == Stage::prompt && exchange_->answering()) {
    prompt_busy_ = client_.leave_prompt(at, entered_);
    entered_ = client_.enter_answer(at);
    stage_ = Stage::answer;
  }
  // After "[DONE]" the connection is read to its orderly end, so that it can be kept.
  return more || exchange_->outcome_is_good();
}

void Slot::on_end(Trouble trouble, const std::string& detail) {
  const bool cut_late = trouble == Trouble::cut && exchange_->over();
  if (trouble != Trouble::none && trouble != Trouble::cut) exchange_->fail(trouble, detail);
  done(trouble == Trouble::none || cut_late, client_.now());
}

void Slot::done(bool whole, Nanos at) {
  Nanos answer_busy = 0;
  if (stage_ == Stage::prompt) prompt_busy_ = client_.leave_prompt(at, entered_);
  if (stage_ == Stage::answer) answer_busy = client_.leave_answer(at, entered_);
  stage_ = Stage::none;
  Outcome outcome = exchange_->finish(whole);
  exchange_.reset();
  client_.ended(*this, outcome, std::exchange(prompt_busy_, 0), answer_busy);
}

void Slot::look_at_time(Nanos now, Nanos timeout, Nanos stall) {
  if (!exchange_) return;
  const bool late = now - begun_ > timeout;
  if (!late && now - moved_ <= stall) return;
  exchange_->fail(late ? Trouble::timeout : Trouble::stalled,
                  late ? "the answer took longer than the request's time"
                       : "nothing came from the engine for too long");
  connection_->abandon();
  done(false, now);
}

}  // namespace

ClientOptions canary_options(const ClientOptions& options) {
  ClientOptions out = options;
  out.api = Api::chat;
  out.exchange = {};
  out.exchange.streamed = false;
  out.exchange.keep_body = true;
  out.answer_tokens = options.canary.tokens;
  out.logprobs = true;
  out.streams = 1;
  out.arrivals.reset();
  out.canary.every = 0;
  return out;
}

bool ClientWindow::client_is_limit() const {
  if (wall <= 0) return false;
  const bool busy = static_cast<double>(cpu + waited.value_or(0)) >
                    kBusyClient * static_cast<double>(wall);
  return busy || (lag.count() > 0 && lag.quantile(0.99) > kLateClient);
}

Result<std::unique_ptr<LoadClient>> make_load_client(ClientOptions options, Prompts prompts,
                                                     const Clock& clock) {
  auto arrivals = make_arrivals(options.arrivals);
  if (!arrivals) return arrivals.error();
  auto client =
      std::make_unique<Client>(std::move(options), std::move(prompts), std::move(*arrivals), clock);
  if (const auto ready = client->prepare(); !ready) return ready.error();
  return std::unique_ptr<LoadClient>(std::move(client));
}

}  // namespace soakrig::workloads
