// SPDX-License-Identifier: Apache-2.0
#include "workloads/llm_workload.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

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
        prompt_(make_prompt(plan.shape, options_.seed, plan.prompt)),
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
  auto weights = Weights::make(plan_.shape, plan_.format, options_.seed, pool_);
  if (!weights) return weights.error();
  weights_.emplace(std::move(*weights));
  auto model = Transformer::make(*weights_, *plan_.kernels, pool_, plan_.prompt + plan_.answer);
  if (!model) return model.error();
  model_.emplace(std::move(*model));
  return std::map<std::string, std::string>{
      {"workload", "llm"},
      {"shape", std::string(plan_.shape.name)},
      {"parameters", std::to_string(parameter_count(plan_.shape))},
      {"format", std::string(to_string(plan_.format))},
      {"target", std::string(plan_.kernels->target)},
      {"threads", std::to_string(plan_.threads)},
      {"prompt_tokens", std::to_string(plan_.prompt)},
      {"answer_tokens", std::to_string(plan_.answer)},
      {"seed", std::to_string(options_.seed)},
      {"bytes_per_token", std::to_string(bytes_per_token(plan_.shape, plan_.format))}};
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
    if (read_ == plan_.prompt) token_ = greedy_token(model_->logits());
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
    token_ = greedy_token(model_->logits());
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
  if (options.shape == "auto") {
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

Result<Plan> make_plan(const LlmOptions& options) {
  Plan plan;
  const auto format = parse_weight_format(options.format);
  if (!format) return usage("there is no format \"" + options.format + "\"", "use q8_0 or q4_0");
  plan.format = *format;
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
  return plan;
}

class LlmCommand final : public WorkloadCommand {
 public:
  void add_options(CLI::App& parser) override {
    parser.add_option("--shape", options_.shape, "dimensions of a known model, or auto");
    parser.add_option("--format", options_.format, "weights: q8_0 or q4_0");
    parser.add_option("--threads", options_.threads, "default: every core it may use");
    parser.add_option("--prompt-tokens", options_.prompt_tokens, "of each cycle");
    parser.add_option("--answer-tokens", options_.answer_tokens, "of each cycle");
    parser.add_option("--seed", options_.seed, "of weights and prompt");
    parser.add_option("--check-every", options_.check_every,
                      "answer tokens between two checks of the output; 0 = never");
    parser.add_option("--target", options_.target, "kernels: avx512, avx2, sse4, neon, scalar");
    parser.add_option("--golden", golden_, "what a whole cycle must say, from an earlier run");
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
