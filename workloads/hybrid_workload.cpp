// SPDX-License-Identifier: Apache-2.0
#include "workloads/hybrid_workload.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "rig/base/json_guard.hpp"
#include "workloads/hybrid/confidence.hpp"
#include "workloads/hybrid/hybrid_json.hpp"
#include "workloads/load_options.hpp"
#include "workloads/openai/histogram_pace.hpp"

namespace soakrig::workloads {

namespace {

constexpr Nanos kSlice = 100 * kMillisecond;
constexpr Nanos kTellEvery = kSecond;  // failures
constexpr Nanos kRetry = 200 * kMillisecond;
constexpr std::size_t kMostRows = 200;    // told of a window; the rest is counted
constexpr std::size_t kMostClasses = 16;  // with a series of their own

std::string time_text(Nanos time) { return fmt::format("{:g}ms", to_seconds(time) * 1e3); }

std::string recurring_text(const Recurring& r) {
  return r.every == 0
             ? "none"
             : fmt::format("every {:g}s for {:g}s", to_seconds(r.every), to_seconds(r.lasts));
}

std::string link_text(const WanSettings& w) {
  if (w.transparent()) return "not emulated";
  const std::string fault =
      fmt::format("outages {} ({})", w.trace.empty() ? recurring_text(w.outages) : "of the trace",
                  w.outage_kind == OutageKind::refuse ? "refuse" : "black-hole");
  if (!w.trace.empty()) {
    return fmt::format("trace of {} rows, jitter {}, stalls {}, {}", w.trace.size(),
                       time_text(w.jitter), recurring_text(w.stalls), fault);
  }
  const auto rate = [](double bytes) {
    return bytes == 0 ? std::string("no limit") : fmt::format("{:g} kbit/s", bytes * 8 / 1000);
  };
  return fmt::format("rtt {}, jitter {}, up {}, down {}, loss {:g} %, stalls {}, {}",
                     time_text(w.rtt), time_text(w.jitter), rate(w.up_rate), rate(w.down_rate),
                     w.loss * 100, recurring_text(w.stalls), fault);
}

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : " ") + word;
  return out;
}

// No waiting mends these.
bool hopeless(Trouble trouble) {
  return trouble == Trouble::unauthorised || trouble == Trouble::tls ||
         trouble == Trouble::client_error || trouble == Trouble::not_found ||
         trouble == Trouble::no_usage;
}

class HybridWorkload final : public Workload {
 public:
  HybridWorkload(HybridWorkloadOptions options, Prompts prompts, const Clock& clock)
      : options_(std::move(options)), prompts_(std::move(prompts)), clock_(clock) {}

  Result<std::map<std::string, std::string>> prepare() override {
    auto client = make_hybrid_client(options_.client, prompts_, clock_);
    if (!client) return client.error();
    client_ = std::move(*client);
    for (const Place place : {Place::edge, Place::cloud}) {
      if (const auto ready = wait_until_ready(place); !ready) return ready.error();
    }
    told_at_ = clock_.boot_ns();
    pace_.start(told_at_);
    return facts();
  }

  Slice run_slice() override {
    client_->run_for(kSlice);
    const HybridTotals& now = client_->totals();
    const LinkReport link = client_->link();
    Slice slice;
    slice.side_by_side = true;
    slice.cycle_ended = now.good > told_.good;
    // Growing totals mean progress: failures alone are none. The histogram lines tell them.
    if (slice.cycle_ended) {
      const auto grown = [](std::uint64_t a, std::uint64_t b) {
        return static_cast<double>(a - b);
      };
      const auto failed = [](const HybridTotals& t) { return t.requests - t.good; };
      slice.done = {
          {"tokens", grown(now.edge_tokens, told_.edge_tokens), now.edge_busy - told_.edge_busy},
          {"cloud_tokens", grown(now.cloud_tokens, told_.cloud_tokens), kTimeless},
          {"requests", grown(now.requests, told_.requests), kTimeless},
          {"good", grown(now.good, told_.good), kTimeless},
          {"failed", grown(failed(now), failed(told_)), kTimeless},
          {"offloaded", grown(now.offloaded, told_.offloaded), kTimeless},
          {"up_bytes", grown(link.counts.up_bytes, told_bytes_.up_bytes), kTimeless},
          {"down_bytes", grown(link.counts.down_bytes, told_bytes_.down_bytes), kTimeless}};
      told_ = now;
      told_bytes_ = link.counts;
    }
    slice.gauges.push_back({"open", static_cast<double>(client_->open())});
    for (const HybridRecord& record : client_->take_records()) take(record, slice);
    if (link.up != link_up_)
      notes_.push_back(link.up ? R"({"link":{"up":true}})" : R"({"link":{"up":false}})");
    link_up_ = link.up;
    return slice;
  }

