// SPDX-License-Identifier: Apache-2.0
#include "workloads/mix_workload.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <numeric>
#include <utility>

#include "rig/base/quantity.hpp"
#include "workloads/gemm_workload.hpp"
#include "workloads/kernels/cores.hpp"
#include "workloads/memory_workload.hpp"
#include "workloads/mix_part.hpp"

namespace soakrig::workloads {
namespace {

constexpr Nanos kPatience = 100 * kMillisecond;

struct Share {
  std::string kind;    // gemm or memory
  std::string detail;  // its precision or loop, may be empty
  double share = 0;
};

Result<Share> parse_share(const std::string& text) {
  const Error wrong =
      usage("--share \"" + text + "\" is none",
            "write WORKLOAD[:WHAT]=SHARE, such as gemm:int8=50% or memory:triad=50%");
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos) return wrong;
  const auto share = parse_ratio(text.substr(equals + 1));
  if (!share || *share <= 0 || *share > 1) return wrong;
  const std::string name = text.substr(0, equals);
  const std::size_t colon = name.find(':');
  Share out{name.substr(0, colon), colon == std::string::npos ? "" : name.substr(colon + 1),
            *share};
  if (out.kind != "gemm" && out.kind != "memory") return wrong;
  return out;
}

class MixWorkload final : public Workload {
 public:
  MixWorkload(std::vector<std::unique_ptr<MixPart>> parts, std::map<std::string, std::string> facts,
              const Clock& clock)
      : parts_(std::move(parts)), facts_(std::move(facts)), clock_(clock) {}

  Result<std::map<std::string, std::string>> prepare() override {
    for (std::size_t i = 0; i < parts_.size(); ++i) {
      const auto facts = parts_[i]->prepare();
      if (!facts) return facts.error();
      for (const auto& [key, value] : *facts) {
        facts_["part" + std::to_string(i + 1) + "_" + key] = value;
      }
    }
    return facts_;
  }

  Slice run_slice() override {
    if (!running_) {
      for (const auto& part : parts_) part->go();
      running_ = true;
      since_ = clock_.boot_ns();
    }
    Slice slice;
    slice.side_by_side = true;
    std::map<std::string_view, double> work;
    for (std::size_t i = 0; i < parts_.size(); ++i) {
      // Only the first part is waited for: it sets the pace.
      MixPart::Report report = parts_[i]->take(i == 0 ? kPatience : 0);
      for (const auto& [kind, amount] : report.work) work[kind] += amount;
      slice.gauges.insert(slice.gauges.end(), report.gauges.begin(), report.gauges.end());
      checks_.insert(checks_.end(), report.checks.begin(), report.checks.end());
      notes_.insert(notes_.end(), report.notes.begin(), report.notes.end());
      if (i == 0) slice.cycle_ended = report.cycles > 0;
    }
    for (const auto& [kind, amount] : work) totals_[kind] += amount;
    const Nanos now = clock_.boot_ns();
    const Nanos busy = now - std::exchange(since_, now);
    // Every kind seen so far, so that each has the time that it shared with the others.
    for (const auto& entry : totals_) {
      slice.done.push_back({entry.first, work.contains(entry.first) ? work[entry.first] : 0, busy});
    }
    return slice;
  }

  void rest() override {
    for (const auto& part : parts_) part->halt();
    running_ = false;
  }

  std::vector<Verification> verify() override { return std::exchange(checks_, {}); }
  std::vector<std::string> take_notes() override { return std::exchange(notes_, {}); }

  bool corrupt(Corruption size) override {
    parts_.front()->corrupt(size);
    return true;
  }

