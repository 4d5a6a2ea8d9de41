// SPDX-License-Identifier: Apache-2.0
#include "workloads/memory_workload.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "rig/base/quantity.hpp"
#include "workloads/memory/core_lap.hpp"
#include "workloads/memory/latency_chain.hpp"
#include "workloads/memory/memory_level.hpp"
#include "workloads/memory/stream_arrays.hpp"
#include "workloads/model/shape.hpp"

namespace soakrig::workloads {
namespace {

constexpr std::string_view kBytes = "bytes";
constexpr std::string_view kHops = "hops";
constexpr Nanos kSliceLength = 20 * kMillisecond;  // about; a slice ends at a pass's end
constexpr std::uint64_t kSliceHops = 1u << 17;     // about as long in DRAM
constexpr std::uint64_t kCycleHops = 8 * kSliceHops;

struct Plan {
  std::vector<StreamOp> ops;  // of a round
  bool latency = false;
  StreamLayout layout;
  std::string where;  // the level or the size
  const Kernels* kernels = nullptr;
  std::size_t threads = 1;
};

std::string element(const StreamMismatch& wrong, double value) {
  char text[96];
  std::snprintf(text, sizeof text, "%c[%zu] %.17g", wrong.array, wrong.index, value);
  return text;
}

double gb_s(double bytes, Nanos busy) {
  return busy > 0 ? bytes / static_cast<double>(busy) : 0;  // bytes a ns are GB a second
}

class MemoryWorkload final : public Workload {
 public:
  MemoryWorkload(Plan plan, const MemoryOptions& options, const Clock& clock)
      : plan_(std::move(plan)),
        options_(options),
        clock_(clock),
        pool_(plan_.threads, options.pin) {}

  Result<std::map<std::string, std::string>> prepare() override {
    auto made = StreamArrays::make(plan_.layout, pool_);
    if (!made) return made.error();
    arrays_.emplace(std::move(*made));
    for (const StreamOp op : plan_.ops) arrays_->pass(op, *plan_.kernels, pool_);
    compare();
    return std::map<std::string, std::string>{
        {"workload", "memory"},
        {"op", options_.op},
        {"level", plan_.where},
        {"array_bytes", std::to_string(plan_.layout.bytes() / 3)},
        {"pages", options_.pages},
        {"target", std::string(plan_.kernels->target)},
        {"threads", std::to_string(plan_.threads)}};
  }

  Slice run_slice() override { return plan_.ops.empty() ? hop_slice() : stream_slice(); }

  std::vector<Verification> verify() override { return std::exchange(verifications_, {}); }
  std::vector<std::string> take_notes() override { return std::exchange(notes_, {}); }

  bool corrupt(Corruption size) override {
    if (!arrays_) return false;
    if (plan_.ops.empty()) {
      // Of a link, which has four bits at least: it leads to a neighbour, or further away.
      if (!chain_) return false;
      arrays_->first_bytes()[chain_->position() * LatencyChain::kLine] ^=
          static_cast<std::uint8_t>(size == Corruption::small ? 1 : 8);
      return true;
    }
    arrays_->flip_bit(plan_.ops.front(), size == Corruption::small);
    return true;
  }

 private:
  Slice stream_slice() {
    Slice slice;
    const Nanos start = clock_.boot_ns();
    Nanos now = start;
    double moved = 0;
    while (now - start < kSliceLength && !slice.cycle_ended) {
      const StreamOp op = plan_.ops[next_];
      const Nanos before = now;
      const double bytes = arrays_->pass(op, *plan_.kernels, pool_);
      now = clock_.boot_ns();
      moved += bytes;
      Spent& spent = spent_[op];
      spent.bytes += bytes;
      spent.busy += now - before;
      next_ = (next_ + 1) % plan_.ops.size();
      slice.cycle_ended = next_ == 0 && ++round_ == StreamArrays::kMaxRounds;
    }
    slice.done.push_back({kBytes, moved, now - start});
    if (slice.cycle_ended) end_cycle(slice);
    return slice;
  }

