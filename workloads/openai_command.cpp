// SPDX-License-Identifier: Apache-2.0
//
// The command line of `soakrig-work openai`.
#include <CLI/CLI.hpp>
#include <string>

#include "rig/base/container_run.hpp"
#include "rig/base/quantity.hpp"
#include "workloads/load_options.hpp"
#include "workloads/openai_workload.hpp"
#include "workloads/user_file.hpp"

namespace soakrig::workloads {

namespace {

constexpr const char* kCanaryPrompt =
    "List the first twelve multiples of seven, then say which of them are even.";

class OpenaiCommand final : public WorkloadCommand {
 public:
  void add_options(CLI::App& parser) override {
    parser.add_option("--url", url_, "the engine, e.g. http://127.0.0.1:8080")->required();
    parser
        .add_option("--start", options_.start, "one word of the engine's command; again for each")
        ->allow_extra_args(false);
    parser.add_option("--model-file", model_file_, "what {model_file} in --start stands for");
    parser.add_option("--client", client_, "where this runs, rig or board: said in the run's record")
        ->check(CLI::IsMember({"rig", "board"}));
    parser.add_option("--model", options_.client.model, "name that the engine knows it by");
    parser.add_option("--api", api_, "chat, completions or ollama")->capture_default_str();
    parser.add_flag("--whole", whole_, "ask for whole answers instead of streamed ones");
    parser.add_option("--first-token", first_token_,
                      "what is the first token: content, or role for an engine that says so");
    parser.add_option("--answer-tokens", options_.client.answer_tokens)->capture_default_str();
    parser.add_flag("--may-stop", may_stop_, "let the model end an answer early");
    parser.add_option("--streams", options_.client.streams, "so many at once (closed loop)")
        ->capture_default_str();
    parser.add_option("--arrivals", arrivals_.pattern,
                      "constant, poisson, gamma, ramp or trace, instead of a closed loop");
    parser.add_option("--rate", arrivals_.rate, "requests a second; of a ramp, at its end");
    parser.add_option("--ramp-from", arrivals_.ramp_from, "requests a second");
    parser.add_option("--ramp-over", ramp_over_, "how long the ramp takes");
    parser.add_option("--burstiness", arrivals_.burstiness, "gamma: 1 = Poisson, less = in bursts");
    parser.add_option("--trace", trace_, "file with the time of each request");
    parser.add_option("--duty", duty_, "PERIOD:SHARE in which requests come, e.g. 60s:50%");
    parser.add_option("--most-open", options_.client.most_open, "requests at once (open loop)")
        ->capture_default_str();
    parser.add_option("--prompts", options_.prompts.set, "chat, long, code, reasoning or mixed")
        ->capture_default_str();
    parser.add_option("--language", options_.prompts.language, "en, zh or both")
        ->capture_default_str();
    parser.add_option("--prompt-file", prompt_file_, "JSON Lines with prompts of your own");
    parser.add_option("--prompt-words", words_,
                      "lengths: 200, 100..400, normal:200,50 or lognormal:200,0.6");
    parser.add_option("--prompt-lengths", lengths_file_, "file with a length on each line");
    parser.add_flag("--same-prefix", same_prefix_, "let the engine's prompt cache help");
    parser.add_option("--seed", options_.client.seed)->capture_default_str();
    parser.add_option("--canary", canary_, "ask a fixed prompt so often, e.g. 30s, and compare");
    parser.add_option("--timeout", timeout_, "of a request")->capture_default_str();
    parser.add_option("--stall", stall_, "without a byte")->capture_default_str();
    parser.add_option("--ready-within", ready_, "until the first good answer")
        ->capture_default_str();
    parser.add_option("--slo", slo_, "ttft=500ms, tpot=50ms or latency=10s; again for each")
        ->allow_extra_args(false);
    parser.add_option("--token-env", token_env_, "environment variable that holds the API key");
    parser.add_option("--token-file", token_file_, "file that holds it");
    parser.add_option("--ca-file", options_.client.trust.ca_file, "PEM of authorities to trust");
    parser.add_flag("--no-verify", no_verify_, "do not check the engine's certificate");
  }

  Result<std::unique_ptr<Workload>> make(const Clock& clock) override {
    for (const auto& step :
         {&OpenaiCommand::take_address, &OpenaiCommand::take_start, &OpenaiCommand::take_times, &OpenaiCommand::take_arrivals,
          &OpenaiCommand::take_prompts, &OpenaiCommand::take_slo, &OpenaiCommand::take_token}) {
      if (const auto done = (this->*step)(); !done) return done.error();
    }
    options_.facts = {{"client_on", client_}};
    if (!model_file_.empty()) options_.facts["model_file"] = model_file_;
    return make_openai(options_, clock);
  }

 private:
  Result<void> take_address() {
    const auto url = parse_http_url(url_);
    if (!url) return url.error();
    options_.client.url = *url;
    options_.client.trust.verify = !no_verify_;
    if (!canary_.empty()) {
      const auto every = parse_duration(canary_);
      if (!every || *every < kSecond) return usage("--canary is a time of 1s or more", "");
      options_.client.canary.every = *every;
      options_.client.canary.prompt = kCanaryPrompt;
    }
    options_.client.ignore_eos = !may_stop_;
    options_.client.exchange.streamed = !whole_;
    options_.client.exchange.lines = api_ == "ollama";
    if (api_ == "chat") {
      options_.client.api = Api::chat;
    } else if (api_ == "completions") {
      options_.client.api = Api::completions;
    } else if (api_ == "ollama") {
      options_.client.api = Api::ollama;
    } else {
      return usage("there is no --api \"" + api_ + "\"", "use chat, completions or ollama");
    }
    if (first_token_ != "content" && first_token_ != "role") {
      return usage("--first-token is content or role", "");
    }
    options_.client.exchange.first_token =
        first_token_ == "role" ? FirstToken::role : FirstToken::content;
    return {};
  }

