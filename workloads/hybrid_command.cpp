// SPDX-License-Identifier: Apache-2.0
//
// The command line of `soakrig-work hybrid`.
#include <CLI/CLI.hpp>
#include <array>
#include <string>
#include <tuple>

#include "rig/base/quantity.hpp"
#include "workloads/hybrid_workload.hpp"
#include "workloads/load_options.hpp"
#include "workloads/user_file.hpp"

namespace soakrig::workloads {

namespace {

// What is said of each of the two places: --edge-url, --cloud-url …
struct PlaceWords {
  std::string url, api = "chat", token_env, token_file;
  bool no_verify = false;

  void add_options(CLI::App& parser, const std::string& name, ClientOptions& client) {
    const std::string flag = "--" + name + "-";
    parser.add_option(flag + "url", url, "the " + name + "'s engine")->required();
    parser.add_option(flag + "model", client.model, "name that it knows the model by");
    parser.add_option(flag + "api", api, "chat, completions or ollama")->capture_default_str();
    parser.add_option(flag + "token-env", token_env, "environment variable with the API key");
    parser.add_option(flag + "token-file", token_file, "or a file that holds it");
    parser.add_option(flag + "ca-file", client.trust.ca_file, "PEM of authorities to trust");
    parser.add_flag(flag + "no-verify", no_verify, "do not check its certificate");
  }

  Result<void> take(ClientOptions& client) const {
    const auto parsed = parse_http_url(url);
    if (!parsed) return parsed.error();
    client.url = *parsed;
    client.trust.verify = !no_verify;
    client.exchange.lines = api == "ollama";
    constexpr std::array kApis{std::pair{"chat", Api::chat},
                               std::pair{"completions", Api::completions},
                               std::pair{"ollama", Api::ollama}};
    const auto known = std::find_if(kApis.begin(), kApis.end(),
                                    [&](const auto& each) { return api == each.first; });
    if (known == kApis.end()) {
      return usage("there is no api \"" + api + "\"", "use chat, completions or ollama");
    }
    client.api = known->second;
    auto token = read_token(token_env, token_file);
    if (!token) return token.error();
    client.token = std::move(*token);
    return {};
  }
};

class HybridCommand final : public WorkloadCommand {
 public:
  void add_options(CLI::App& parser) override {
    HybridOptions& o = options_.client;
    edge_.add_options(parser, "edge", o.edge);
    cloud_.add_options(parser, "cloud", o.cloud);
    parser.add_option("--rule", rule_, "length, label, confidence or budget")->required();
    threshold_given_ = parser.add_option("--threshold", o.rule.threshold,
                                         "words (length), or 0 to 1 (confidence)");
    parser.add_option("--cloud-label", o.rule.cloud_labels, "goes to the cloud; again for each")
        ->allow_extra_args(false);
    parser.add_option("--local-label", o.rule.local_labels, "never leaves; again for each")
        ->allow_extra_args(false);
    budget_given_ = parser.add_option("--budget", budget_, "money an hour for the cloud");
    parser.add_flag("--no-fallback", no_fallback_, "where one fails the other is not asked");
    parser.add_option("--both", both_, "share of the requests that both are asked, for the sweep");
    add_link(parser);
    price_given_[0] = parser.add_option("--price-cloud-in", prices_.cloud_in, "a million tokens");
    price_given_[1] = parser.add_option("--price-cloud-out", prices_.cloud_out, "a million tokens");
    price_given_[2] = parser.add_option("--price-edge", prices_.edge, "a million tokens");
    parser.add_option("--currency", options_.currency, "of the prices, such as EUR");
    parser.add_option("--price-date", options_.price_date, "of the prices: YYYY-MM-DD");
    parser.add_option("--price-source", options_.price_source, "who says so");
    parser.add_option("--answer-tokens", o.edge.answer_tokens)->capture_default_str();
    parser.add_flag("--may-stop", may_stop_, "let the model end an answer early");
    parser.add_option("--streams", o.streams, "so many at once (closed loop)")
        ->capture_default_str();
    parser.add_option("--arrivals", arrivals_.pattern,
                      "constant, poisson, gamma or trace, instead of a closed loop");
    parser.add_option("--rate", arrivals_.rate, "requests a second");
    parser.add_option("--trace", trace_, "file with the time of each request");
    parser.add_option("--most-open", o.most_open, "requests at once")->capture_default_str();
    parser.add_option("--prompts", options_.prompts.set)->capture_default_str();
    parser.add_option("--language", options_.prompts.language)->capture_default_str();
    parser.add_option("--prompt-file", prompt_file_, "JSON Lines: {\"prompt\":…,\"label\":…}");
    parser.add_option("--prompt-words", words_, "lengths, e.g. 200 or 100..400");
    parser.add_flag("--same-prefix", same_prefix_, "let the engine's prompt cache help");
    parser.add_option("--seed", o.seed)->capture_default_str();
    parser.add_option("--timeout", timeout_, "of a request at one place")->capture_default_str();
    parser.add_option("--stall", stall_, "without a byte")->capture_default_str();
    parser.add_option("--ready-within", ready_)->capture_default_str();
  }