  std::vector<Verification> verify() override { return {}; }
  bool corrupt(Corruption) override { return false; }

  std::vector<std::string> take_notes() override {
    std::vector<std::string> notes = std::exchange(notes_, {});
    const Nanos now = clock_.boot_ns();
    if (now - told_at_ < kTellEvery) return notes;
    told_at_ = now;
    for (std::size_t place = 0; place < troubles_.size(); ++place) {
      for (const auto& [name, count] : std::exchange(troubles_[place], {})) {
        notes.push_back(dump_json(
            {{"requests",
              {{"place", to_string(static_cast<Place>(place))}, {"failed", {{name, count}}}}}}));
      }
    }
    return notes;
  }

  std::vector<std::string> take_histograms(bool last) override {
    const Nanos now = clock_.boot_ns();
    const auto window =
        last ? std::optional(pace_.take_last(now)) : pace_.take(now, rows_.size() >= kMostRows);
    if (!window) return {};
    const double length = to_seconds(*window);
    std::string series;
    for (const auto& [name, histogram] : std::exchange(series_, {})) {
      series += fmt::format(R"({}"{}":{})", series.empty() ? "" : ",", name, histogram.json());
    }
    std::string rows;
    for (const std::string& row : std::exchange(rows_, {})) {
      rows += (rows.empty() ? "" : ",") + row;
    }
    std::vector<std::string> lines;
    if (!series.empty()) {
      lines.push_back(fmt::format(R"({{"window_s":{:.3f},"series":{{{}}}}})", length, series));
    }
    lines.push_back(fmt::format(
        R"({{"window_s":{:.3f},"hybrid":{{{},"totals":{},"rows":[{}],"left_out":{}}}}})", length,
        rule_json(),
        totals_json(client_->totals(), client_->link(), options_.client.prices.has_value()), rows,
        std::exchange(left_out_, 0)));
    return lines;
  }

 private:
  // One answer after another until one is good. What it cost to get there is not measured.
  Result<void> wait_until_ready(Place place) {
    const ClientOptions& options =
        place == Place::edge ? options_.client.edge : options_.client.cloud;
    const Nanos until = clock_.boot_ns() + options_.ready_within;
    Outcome outcome;
    do {
      outcome = client_->probe(place, std::max(kRetry, until - clock_.boot_ns()));
      if (outcome.good()) return check_confidence(place, outcome);
      if (hopeless(outcome.trouble)) break;
      client_->rest(kRetry);
    } while (clock_.boot_ns() < until);
    return Error{Errc::io,
                 "the " + std::string(to_string(place)) + "'s engine at " +
                     options.url.authority() + " gives no good answer: " +
                     std::string(to_string(outcome.trouble)) + ": " + outcome.detail,
                 "mend that, or give it more time with --ready-within"};
  }

  Result<void> check_confidence(Place place, const Outcome& outcome) const {
    if (place != Place::edge || options_.client.rule.kind != RouteKind::confidence) return {};
    if (answer_confidence(outcome.body)) return {};
    return Error{Errc::unsupported,
                 "the edge's engine tells no log-probabilities of its tokens, so that the rule "
                 "confidence has nothing to go by",
                 "serve the model with an engine that does, or use another rule"};
  }

  std::map<std::string, std::string> facts() const {
    const HybridOptions& o = options_.client;
    std::map<std::string, std::string> facts{
        {"rule", std::string(to_string(o.rule.kind))},
        {"cloud", o.cloud.url.authority()},
        {"link", link_text(o.wan)},
        {"fallback", o.rule.fallback ? "yes" : "no"},
        {"both", fmt::format("{:g}", o.both)},
        {"client", o.arrivals ? o.arrivals->pattern : "closed"},
        {"speed_of", "the edge, one stream"}};
    if (o.rule.kind == RouteKind::length || o.rule.kind == RouteKind::confidence) {
      facts["threshold"] = fmt::format("{:g}", o.rule.threshold);
    }
    if (!o.rule.cloud_labels.empty()) facts["cloud_labels"] = joined(o.rule.cloud_labels);
    if (!o.rule.local_labels.empty()) facts["local_labels"] = joined(o.rule.local_labels);
    if (o.rule.budget_per_hour) {
      facts["budget_per_hour"] = fmt::format("{:g} {}", *o.rule.budget_per_hour, options_.currency);
    }
    if (o.prices) {
      facts["currency"] = options_.currency;
      facts["prices"] =
          fmt::format("{} a million tokens: cloud in {:g}, out {:g}, edge {:g}; {}, {}",
                      options_.currency, o.prices->cloud_in, o.prices->cloud_out, o.prices->edge,
                      options_.price_date, options_.price_source);
    }
    return facts;
  }

