// SPDX-License-Identifier: Apache-2.0
#include "workloads/hybrid/hybrid_client.hpp"

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <random>
#include <utility>

#include "workloads/hybrid/asker.hpp"
#include "workloads/hybrid/confidence.hpp"

namespace soakrig::workloads {

namespace {

namespace asio = boost::asio;

constexpr Nanos kSweep = 20 * kMillisecond;  // how often overdue requests are looked for
constexpr Nanos kFirstRest = 50 * kMillisecond, kLongestRest = kSecond;  // after a failure
constexpr double kTokensPerWord = 2;  // a generous guess, for holding money back only
constexpr const char* kNoLabel = "none";

// A request on its way.
struct Request {
  LabelledPrompt prompt;
  HybridRecord record;
  Nanos due = 0;
  double held = 0;  // of the budget
};
using Shared = std::shared_ptr<Request>;

class Client final : public HybridClient {
 public:
  Client(HybridOptions options, Prompts prompts, std::unique_ptr<Arrivals> arrivals,
         const Clock& clock)
      : options_(std::move(options)),
        prompts_(std::move(prompts)),
        arrivals_(std::move(arrivals)),
        clock_(clock),
        router_(options_.rule),
        origin_(clock.boot_ns()),
        model_(options_.wan),
        random_(options_.seed ^ 0x5bd1e995) {}

  Result<void> prepare() {
    if (options_.rule.kind == RouteKind::confidence) {
      options_.edge.exchange.streamed = false;  // it is known only of the whole answer
      options_.edge.exchange.keep_body = true;
      options_.edge.logprobs = true;
    }
    auto proxy = start_wan_proxy(options_.cloud.url, options_.wan, origin_, clock_);
    if (!proxy) return proxy.error();
    proxy_ = std::move(*proxy);
    auto edge = make_asker(context_, options_.edge, {}, clock_);
    if (!edge) return edge.error();
    edge_ = std::move(*edge);
    auto cloud = make_asker(context_, options_.cloud, proxy_->port(), clock_);
    if (!cloud) return cloud.error();
    cloud_ = std::move(*cloud);
    return {};
  }

  void run_for(Nanos length) override {
    if (!started_) start();
    context_.restart();
    context_.run_for(std::chrono::nanoseconds(length));
  }

  const HybridTotals& totals() const override { return totals_; }
  std::vector<HybridRecord> take_records() override { return std::exchange(records_, {}); }
  int open() const override { return open_; }

  LinkReport link() override {
    const bool up = model_.at(clock_.boot_ns() - origin_).up;
    WanModel::Passed passed = model_.passed();
    passed.span -= before_.span;
    passed.down -= before_.down;
    passed.stalled -= before_.stalled;
    passed.outages -= before_.outages;
    passed.stalls -= before_.stalls;
    return {proxy_->counts(), passed, up};
  }

  Outcome probe(Place place, Nanos at_most) override {
    asio::io_context context(1);
    const ClientOptions& options = place == Place::edge ? options_.edge : options_.cloud;
    Outcome out;
    out.trouble = Trouble::timeout;
    auto asker = make_asker(context, options, {}, clock_);
    if (!asker) {
      out.trouble = Trouble::unreachable;
      out.detail = asker.error().what;
      return out;
    }
    bool ended = false;
    (*asker)->ask(prompts_.next(), clock_.boot_ns(), [&](Outcome& outcome, std::uint64_t) {
      out = std::move(outcome);
      ended = true;
    });
    const auto until = std::chrono::steady_clock::now() + std::chrono::nanoseconds(at_most);
    while (!ended && context.run_one_until(until) != 0) {
    }
    return out;
  }

  void rest(Nanos length) override {
    asio::io_context context(1);
    asio::steady_timer timer(context, std::chrono::nanoseconds(length));
    timer.wait();
  }

 private:
  void start() {
    started_ = true;
    begun_ = clock_.boot_ns();
    static_cast<void>(model_.at(begun_ - origin_));
    before_ = model_.passed();
    if (arrivals_ != nullptr) next_ = begun_ + arrivals_->next();
    send_due();
    sweep();
  }

  Asker& asker(Place place) { return place == Place::edge ? *edge_ : *cloud_; }