  Result<std::unique_ptr<Workload>> make(const Clock& clock) override {
    if (const auto edge = edge_.take(options_.client.edge); !edge) return edge.error();
    if (const auto cloud = cloud_.take(options_.client.cloud); !cloud) return cloud.error();
    for (const auto& step :
         {&HybridCommand::take_rule, &HybridCommand::take_prices, &HybridCommand::take_link,
          &HybridCommand::take_times, &HybridCommand::take_load}) {
      if (const auto done = (this->*step)(); !done) return done.error();
    }
    return make_hybrid(options_, clock);
  }

 private:
  void add_link(CLI::App& parser) {
    parser.add_option("--rtt", rtt_, "of the emulated link, e.g. 80ms");
    parser.add_option("--jitter", jitter_, "of the round trip, peak to peak");
    parser.add_option("--up", up_, "kbit/s that leave; 0 = no limit");
    parser.add_option("--down", down_, "kbit/s that come; 0 = no limit");
    parser.add_option("--loss", loss_, "of packets, e.g. 1%: each costs a round trip");
    parser.add_option("--stalls", stalls_, "EVERY:LASTS, e.g. 5min:2s: bytes are held");
    parser.add_option("--outages", outages_, "EVERY:LASTS, e.g. 1h:30s");
    parser.add_option("--outage-kind", outage_kind_, "refuse or black-hole")->capture_default_str();
    parser.add_option("--link-trace", link_trace_, "CSV of a recorded link instead: t_s,rtt_ms,…");
  }

  Result<void> take_rule() {
    RouteRule& rule = options_.client.rule;
    const auto kind = parse_route_kind(rule_);
    if (!kind) return kind.error();
    rule.kind = *kind;
    const bool needs = *kind == RouteKind::length || *kind == RouteKind::confidence;
    if (needs != (threshold_given_->count() > 0)) {
      return usage(needs ? "the rule " + rule_ + " has no --threshold"
                         : "--threshold does nothing with the rule " + rule_,
                   needs ? "say from where on the cloud is asked" : "leave it out");
    }
    if (budget_given_->count() > 0) rule.budget_per_hour = budget_;
    rule.fallback = !no_fallback_;
    if (both_.empty()) return {};
    const auto share = parse_ratio(both_);
    if (!share) return share.error();
    options_.client.both = *share;
    return {};
  }

  // A price without its date and source is a number from nowhere.
  Result<void> take_prices() {
    std::size_t given = 0;
    for (const CLI::Option* option : price_given_) given += option->count() > 0 ? 1U : 0U;
    if (given == 0) return {};
    if (given < price_given_.size()) {
      return usage("prices are three: --price-cloud-in, --price-cloud-out and --price-edge",
                   "give all of them; 0 is a price too");
    }
    for (const double price : {prices_.cloud_in, prices_.cloud_out, prices_.edge}) {
      if (!(price >= 0 && price <= 1e9)) return usage("a price is not negative", "correct it");
    }
    for (const auto& [text, name] : {std::pair{&options_.currency, "--currency"},
                                     std::pair{&options_.price_date, "--price-date"},
                                     std::pair{&options_.price_source, "--price-source"}}) {
      if (text->empty() || text->size() > 200) {
        return usage(std::string("prices have no ") + name, "say which, when and from whom");
      }
    }
    options_.client.prices = prices_;
    return {};
  }

