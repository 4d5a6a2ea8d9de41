// SPDX-License-Identifier: Apache-2.0
#include "workloads/llm_workload.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <cmath>
#include <memory>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "workloads/kernels/kernels.hpp"
#include "workloads/kernels/thread_pool.hpp"
#include "workloads/load_options.hpp"
#include "workloads/model/known_answer.hpp"
#include "workloads/model/transformer.hpp"

namespace soakrig::workloads {
namespace {

constexpr std::string_view kAnswer = "tokens";
constexpr std::string_view kPrompt = "prompt_tokens";
constexpr Nanos kSliceLength = 20 * kMillisecond;  // about; a slice ends at a layer's end

// The options once they are known to be possible.
struct Plan {
  Shape shape;
  WeightFormat format = WeightFormat::q8_0;
  std::shared_ptr<const GgufFile> file;  // until it is loaded; null: made-up weights
  std::vector<std::uint32_t> ids;        // of the prompt
  const Kernels* kernels = nullptr;
  std::size_t threads = 1;
  std::size_t prompt = 0;
  std::size_t answer = 0;
  std::size_t check_every = 0;
};

class LlmWorkload final : public Workload {
 public:
  LlmWorkload(const Plan& plan, LlmOptions options, const Clock& clock)
      : plan_(plan),
        options_(std::move(options)),
        clock_(clock),
        pool_(plan.threads, options_.pin),
        prompt_(plan.ids),
        check_(plan.check_every, plan.answer, options_.golden) {}

  Result<std::map<std::string, std::string>> prepare() override;
  Slice run_slice() override;
  std::vector<Verification> verify() override { return std::exchange(verifications_, {}); }
  std::vector<std::string> take_notes() override { return std::exchange(notes_, {}); }
  bool corrupt(Corruption size) override;

 private:
  void begin_feed(bool reading);
  Slice account_prompt(Nanos start, bool complete);
  Slice account_answer(Nanos start, bool complete);
  void note_golden();
  void note_choice();