  // Whatever is due and has room. What has none waits, and its wait counts.
  void send_due() {
    const Nanos moment = clock_.boot_ns();
    if (arrivals_ == nullptr) {
      while (open_ < options_.streams && rest_until_ <= moment) send(moment);
      return;
    }
    while (next_ <= moment) {
      if (open_ >= options_.most_open) return;  // until one ends
      send(std::exchange(next_, begun_ + arrivals_->next()));
    }
    pace_.expires_after(std::chrono::nanoseconds(next_ - clock_.boot_ns()));
    pace_.async_wait([this](const boost::system::error_code& error) {
      if (!error) send_due();
    });
  }

  double estimate(const Request& r) const {
    if (!options_.prices) return 0;
    const HybridPrices& p = *options_.prices;
    return (kTokensPerWord * static_cast<double>(r.record.words) * p.cloud_in +
            static_cast<double>(options_.cloud.answer_tokens) * p.cloud_out) *
           1e-6;
  }

  void send(Nanos due) {
    ++open_;
    auto r = std::make_shared<Request>();
    r->prompt = prompts_.next_labelled();
    r->due = due;
    r->record.at_s = to_seconds(due - begun_);
    r->record.label = r->prompt.label.empty() ? kNoLabel : r->prompt.label;
    r->record.words = count_words(r->prompt.text);
    r->record.drawn = static_cast<double>(random_() >> 11) * 0x1p-53 < options_.both;
    const Nanos now = clock_.boot_ns();
    const Route route = router_.first(now, r->record.label, r->record.words, estimate(*r));
    take(*r, route);
    ask(r, route.place);
  }

  void take(Request& r, const Route& route) {
    if (route.refused_by_budget) r.record.refused_by_budget = true;
    if (route.place != Place::cloud) return;
    r.held = estimate(r);
    r.record.routed = Place::cloud;
  }

  void ask(const Shared& r, Place place) {
    asker(place).ask(r->prompt.text, r->due, [this, r, place](Outcome& o, std::uint64_t bytes) {
      note(*r, place, o, bytes, false);
      answered(r, place, o);
    });
  }

  // What one place answered, into the record and the totals.
  void note(Request& r, Place place, const Outcome& o, std::uint64_t bytes, bool shadow) {
    Asked asked{o.good(), o.trouble, 0, bytes, o.tokens, 0};
    asked.latency_s = o.good() ? o.latency_s() : to_seconds(clock_.boot_ns() - o.sent);
    const bool edge = place == Place::edge;
    if (o.good() && options_.prices) {
      const HybridPrices& p = *options_.prices;
      asked.cost = edge ? static_cast<double>(o.tokens) * p.edge * 1e-6
                        : (static_cast<double>(o.tokens) * p.cloud_out +
                           static_cast<double>(o.prompt_tokens.value_or(0)) * p.cloud_in) *
                              1e-6;
    }
    if (!edge && !shadow) {
      router_.settle(std::exchange(r.held, 0), asked.cost);
      if (o.good() && !o.prompt_tokens) ++totals_.unpriced;
    }
    (edge ? r.record.edge : r.record.cloud) = asked;
    if (shadow) {
      totals_.shadow_cost += asked.cost;
      return;
    }
    totals_.cost += asked.cost;
    ++(edge ? totals_.edge_asked : totals_.cloud_asked);
    if (!o.good()) ++(edge ? totals_.edge_failed : totals_.cloud_failed);
    if (!o.good()) return;
    (edge ? totals_.edge_tokens : totals_.cloud_tokens) += o.tokens;
    if (edge) {
      totals_.edge_busy += o.last_token - (o.first_token != 0 ? o.first_token : o.sent);
    } else {
      totals_.cloud_tokens_in += o.prompt_tokens.value_or(0);
    }
  }