  Result<void> take_link() {
    WanSettings& wan = options_.client.wan;
    wan.seed = options_.client.seed;
    for (const auto& [name, text, into] :
         {std::tuple{"--rtt", &rtt_, &wan.rtt}, std::tuple{"--jitter", &jitter_, &wan.jitter}}) {
      if (text->empty()) continue;
      const auto time = parse_duration(*text);
      if (!time) return usage(std::string(name) + " \"" + *text + "\" is no time", "write 80ms");
      *into = *time;
    }
    wan.up_rate = up_ * 1000 / 8;
    wan.down_rate = down_ * 1000 / 8;
    if (!loss_.empty()) {
      const auto share = parse_ratio(loss_);
      if (!share) return share.error();
      wan.loss = *share;
    }
    for (const auto& [name, text, into] : {std::tuple{"--stalls", &stalls_, &wan.stalls},
                                           std::tuple{"--outages", &outages_, &wan.outages}}) {
      if (text->empty()) continue;
      const auto recurring = parse_recurring(*text);
      if (!recurring) {
        return usage(std::string(name) + ": " + recurring.error().what, recurring.error().remedy);
      }
      *into = *recurring;
    }
    if (outage_kind_ != "refuse" && outage_kind_ != "black-hole") {
      return usage("--outage-kind is refuse or black-hole", "");
    }
    wan.outage_kind = outage_kind_ == "refuse" ? OutageKind::refuse : OutageKind::black_hole;
    if (link_trace_.empty()) return {};
    const auto text = read_user_file(link_trace_);
    if (!text) return text.error();
    auto rows = parse_link_trace(*text, link_trace_);
    if (!rows) return rows.error();
    wan.trace = std::move(*rows);
    return {};
  }

  Result<void> take_times() {
    ClientOptions& edge = options_.client.edge;
    for (const auto& [name, text, into] :
         {std::tuple{"--timeout", &timeout_, &edge.timeout},
          std::tuple{"--stall", &stall_, &edge.stall},
          std::tuple{"--ready-within", &ready_, &options_.ready_within}}) {
      const auto time = resolve_time(name, *text);
      if (!time) return time.error();
      *into = *time;
    }
    return {};
  }

  Result<void> take_load() {
    HybridOptions& o = options_.client;
    o.edge.ignore_eos = !may_stop_;
    o.edge.seed = o.seed;
    o.cloud.timeout = o.edge.timeout;
    o.cloud.stall = o.edge.stall;
    o.cloud.answer_tokens = o.edge.answer_tokens;
    o.cloud.ignore_eos = o.edge.ignore_eos;
    o.cloud.seed = o.seed;
    options_.prompts.seed = o.seed;
    options_.prompts.unique = !same_prefix_;
    if (!words_.empty()) {
      const auto words = parse_word_lengths(words_);
      if (!words) return usage("--prompt-words " + words.error().what, words.error().remedy);
      options_.prompts.words = *words;
    }
    if (!prompt_file_.empty()) {
      const auto text = read_user_file(prompt_file_);
      if (!text) return text.error();
      const auto prompts = parse_labelled_prompts(*text, prompt_file_);
      if (!prompts) return prompts.error();
      for (const LabelledPrompt& prompt : *prompts) {
        options_.prompts.texts.push_back(prompt.text);
        options_.prompts.labels.push_back(prompt.label);
      }
    }
    arrivals_.seed = o.seed;
    if (!trace_.empty()) {
      if (arrivals_.pattern == "closed") arrivals_.pattern = "trace";
      const auto text = read_user_file(trace_);
      if (!text) return text.error();
      auto times = parse_trace(*text, trace_);
      if (!times) return times.error();
      arrivals_.trace = std::move(*times);
    }
    if (arrivals_.pattern != "closed") o.arrivals = arrivals_;
    return {};
  }

  HybridWorkloadOptions options_;
  PlaceWords edge_, cloud_;
  HybridPrices prices_;
  ArrivalOptions arrivals_ = [] {
    ArrivalOptions closed;
    closed.pattern = "closed";
    return closed;
  }();
  double budget_ = 0, up_ = 0, down_ = 0;
  std::string rule_, both_, rtt_, jitter_, loss_, stalls_, outages_, link_trace_;
  std::string outage_kind_ = "refuse", trace_, prompt_file_, words_;
  std::string timeout_ = "60s", stall_ = "30s", ready_ = "60s";
  CLI::Option* threshold_given_ = nullptr;
  CLI::Option* budget_given_ = nullptr;
  std::array<CLI::Option*, 3> price_given_{};
  bool no_fallback_ = false, may_stop_ = false, same_prefix_ = false;
};

}  // namespace

std::unique_ptr<WorkloadCommand> hybrid_command() { return std::make_unique<HybridCommand>(); }

}  // namespace soakrig::workloads