  std::string rule_json() const {
    const HybridOptions& o = options_.client;
    const bool bounded = o.rule.kind == RouteKind::length || o.rule.kind == RouteKind::confidence;
    return fmt::format(R"("rule":"{}","threshold":{},"fallback":{},"emulated":{},"currency":{})",
                       to_string(o.rule.kind),
                       bounded ? fmt::format("{:.9g}", o.rule.threshold) : "null", o.rule.fallback,
                       !o.wan.transparent(),
                       o.prices ? dump_json(nlohmann::json(options_.currency)) : "null");
  }

  LogHistogram& class_series(const std::string& label) {
    if (classes_.size() < kMostClasses) classes_.emplace(label, "class_" + label);
    const auto found = classes_.find(label);
    return series_[found == classes_.end() ? "class_other" : found->second];
  }

  void take(const HybridRecord& r, Slice& slice) {
    if (r.served) {
      series_["latency"].add(r.latency_s);
      class_series(r.label).add(r.latency_s);
      slice.gauges.push_back({"latency_ms", r.latency_s * 1e3});
    }
    const auto note = [&](const std::optional<Asked>& asked, bool shadow, Place place) {
      if (!asked || shadow) return;
      if (asked->good) {
        series_[place == Place::edge ? "latency_edge" : "latency_cloud"].add(asked->latency_s);
      } else {
        ++troubles_[static_cast<std::size_t>(place)][std::string(to_string(asked->trouble))];
      }
    };
    note(r.edge, r.shadow_edge, Place::edge);
    note(r.cloud, r.shadow_cloud, Place::cloud);
    if (rows_.size() < kMostRows) {
      rows_.push_back(record_json(r));
    } else {
      ++left_out_;
    }
  }

  HybridWorkloadOptions options_;
  Prompts prompts_;
  const Clock& clock_;
  std::unique_ptr<HybridClient> client_;
  HybridTotals told_;  // what the totals say so far
  WanCounts told_bytes_;
  std::map<std::string, LogHistogram> series_;
  std::map<std::string, std::string> classes_;
  std::array<std::map<std::string, std::uint64_t>, 2> troubles_;  // since told, by place
  std::vector<std::string> rows_, notes_;
  std::uint64_t left_out_ = 0;
  Nanos told_at_ = 0;
  HistogramPace pace_;
  bool link_up_ = true;
};

}  // namespace

Result<std::unique_ptr<Workload>> make_hybrid(HybridWorkloadOptions options, const Clock& clock) {
  HybridOptions& o = options.client;
  if (o.streams < 1 || o.streams > 256) return usage("--streams is from 1 to 256", "");
  if (o.most_open < 1 || o.most_open > 4096) return usage("--most-open is from 1 to 4096", "");
  if (!(o.both >= 0 && o.both <= 1)) return usage("--both is from 0% to 100%", "");
  if (o.edge.answer_tokens < 1 || o.edge.answer_tokens > 1'000'000) {
    return usage("--answer-tokens is from 1 to 1000000", "");
  }
  if (const auto good = check_rule(o.rule); !good) return good.error();
  if (const auto good = check_wan(o.wan); !good) return good.error();
  if (o.rule.budget_per_hour && !o.prices) {
    return usage("a budget needs prices: nothing says what the cloud costs",
                 "give --price-cloud-in, --price-cloud-out, --currency, --price-date and "
                 "--price-source");
  }
  for (const std::string& label : options.prompts.labels) {
    if (!label.empty() && !valid_label(label)) {
      return usage("the label \"" + label.substr(0, 40) + "\" of a prompt is none",
                   "up to 32 lower-case letters, digits, '_' and '-'");
    }
  }
  if (o.rule.kind == RouteKind::confidence && o.edge.api != Api::chat) {
    return usage("the rule confidence needs the edge's api \"chat\"", "use it, or another rule");
  }
  if (auto made = make_arrivals(o.arrivals); !made) return made.error();
  auto prompts = Prompts::make(options.prompts);
  if (!prompts) return prompts.error();
  return std::unique_ptr<Workload>(
      std::make_unique<HybridWorkload>(std::move(options), std::move(*prompts), clock));
}

}  // namespace soakrig::workloads