  void answered(const Shared& r, Place place, const Outcome& o) {
    const Nanos now = clock_.boot_ns();
    HybridRecord& record = r->record;
    if (!o.good()) {
      const Place to = other(place);
      const std::optional<Asked>& there = to == Place::edge ? record.edge : record.cloud;
      if (there) {  // the edge's unsure answer is better than none
        if (there->good && router_.rule().fallback) {
          ++totals_.fell_to_edge;
          return served(r, to, now);
        }
        return served(r, std::nullopt, now);
      }
      if (!router_.may_fall_back(now, record.label, to, estimate(*r))) {
        return served(r, std::nullopt, now);
      }
      if (to == Place::cloud) r->held = estimate(*r);
      ++(to == Place::edge ? totals_.fell_to_edge : totals_.fell_to_cloud);
      return ask(r, to);
    }
    if (place == Place::edge && router_.rule().kind == RouteKind::confidence && !record.cloud) {
      record.confidence = answer_confidence(o.body);
      if (!record.confidence) ++totals_.no_confidence;
      const Route route = router_.second(now, record.label, record.confidence, estimate(*r));
      take(*r, route);
      if (route.place == Place::cloud) return ask(r, Place::cloud);
    }
    served(r, place, o.last_token);
  }

  // The request has its answer, or none. What is asked for the sweep alone is asked now.
  void served(const Shared& r, std::optional<Place> place, Nanos at) {
    HybridRecord& record = r->record;
    record.served = place;
    record.latency_s = to_seconds(at - r->due);
    ++totals_.requests;  // with what is a share of them: those on their way count nowhere
    if (place) ++totals_.good;
    if (record.routed == Place::cloud) ++totals_.offloaded;
    if (record.refused_by_budget) ++totals_.refused_by_budget;
    const bool stays = router_.stays(record.label);
    const Place missing = record.edge ? Place::cloud : Place::edge;
    if (record.drawn && !(record.edge && record.cloud) && !(stays && missing == Place::cloud)) {
      (missing == Place::edge ? record.shadow_edge : record.shadow_cloud) = true;
      ++totals_.shadowed;
      asker(missing).ask(r->prompt.text, clock_.boot_ns(),
                         [this, r, missing](Outcome& o, std::uint64_t bytes) {
                           note(*r, missing, o, bytes, true);
                           if (missing == Place::edge && o.good() &&
                               router_.rule().kind == RouteKind::confidence) {
                             r->record.confidence = answer_confidence(o.body);
                           }
                           ended(r);
                         });
      return;
    }
    ended(r);
  }

  void ended(const Shared& r) {
    --open_;
    const bool good = r->record.served.has_value();
    records_.push_back(std::move(r->record));
    if (arrivals_ == nullptr) {
      // Engines that are down are not hammered.
      rest_ = good ? 0 : std::clamp(rest_ * 2, kFirstRest, kLongestRest);
      rest_until_ = clock_.boot_ns() + rest_;
    }
    send_due();
  }

  void sweep() {
    const Nanos moment = clock_.boot_ns();
    edge_->look_at_time(moment);
    cloud_->look_at_time(moment);
    if (arrivals_ == nullptr) send_due();
    tick_.expires_after(std::chrono::nanoseconds(kSweep));
    tick_.async_wait([this](const boost::system::error_code& error) {
      if (!error) sweep();
    });
  }

  HybridOptions options_;
  Prompts prompts_;
  std::unique_ptr<Arrivals> arrivals_;
  const Clock& clock_;
  Router router_;
  Nanos origin_;             // of the link's time
  WanModel model_;           // the same as the proxy's, for what it had planned
  WanModel::Passed before_;  // the load began
  std::mt19937_64 random_;
  std::unique_ptr<WanProxy> proxy_;
  asio::io_context context_{1};
  asio::steady_timer pace_{context_}, tick_{context_};
  std::unique_ptr<Asker> edge_, cloud_;
  HybridTotals totals_;
  std::vector<HybridRecord> records_;
  Nanos begun_ = 0, next_ = 0;
  Nanos rest_ = 0, rest_until_ = 0;
  int open_ = 0;
  bool started_ = false;
};

}  // namespace

Result<std::unique_ptr<HybridClient>> make_hybrid_client(HybridOptions options, Prompts prompts,
                                                         const Clock& clock) {
  if (const auto good = check_rule(options.rule); !good) return good.error();
  auto arrivals = make_arrivals(options.arrivals);
  if (!arrivals) return arrivals.error();
  auto client =
      std::make_unique<Client>(std::move(options), std::move(prompts), std::move(*arrivals), clock);
  if (const auto ready = client->prepare(); !ready) return ready.error();
  return std::unique_ptr<HybridClient>(std::move(client));
}

}  // namespace soakrig::workloads
