// SPDX-License-Identifier: Apache-2.0
#include "workloads/gemm_workload.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <utility>

#include "workloads/kernels/clock.hpp"
#include "workloads/kernels/cores.hpp"
#include "workloads/kernels/gemm.hpp"

namespace soakrig::workloads {
namespace {

constexpr std::string_view kOperations = "ops";
constexpr Nanos kSliceLength = 20 * kMillisecond;  // about; a slice ends at a slab's end

struct Plan {
  GemmPrecision precision = GemmPrecision::fp32;
  GemmShape shape;
  const Kernels* kernels = nullptr;
  std::size_t threads = 1;
  std::uint64_t check_every = 1;
};

// A weighted sum of a row is a whole number unless the row is broken.
std::string row_sum(std::size_t row, double sum) {
  char text[80];
  std::snprintf(text, sizeof text, "row %zu %.17g", row, sum);
  return text;
}

class GemmWorkload final : public Workload {
 public:
  GemmWorkload(const Plan& plan, const GemmOptions& options, const Clock& clock)
      : plan_(plan), seed_(options.seed), clock_(clock), pool_(plan.threads, options.pin) {}

  Result<std::map<std::string, std::string>> prepare() override {
    auto made = Gemm::make(*plan_.kernels, plan_.precision, plan_.shape, seed_, pool_);
    if (!made) return made.error();
    gemm_ = std::move(*made);
    while (!gemm_->step(pool_)) {  // warm, and known to be right on this processor
    }
    compare();
    // What the cores that it uses could do at the clock that they really have.
    const double clock = measure_clock_hz();
    const std::size_t cores = std::min(plan_.threads, allowed_cores());
    const double per_cycle = operations_per_cycle(plan_.kernels->target, plan_.precision);
    const double peak = static_cast<double>(cores) * clock * per_cycle;
    return std::map<std::string, std::string>{
        {"workload", "gemm"},
        {"measured_clock_mhz", std::to_string(static_cast<std::uint64_t>(clock * 1e-6))},
        {"theoretical_ops_per_s", std::to_string(static_cast<std::uint64_t>(peak))},
        {"cores", std::to_string(cores)},
        {"ops_per_core_cycle", std::to_string(static_cast<std::uint64_t>(per_cycle))},
        {"precision", std::string(to_string(plan_.precision))},
        {"size", std::to_string(plan_.shape.rows)},
        {"target", std::string(plan_.kernels->target)},
        {"threads", std::to_string(plan_.threads)},
        {"seed", std::to_string(seed_)},
        {"ops_per_cycle", std::to_string(static_cast<std::uint64_t>(plan_.shape.operations()))}};
  }

  Slice run_slice() override {
    const Nanos start = clock_.boot_ns();
    const double before = done_ ? 0 : gemm_->operations_done();
    Nanos now = start;
    do {
      done_ = gemm_->step(pool_);
      now = clock_.boot_ns();
    } while (!done_ && now - start < kSliceLength);
    Slice slice;
    slice.done.push_back({kOperations, gemm_->operations_done() - before, now - start});
    slice.cycle_ended = done_;
    if (done_ && plan_.check_every != 0 && ++cycles_ % plan_.check_every == 0) compare();
    return slice;
  }

  std::vector<Verification> verify() override { return std::exchange(verifications_, {}); }

  bool corrupt(Corruption size) override {
    if (!gemm_) return false;
    gemm_->flip_bit(size == Corruption::small);
    return true;
  }

 private:
  void compare() {
    Verification result{true, "", ""};
    if (const auto wrong = gemm_->check(pool_)) {
      result = {false, row_sum(wrong->row, wrong->expected), row_sum(wrong->row, wrong->got)};
    }
    verifications_.push_back(std::move(result));
  }

  Plan plan_;
  std::uint64_t seed_;
  const Clock& clock_;
  ThreadPool pool_;
  std::unique_ptr<Gemm> gemm_;
  bool done_ = true;  // the last step completed a product
  std::uint64_t cycles_ = 0;
  std::vector<Verification> verifications_;
};

Result<Plan> make_plan(const GemmOptions& options) {
  Plan plan;
  const auto precision = parse_gemm_precision(options.precision);
  if (!precision) {
    return usage("there is no precision \"" + options.precision + "\"",
                 "use fp32, bf16, fp16 or int8");
  }
  plan.precision = *precision;
  constexpr std::int64_t kLeast = 16;
  constexpr auto kMost = static_cast<std::int64_t>(Gemm::kMaxSide);
  if (options.size < kLeast || options.size > kMost) {
    return usage("--size must be from " + std::to_string(kLeast) + " to " + std::to_string(kMost),
                 "1024 suits most processors");
  }
  const auto side = static_cast<std::size_t>(options.size);
  plan.shape = {side, side, side};
  constexpr std::int64_t kMostChecked = 1'000'000'000;
  if (options.check_every < 0 || options.check_every > kMostChecked) {
    return usage("--check-every must be from 0 to " + std::to_string(kMostChecked),
                 "0 turns it off");
  }
  plan.check_every = static_cast<std::uint64_t>(options.check_every);
  const auto threads = resolve_threads(options.threads);
  if (!threads) return threads.error();
  plan.threads = *threads;
  const auto kernels = resolve_kernels(options.target);
  if (!kernels) return kernels.error();
  plan.kernels = *kernels;
  if (const auto there = must_have(*plan.kernels, plan.precision); !there) return there.error();
  const auto fits = must_fit("a product of side " + std::to_string(side),
                             gemm_memory(plan.precision, plan.shape), "choose a smaller --size");
  if (!fits) return fits.error();
  return plan;
}

class GemmCommand final : public WorkloadCommand {
 public:
  void add_options(CLI::App& parser) override {
    parser.add_option("--precision", options_.precision, "fp32, bf16, fp16 or int8");
    parser.add_option("--size", options_.size, "side of the square matrices");
    parser.add_option("--threads", options_.threads, "default: every core it may use");
    parser.add_option("--check-every", options_.check_every,
                      "products between two checks of the result; 0 = never");
    parser.add_option("--seed", options_.seed, "of the operands");
    parser.add_option("--target", options_.target, std::string(kTargetHelp));
    parser.add_flag("--pin", options_.pin, "bind the helper threads to cores");
  }
  Result<std::unique_ptr<Workload>> make(const Clock& clock) override {
    return make_gemm(options_, clock);
  }

 private:
  GemmOptions options_;
};

}  // namespace

Result<std::unique_ptr<Workload>> make_gemm(const GemmOptions& options, const Clock& clock) {
  const auto plan = make_plan(options);
  if (!plan) return plan.error();
  return std::unique_ptr<Workload>(std::make_unique<GemmWorkload>(*plan, options, clock));
}

std::unique_ptr<WorkloadCommand> gemm_command() { return std::make_unique<GemmCommand>(); }

}  // namespace soakrig::workloads