  // The model's place is known only where the engine is started.
  Result<void> take_start() {
    constexpr std::string_view kMark = "{model_file}";
    bool named = false;
    for (std::string& word : options_.start) {
      const std::size_t at = word.find(kMark);
      if (at == std::string::npos) continue;
      named = true;
      word.replace(at, kMark.size(), model_file_);
    }
    if (const auto run = container_run(options_.start); !run) {
      return usage("--start: " + run.error().what, run.error().remedy);
    }
    if (named == !model_file_.empty()) return {};
    return named ? usage("--start says {model_file}, which is none", "add --model-file FILE")
                 : usage("--model-file is not used by --start", "write {model_file} there");
  }

  Result<void> take_times() {
    for (const auto& [name, text, into] :
         {std::tuple{"--timeout", &timeout_, &options_.client.timeout},
          std::tuple{"--stall", &stall_, &options_.client.stall},
          std::tuple{"--ready-within", &ready_, &options_.ready_within}}) {
      const auto time = resolve_time(name, *text);
      if (!time) return time.error();
      *into = *time;
    }
    return {};
  }

  Result<void> take_arrivals() {
    if (!trace_.empty()) {
      if (arrivals_.pattern == "closed") arrivals_.pattern = "trace";
      const auto text = read_user_file(trace_);
      if (!text) return text.error();
      auto times = parse_trace(*text, trace_);
      if (!times) return times.error();
      arrivals_.trace = std::move(*times);
    }
    if (arrivals_.pattern == "closed") return {};
    if (options_.client.most_open < 1 || options_.client.most_open > 4096) {
      return usage("--most-open is from 1 to 4096", "");
    }
    const auto over = parse_duration(ramp_over_);
    if (!over) return over.error();
    arrivals_.ramp_over = *over;
    if (!duty_.empty()) {
      const std::size_t colon = duty_.find(':');
      const auto period = parse_duration(duty_.substr(0, colon));
      const auto share = colon == std::string::npos ? Result<double>(Error{})
                                                    : parse_ratio(duty_.substr(colon + 1));
      if (!period || !share) return usage("--duty is PERIOD:SHARE", "write it like 60s:50%");
      arrivals_.duty_period = *period;
      arrivals_.duty = *share;
    }
    arrivals_.seed = options_.client.seed;
    options_.client.arrivals = arrivals_;
    return {};
  }

  Result<void> take_prompts() {
    options_.prompts.seed = options_.client.seed;
    options_.prompts.unique = !same_prefix_;
    if (!prompt_file_.empty()) {
      const auto text = read_user_file(prompt_file_);
      if (!text) return text.error();
      auto prompts = parse_prompts(*text, prompt_file_);
      if (!prompts) return prompts.error();
      options_.prompts.texts = std::move(*prompts);
    }
    if (!words_.empty() && !lengths_file_.empty()) {
      return usage("--prompt-words and --prompt-lengths are both given", "leave one out");
    }
    if (!words_.empty()) {
      const auto words = parse_word_lengths(words_);
      if (!words) return usage("--prompt-words " + words.error().what, words.error().remedy);
      options_.prompts.words = *words;
    } else if (!lengths_file_.empty()) {
      const auto text = read_user_file(lengths_file_);
      if (!text) return text.error();
      auto words = parse_length_list(*text, lengths_file_);
      if (!words) return words.error();
      options_.prompts.words = std::move(*words);
    }
    return {};
  }

  Result<void> take_slo() {
    Slo& slo = options_.client.slo;
    for (const std::string& text : slo_) {
      const std::size_t equals = text.find('=');
      const std::string name = text.substr(0, equals);
      const auto bound = equals == std::string::npos ? Result<Nanos>(Error{})
                                                     : parse_duration(text.substr(equals + 1));
      std::optional<double>* into = name == "ttft"      ? &slo.ttft_s
                                    : name == "tpot"    ? &slo.tpot_s
                                    : name == "latency" ? &slo.latency_s
                                                        : nullptr;
      if (into == nullptr || !bound) {
        return usage("--slo \"" + text + "\" is none",
                     "write ttft=500ms, tpot=50ms or latency=10s");
      }
      *into = to_seconds(*bound);
    }
    return {};
  }

  Result<void> take_token() {
    auto token = read_token(token_env_, token_file_);
    if (!token) return token.error();
    options_.client.token = std::move(*token);
    return {};
  }

  OpenaiOptions options_;
  ArrivalOptions arrivals_ = [] {
    ArrivalOptions closed;
    closed.pattern = "closed";
    return closed;
  }();
  std::string url_, api_ = "chat", first_token_ = "content", ramp_over_ = "0s", duty_, trace_;
  std::string lengths_file_, model_file_, client_ = "board";
  std::string prompt_file_, words_, timeout_ = "120s", stall_ = "30s", ready_ = "60s";
  std::string token_env_, token_file_, canary_;
  std::vector<std::string> slo_;
  bool whole_ = false, may_stop_ = false, same_prefix_ = false, no_verify_ = false;
};

}  // namespace

std::unique_ptr<WorkloadCommand> openai_command() { return std::make_unique<OpenaiCommand>(); }

}  // namespace soakrig::workloads