  // The chain lies in the first array, which then is no stream's until it is filled again.
  Slice hop_slice() {
    if (!chain_) chain_.emplace(chain_memory());
    Slice slice;
    const std::size_t from = chain_->position();
    const Nanos start = clock_.boot_ns();
    const std::size_t to = chain_->walk(kSliceHops);
    const Nanos busy = clock_.boot_ns() - start;
    compare_walk(from, to, kSliceHops);
    slice.done.push_back({kHops, static_cast<double>(kSliceHops), busy});
    hops_ += kSliceHops;
    hop_busy_ += busy;
    slice.cycle_ended = hops_ >= kCycleHops;
    if (slice.cycle_ended) {
      slice.gauges.push_back({"latency_us", latency_us(std::exchange(hop_busy_, 0), hops_)});
      hops_ = 0;
      chain_.emplace(chain_memory());  // a broken link does not outlive its cycle
    }
    return slice;
  }

  void end_cycle(Slice& slice) {
    compare();
    round_ = 0;
    for (const auto& [op, spent] : spent_) {
      slice.gauges.push_back(
          {gauge_names_[static_cast<std::size_t>(op)], gb_s(spent.bytes, spent.busy)});
    }
    spent_.clear();
    if (options_.per_core) core_lap(slice);
    if (plan_.latency) {
      LatencyChain chain(chain_memory());
      const Nanos start = clock_.boot_ns();
      const std::size_t to = chain.walk(kSliceHops);
      slice.gauges.push_back({"latency_us", latency_us(clock_.boot_ns() - start, kSliceHops)});
      const std::size_t must = chain.expected(0, kSliceHops);
      if (to != must) verifications_.push_back(walk_failed(must, to));
    }
    arrays_->fill(pool_);
  }

  // Each core reads all of the first array alone.
  void core_lap(Slice& slice) {
    const auto* a = reinterpret_cast<const double*>(arrays_->first_bytes());
    const StreamLayout& layout = plan_.layout;
    const auto figures = on_each_core([&] {
      std::uint64_t sum = 0;
      const Nanos start = clock_.boot_ns();
      for (std::size_t i = 0; i < layout.repeats; ++i) {
        sum += plan_.kernels->stream.read(a, layout.length());
      }
      const Nanos busy = clock_.boot_ns() - start;
      core_sum_ = sum;  // a result that somebody could read keeps the loop
      return gb_s(static_cast<double>(layout.length() * layout.repeats * sizeof(double)), busy);
    });
    if (figures.empty()) return;
    nlohmann::json cores = nlohmann::json::array();
    for (const CoreFigure& f : figures) cores.push_back({{"core", f.core}, {"gb_s", f.value}});
    notes_.push_back(nlohmann::json{{"cores", cores}}.dump());
    const auto [slowest, fastest] = std::ranges::minmax_element(figures, {}, &CoreFigure::value);
    slice.gauges.push_back({"slowest_core_gb_s", slowest->value});
    slice.gauges.push_back({"fastest_core_gb_s", fastest->value});
  }

  std::span<std::uint8_t> chain_memory() {
    return {arrays_->first_bytes(), plan_.layout.length() * sizeof(double)};
  }

  static double latency_us(Nanos busy, std::uint64_t hops) {
    return static_cast<double>(busy) * 1e-3 / static_cast<double>(hops);
  }

  static Verification walk_failed(std::size_t must, std::size_t to) {
    return {false, "line " + std::to_string(must), "line " + std::to_string(to)};
  }

  void compare_walk(std::size_t from, std::size_t to, std::uint64_t hops) {
    const std::size_t must = chain_->expected(from, hops);
    verifications_.push_back(to == must ? Verification{true, "", ""} : walk_failed(must, to));
  }

  void compare() {
    Verification result{true, "", ""};
    if (const auto wrong = arrays_->check(pool_)) {
      result = {false, element(*wrong, wrong->expected), element(*wrong, wrong->got)};
    }
    verifications_.push_back(std::move(result));
  }

  struct Spent {
    double bytes = 0;
    Nanos busy = 0;
  };
  static constexpr std::string_view gauge_names_[] = {"read_gb_s", "copy_gb_s", "scale_gb_s",
                                                      "add_gb_s", "triad_gb_s"};