 private:
  std::vector<std::unique_ptr<MixPart>> parts_;
  std::map<std::string, std::string> facts_;
  const Clock& clock_;
  std::map<std::string_view, double> totals_;
  bool running_ = false;
  Nanos since_ = 0;
  std::vector<Verification> checks_;
  std::vector<std::string> notes_;
};

Result<std::unique_ptr<Workload>> make_part(const Share& share, std::size_t threads,
                                            const MixOptions& options, const Clock& clock) {
  if (share.kind == "gemm") {
    GemmOptions gemm;
    if (!share.detail.empty()) gemm.precision = share.detail;
    gemm.threads = static_cast<std::int64_t>(threads);
    gemm.target = options.target;
    gemm.seed = options.seed;
    return make_gemm(gemm, clock);
  }
  MemoryOptions memory;
  if (!share.detail.empty()) memory.op = share.detail;
  memory.threads = static_cast<std::int64_t>(threads);
  memory.target = options.target;
  return make_memory(memory, clock);
}

class MixCommand final : public WorkloadCommand {
 public:
  void add_options(CLI::App& parser) override {
    parser.add_option("--share", options_.shares,
                      "part and share of the threads: gemm[:PRECISION]=50%, memory[:LOOP]=50%");
    parser.add_option("--threads", options_.threads,
                      "of all parts; default: every core it may use");
    parser.add_option("--seed", options_.seed, "of the operands");
    parser.add_option("--target", options_.target, std::string(kTargetHelp));
  }
  Result<std::unique_ptr<Workload>> make(const Clock& clock) override {
    return make_mix(options_, clock);
  }

 private:
  MixOptions options_;
};

}  // namespace

std::vector<std::size_t> split_threads(const std::vector<double>& shares, std::size_t threads) {
  const double all = std::accumulate(shares.begin(), shares.end(), 0.0);
  std::vector<std::size_t> out(shares.size(), 1);
  for (std::size_t given = shares.size(); given < threads; ++given) {
    // The next one goes where most is owed.
    std::size_t best = 0;
    double most = -1e9;
    for (std::size_t i = 0; i < shares.size(); ++i) {
      const double owed =
          shares[i] / all * static_cast<double>(threads) - static_cast<double>(out[i]);
      if (owed > most) {
        most = owed;
        best = i;
      }
    }
    ++out[best];
  }
  return out;
}

Result<std::unique_ptr<Workload>> make_mix(const MixOptions& options, const Clock& clock) {
  const auto threads = resolve_threads(options.threads);
  if (!threads) return threads.error();
  constexpr std::size_t kMost = 8;
  if (options.shares.empty() || options.shares.size() > kMost) {
    return usage("a mix has 1 to " + std::to_string(kMost) + " parts", "name them with --share");
  }
  std::vector<Share> shares;
  std::vector<double> sizes;
  for (const std::string& text : options.shares) {
    const auto share = parse_share(text);
    if (!share) return share.error();
    shares.push_back(*share);
    sizes.push_back(share->share);
  }
  const std::vector<std::size_t> split = split_threads(sizes, *threads);
  const std::vector<std::size_t> cores = allowed_core_list();
  const std::size_t wanted = std::accumulate(split.begin(), split.end(), std::size_t{0});
  std::vector<std::unique_ptr<MixPart>> parts;
  std::map<std::string, std::string> facts{{"workload", "mix"},
                                           {"threads", std::to_string(wanted)}};
  std::size_t next = 0;
  for (std::size_t i = 0; i < shares.size(); ++i) {
    // Each on cores of its own, where there are enough; its threads inherit them.
    std::vector<std::size_t> own;
    if (wanted <= cores.size()) {
      own.assign(cores.begin() + static_cast<std::ptrdiff_t>(next),
                 cores.begin() + static_cast<std::ptrdiff_t>(next + split[i]));
    }
    const BoundTo there(own.empty() ? cores : own);
    auto part = make_part(shares[i], split[i], options, clock);
    if (!part) return part.error();
    parts.push_back(std::make_unique<MixPart>(std::move(*part), std::move(own)));
    facts["part" + std::to_string(i + 1)] = options.shares[i];
    next += split[i];
  }
  return std::unique_ptr<Workload>(
      std::make_unique<MixWorkload>(std::move(parts), std::move(facts), clock));
}

std::unique_ptr<WorkloadCommand> mix_command() { return std::make_unique<MixCommand>(); }

}  // namespace soakrig::workloads