  Plan plan_;
  LlmOptions options_;
  const Clock& clock_;
  ThreadPool pool_;
  std::vector<std::uint32_t> prompt_;
  OutputCheck check_;
  std::optional<Weights> weights_;
  std::optional<Transformer> model_;
  bool feeding_ = false;      // a batch is on its way through the layers
  std::size_t batch_ = 0;     // prompt tokens in it
  std::size_t counted_ = 0;   // of these, already reported
  std::size_t read_ = 0;      // prompt tokens of this cycle, whole batches
  std::size_t answered_ = 0;  // answer tokens of this cycle
  std::uint32_t token_ = 0;   // chosen last
  Nanos prompt_busy_ = 0;     // of this cycle
  bool golden_noted_ = false;
  std::vector<std::pair<std::uint32_t, float>> answer_;  // the first, and each token's lead
  std::vector<Verification> verifications_;
  std::vector<std::string> notes_;
};

Verification verification(std::string_view what, bool ok, const Checkpoint& expected,
                          const Checkpoint& got) {
  return {ok, std::string(what) + " " + to_text(expected), std::string(what) + " " + to_text(got)};
}

Result<std::map<std::string, std::string>> LlmWorkload::prepare() {
  if (options_.self_test) {
    const auto got = compute_known_answer(*plan_.kernels, pool_, plan_.format);
    if (!got) return got.error();
    const Checkpoint expected = known_answer(plan_.format);
    verifications_.push_back(verification("known answer", matches(expected, *got), expected, *got));
  }
  auto weights = plan_.file ? Weights::load(*plan_.file, pool_)
                            : Weights::make(plan_.shape, plan_.format, options_.seed, pool_);
  if (!weights) {
    Error error = weights.error();
    if (plan_.file) error.file = options_.model;
    return error;
  }
  const std::string name = plan_.file ? plan_.file->model().name : "";
  plan_.file.reset();
  weights_.emplace(std::move(*weights));
  auto model = Transformer::make(*weights_, *plan_.kernels, pool_, plan_.prompt + plan_.answer);
  if (!model) return model.error();
  model_.emplace(std::move(*model));
  std::map<std::string, std::string> facts{
      {"workload", "llm"},
      {"shape", std::string(plan_.shape.name)},
      {"parameters", std::to_string(parameter_count(plan_.shape))},
      {"format", std::string(to_string(plan_.format))},
      {"target", std::string(plan_.kernels->target)},
      {"threads", std::to_string(plan_.threads)},
      {"prompt_tokens", std::to_string(plan_.prompt)},
      {"answer_tokens", std::to_string(plan_.answer)},
      {"seed", std::to_string(options_.seed)},
      {"bytes_per_token", std::to_string(bytes_per_token(plan_.shape, plan_.format))},
      {"memory_bytes",
       std::to_string(memory_needed(plan_.shape, plan_.format, plan_.prompt + plan_.answer))}};
  if (!options_.model.empty()) facts["model"] = name;
  return facts;
}

Slice LlmWorkload::run_slice() {
  const Nanos start = clock_.boot_ns();
  const bool reading = read_ < plan_.prompt;
  if (!feeding_) begin_feed(reading);
  bool complete = false;
  do {
    complete = model_->step();
  } while (!complete && clock_.boot_ns() - start < kSliceLength);
  feeding_ = !complete;
  return reading ? account_prompt(start, complete) : account_answer(start, complete);
}

void LlmWorkload::begin_feed(bool reading) {
  if (!reading) return model_->begin({&token_, 1});
  if (read_ == 0) {
    model_->reset();
    prompt_busy_ = 0;
  }
  batch_ = std::min(Transformer::kMaxBatch, plan_.prompt - read_);
  counted_ = 0;
  model_->begin(std::span(prompt_).subspan(read_, batch_));
}

Slice LlmWorkload::account_prompt(Nanos start, bool complete) {
  // A batch counts in whole tokens as its layers are done, so that progress is seen on slow boards.
  const std::size_t now = batch_ * model_->steps_done() / model_->steps();
  const std::size_t fresh = now - std::exchange(counted_, now);
  if (complete) {
    read_ += batch_;
    if (read_ == plan_.prompt) note_choice();
  }
  const Nanos busy = clock_.boot_ns() - start;
  prompt_busy_ += busy;
  Slice slice;
  slice.done.push_back({kPrompt, static_cast<double>(fresh), busy});
  if (read_ == plan_.prompt) slice.gauges.push_back({"ttft_ms", to_seconds(prompt_busy_) * 1e3});
  return slice;
}

Slice LlmWorkload::account_answer(Nanos start, bool complete) {
  Slice slice;
  if (complete) {
    note_choice();
    if (const auto compared = check_.token(token_, model_->logits())) {
      verifications_.push_back(verification("answer token " + std::to_string(compared->token),
                                            compared->ok, compared->expected, compared->got));
    }
    slice.cycle_ended = ++answered_ == plan_.answer;
  }
  if (slice.cycle_ended) {
    read_ = answered_ = 0;
    if (check_.learned() && !std::exchange(golden_noted_, true)) note_golden();
  }
  slice.done.push_back({kAnswer, complete ? 1.0 : 0.0, clock_.boot_ns() - start});
  return slice;
}

// Takes the next token, and of the first answer notes it with its lead over the second best: where
// two engines part, a small one says that they only rounded differently.
void LlmWorkload::note_choice() {
  const auto logits = model_->logits();
  token_ = greedy_token(logits);
  if (!options_.report_answer || answer_.size() == plan_.answer) return;
  float second = -INFINITY;
  for (std::size_t i = 0; i < logits.size(); ++i) {
    if (i != token_) second = std::max(second, logits[i]);
  }
  answer_.push_back({token_, logits[token_] - second});
  if (answer_.size() < plan_.answer) return;
  nlohmann::json tokens = nlohmann::json::array();
  nlohmann::json leads = nlohmann::json::array();
  for (const auto& [token, lead] : answer_) {
    tokens.push_back(token);
    leads.push_back(lead);
  }
  notes_.push_back(nlohmann::json{{"answer", {{"tokens", tokens}, {"leads", leads}}}}.dump());
}

// What the first cycle said, for the run's record and for later instances.
void LlmWorkload::note_golden() {
  const nlohmann::json golden = {
      {"shape", plan_.shape.name},       {"format", to_string(plan_.format)},
      {"target", plan_.kernels->target}, {"threads", plan_.threads},
      {"seed", options_.seed},           {"prompt_tokens", plan_.prompt},
      {"answer_tokens", plan_.answer},   {"value", to_text(*check_.learned())}};
  notes_.push_back(nlohmann::json{{"golden", golden}}.dump());
}

bool LlmWorkload::corrupt(Corruption size) {
  if (!weights_) return false;
  if (size == Corruption::large) {
    weights_->flip_large_bit();
  } else {
    weights_->flip_small_bit(plan_.shape.vocabulary / 2);  // any row that is no special token's
  }
  return true;
}

Result<void> plan_shape(const LlmOptions& options, Plan& plan) {
  const std::size_t context = plan.prompt + plan.answer;
  if (plan.file) {
    plan.shape = plan.file->model().shape;
  } else if (options.shape == "auto") {
    plan.shape = default_shape(available_memory(), plan.format, context);
  } else {
    const auto shape = find_shape(options.shape);
    if (!shape) return shape.error();
    plan.shape = *shape;
  }
  if (context > plan.shape.context) {
    return usage("--prompt-tokens + --answer-tokens is " + std::to_string(context) + ", but " +
                     std::string(plan.shape.name) + " has a context of " +
                     std::to_string(plan.shape.context),
                 "shorten one of them or name another --shape");
  }
  return must_fit(std::string(plan.shape.name) + " in " + std::string(to_string(plan.format)),
                  memory_needed(plan.shape, plan.format, context),
                  std::string("name a smaller --shape or use ") +
                      (plan.format == WeightFormat::q8_0 ? "--format q4_0" : "--shape auto"));
}

Result<void> plan_model(const LlmOptions& options, Plan& plan) {
  const auto format = parse_weight_format(options.format);
  if (!format && !options.format.empty()) {
    return usage("there is no format \"" + options.format + "\"", "use q8_0 or q4_0");
  }
  plan.format = format.value_or(WeightFormat::q8_0);
  if (options.model.empty()) return {};
  if (options.shape != "auto") {
    return usage("--shape and --model exclude each other", "leave one out");
  }
  auto file = GgufFile::open(options.model);
  if (!file) return file.error();
  if (format && *format != file->model().format) {
    return usage(options.model + " is in " + std::string(to_string(file->model().format)) +
                     ", not in " + options.format,
                 "correct --format or leave it out");
  }
  plan.format = file->model().format;
  plan.file = std::make_shared<const GgufFile>(std::move(*file));
  return {};
}

// "1,15,7", each below the vocabulary.
Result<std::vector<std::uint32_t>> parse_ids(const std::string& text, std::size_t vocabulary) {
  std::vector<std::uint32_t> ids;
  const char* at = text.data();
  const char* const end = at + text.size();
  for (;;) {
    std::uint32_t id = 0;
    const auto [next, failed] = std::from_chars(at, end, id);
    if (failed != std::errc() || id >= vocabulary || (next != end && *next != ',')) {
      return usage("--prompt-ids holds what is no token of this model",
                   "write numbers below " + std::to_string(vocabulary) + " with commas");
    }
    ids.push_back(id);
    if (next == end) return ids;
    at = next + 1;
  }
}

Result<Plan> make_plan(const LlmOptions& options) {
  Plan plan;
  if (const auto done = plan_model(options, plan); !done) return done.error();
  const auto threads = resolve_threads(options.threads);
  if (!threads) return threads.error();
  plan.threads = *threads;
  constexpr std::int64_t kMost = 1 << 20;
  if (options.prompt_tokens < 1 || options.prompt_tokens > kMost || options.answer_tokens < 1 ||
      options.answer_tokens > kMost) {
    return usage("--prompt-tokens and --answer-tokens must be from 1 to " + std::to_string(kMost),
                 "a cycle is a prompt and an answer");
  }
  plan.prompt = static_cast<std::size_t>(options.prompt_tokens);
  if (!options.prompt_ids.empty()) {
    plan.prompt = static_cast<std::size_t>(std::ranges::count(options.prompt_ids, ',')) + 1;
  }
  plan.answer = static_cast<std::size_t>(options.answer_tokens);
  constexpr std::int64_t kMostChecked = 1'000'000'000;
  if (options.check_every < 0 || options.check_every > kMostChecked) {
    return usage("--check-every must be from 0 to " + std::to_string(kMostChecked),
                 "0 turns it off");
  }
  plan.check_every = static_cast<std::size_t>(options.check_every);
  const auto kernels = resolve_kernels(options.target);
  if (!kernels) return kernels.error();
  plan.kernels = *kernels;
  if (const auto shaped = plan_shape(options, plan); !shaped) return shaped.error();
  if (options.prompt_ids.empty()) {
    plan.ids = make_prompt(plan.shape, options.seed, plan.prompt);
    return plan;
  }
  auto ids = parse_ids(options.prompt_ids, plan.shape.vocabulary);
  if (!ids) return ids.error();
  plan.ids = std::move(*ids);
  return plan;
}

class LlmCommand final : public WorkloadCommand {
 public:
  void add_options(CLI::App& parser) override {
    parser.add_option("--shape", options_.shape, "dimensions of a known model, or auto");
    parser.add_option("--model", options_.model, "a GGUF file (llama, Q4_0 or Q8_0) instead");
    parser.add_option("--format", options_.format, "weights: q8_0 (default) or q4_0");
    parser.add_option("--threads", options_.threads, "default: every core it may use");
    parser.add_option("--prompt-tokens", options_.prompt_tokens, "of each cycle");
    parser.add_option("--answer-tokens", options_.answer_tokens, "of each cycle");
    parser.add_option("--seed", options_.seed, "of weights and prompt");
    parser.add_option("--check-every", options_.check_every,
                      "answer tokens between two checks of the output; 0 = never");
    parser.add_option("--target", options_.target, std::string(kTargetHelp));
    parser.add_option("--golden", golden_, "what a whole cycle must say, from an earlier run");
    parser.add_option("--prompt-ids", options_.prompt_ids, "token ids, e.g. 1,15,7: the prompt");
    parser.add_flag("--report-answer", options_.report_answer, "an event with the first answer");
    parser.add_flag("--pin", options_.pin, "bind the helper threads to cores");
  }
  Result<std::unique_ptr<Workload>> make(const Clock& clock) override {
    if (!golden_.empty()) {
      options_.golden = parse_checkpoint(golden_);
      if (!options_.golden) {
        return usage("--golden \"" + golden_ + "\" is not DIGEST:CHECKSUM",
                     "copy \"value\" of a golden event");
      }
    }
    return make_llm(options_, clock);
  }

 private:
  LlmOptions options_;
  std::string golden_;
};

}  // namespace

Result<std::unique_ptr<Workload>> make_llm(const LlmOptions& options, const Clock& clock) {
  const auto plan = make_plan(options);
  if (!plan) return plan.error();
  return std::unique_ptr<Workload>(std::make_unique<LlmWorkload>(*plan, options, clock));
}

std::unique_ptr<WorkloadCommand> llm_command() { return std::make_unique<LlmCommand>(); }

}  // namespace soakrig::workloads