  Plan plan_;
  MemoryOptions options_;
  const Clock& clock_;
  ThreadPool pool_;
  std::optional<StreamArrays> arrays_;
  std::optional<LatencyChain> chain_;
  std::map<StreamOp, Spent> spent_;  // of this cycle
  std::size_t next_ = 0;             // op of the round
  int round_ = 0;
  std::uint64_t hops_ = 0;  // of this cycle
  Nanos hop_busy_ = 0;
  volatile std::uint64_t core_sum_ = 0;
  std::vector<Verification> verifications_;
  std::vector<std::string> notes_;
};

Result<void> plan_ops(const std::string& op, Plan& plan) {
  std::string known;
  for (const StreamOp each : kStreamOps) {
    if (op == "all" || op == to_string(each)) plan.ops.push_back(each);
    known += std::string(to_string(each)) + ", ";
  }
  plan.latency = op == "all" || op == "latency";
  if (!plan.ops.empty() || plan.latency) return {};
  return usage("there is no --op \"" + op + "\"", "use " + known + "latency or all");
}

Result<Plan> make_plan(const MemoryOptions& options) {
  Plan plan;
  if (const auto done = plan_ops(options.op, plan); !done) return done.error();
  const auto threads = resolve_threads(options.threads);
  if (!threads) return threads.error();
  plan.threads = *threads;
  const auto kernels = resolve_kernels(options.target);
  if (!kernels) return kernels.error();
  plan.kernels = *kernels;
  const CacheSizes caches = read_cache_sizes();
  if (options.size.empty()) {
    auto layout = layout_for(options.level, caches, plan.threads, available_memory());
    if (!layout) {
      Error error = layout.error();
      if (error.code == Errc::not_found) error.code = Errc::invalid;
      return error;
    }
    plan.layout = *layout;
    plan.where = options.level;
  } else {
    const auto bytes = parse_bytes(options.size);
    constexpr std::int64_t kLeast = 1 << 12;
    if (!bytes || *bytes < kLeast) {
      return usage("--size \"" + options.size + "\" is no size of 4KiB or more",
                   "write it with its unit, such as 600MiB");
    }
    plan.layout = layout_of(static_cast<std::uint64_t>(*bytes), caches, plan.threads);
    plan.where = options.size;
  }
  if (options.pages != "huge" && options.pages != "small") {
    return usage("there are no pages \"" + options.pages + "\"", "use huge or small");
  }
  plan.layout.pages = options.pages == "huge" ? Pages::huge : Pages::small;
  constexpr std::uint64_t kAround = 24u << 20;
  const auto fits =
      must_fit("arrays in " + plan.where, plan.layout.bytes() + kAround, "choose a smaller --size");
  if (!fits) return fits.error();
  return plan;
}

class MemoryCommand final : public WorkloadCommand {
 public:
  void add_options(CLI::App& parser) override {
    parser.add_option("--op", options_.op, "read, copy, scale, add, triad, latency or all");
    parser.add_option("--level", options_.level, "l1, l2, l3 or dram");
    parser.add_option("--size", options_.size, "of all three arrays, e.g. 600MiB, instead");
    parser.add_option("--pages", options_.pages, "huge or small");
    parser.add_option("--threads", options_.threads, "default: every core it may use");
    parser.add_option("--target", options_.target, std::string(kTargetHelp));
    parser.add_flag("--per-core", options_.per_core, "also read with each core alone");
    parser.add_flag("--pin", options_.pin, "bind the helper threads to cores");
  }
  Result<std::unique_ptr<Workload>> make(const Clock& clock) override {
    return make_memory(options_, clock);
  }

 private:
  MemoryOptions options_;
};

}  // namespace

Result<std::unique_ptr<Workload>> make_memory(const MemoryOptions& options, const Clock& clock) {
  auto plan = make_plan(options);
  if (!plan) return plan.error();
  return std::unique_ptr<Workload>(
      std::make_unique<MemoryWorkload>(std::move(*plan), options, clock));
}

std::unique_ptr<WorkloadCommand> memory_command() { return std::make_unique<MemoryCommand>(); }

}  // namespace soakrig::workloads
