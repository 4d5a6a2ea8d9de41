// SPDX-License-Identifier: Apache-2.0
//
// Speed of the language model at the tinyllama-1.1b shape: what checking the output costs, and what
// share of this machine's read bandwidth decoding reaches, both measured in the same run since
// shared machines drift. Prints rows as JSON lines (design: names that other checks rely on).
#include <time.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <vector>

#include "tests/bench/bench_row.hpp"
#include "workloads/kernels/cores.hpp"
#include "workloads/kernels/huge_buffer.hpp"
#include "workloads/kernels/kernels.hpp"
#include "workloads/kernels/thread_pool.hpp"
#include "workloads/model/known_answer.hpp"
#include "workloads/model/output_check.hpp"
#include "workloads/model/transformer.hpp"

namespace {

using namespace soakrig::workloads;
using soakrig::bench::BenchRow;
using soakrig::bench::Reach;

double now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

// Bytes a second of summing all of `memory` with every thread; huge pages, like the weights.
double read_bandwidth(const Kernels& kernels, const HugeBuffer& memory, ThreadPool& pool) {
  std::vector<double> rates;
  std::atomic<std::uint64_t> sum{0};
  const std::size_t steps = memory.size() / sizeof(double) / kStreamStep;
  const auto* data = reinterpret_cast<const double*>(memory.data());
  for (int round = 0; round < 5; ++round) {
    const double start = now();
    pool.run_ranges(steps, [&](std::size_t first, std::size_t last) {
      sum += kernels.stream.read(data + first * kStreamStep, (last - first) * kStreamStep);
    });
    rates.push_back(static_cast<double>(memory.size()) / (now() - start));
  }
  return *std::ranges::max_element(rates);
}

double cpu_now(clockid_t clock) {
  timespec t{};
  ::clock_gettime(clock, &t);
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) * 1e-9;
}

// One token of a decode with every 16th checked, in seconds. The two parts are of the same loop,
// and in processor time: what strangers on the machine take is in neither, so that their ratio
// holds on a busy machine too.
struct Spent {
  double wall = 0;
  double model = 0;     // processor time of all threads, spread over them
  double checking = 0;  // processor time of the one thread that checks; the others wait meanwhile
};
Spent decode(Transformer& model, const std::vector<std::uint32_t>& prompt, std::size_t tokens,
             std::size_t threads) {
  OutputCheck check(16, tokens, std::nullopt);
  Spent spent;
  model.reset();
  model.feed(prompt);
  std::uint32_t token = greedy_token(model.logits());
  const double start = now();
  const double cpu = cpu_now(CLOCK_PROCESS_CPUTIME_ID);
  for (std::size_t i = 0; i < tokens; ++i) {
    model.feed({&token, 1});
    token = greedy_token(model.logits());
    const double before = cpu_now(CLOCK_THREAD_CPUTIME_ID);
    static_cast<void>(check.token(token, model.logits()));
    spent.checking += cpu_now(CLOCK_THREAD_CPUTIME_ID) - before;
  }
  const auto each = static_cast<double>(tokens);
  spent.model = (cpu_now(CLOCK_PROCESS_CPUTIME_ID) - cpu - spent.checking) /
                static_cast<double>(threads) / each;
  spent.wall = (now() - start) / each;
  spent.checking /= each;
  return spent;
}

int run() {
  const auto shape = find_shape("tinyllama-1.1b");
  const Kernels* kernels = find_kernels("");
  ThreadPool pool(allowed_cores());
  if (!shape || kernels == nullptr) return 2;
  for (const auto format : {WeightFormat::q8_0, WeightFormat::q4_0}) {
    auto weights = Weights::make(*shape, format, 1, pool);
    if (!weights) return std::fprintf(stderr, "%s\n", weights.error().message().c_str()), 2;
    auto model = Transformer::make(*weights, *kernels, pool, 128);
    auto memory = HugeBuffer::allocate(std::size_t{512} << 20);
    if (!model || !memory) return std::fprintf(stderr, "no memory\n"), 2;
    std::fill_n(memory->data(), memory->size(), std::uint8_t{1});
    const auto prompt = make_prompt(*shape, 1, 32);
    constexpr std::size_t kTokens = 48;
    std::vector<double> wall, model_cpu, checking, bandwidth;
    for (int round = 0; round < 5; ++round) {  // interleaved: drift hits both alike
      bandwidth.push_back(read_bandwidth(*kernels, *memory, pool));
      const Spent spent = decode(*model, prompt, kTokens, pool.threads());
      wall.push_back(spent.wall);
      model_cpu.push_back(spent.model);
      checking.push_back(spent.checking);
    }
    const double reached = static_cast<double>(bytes_per_token(*shape, format)) / median(wall);
    const double without = median(model_cpu);
    const std::string suffix = format == WeightFormat::q8_0 ? "" : ".q4_0";
    print(BenchRow{.name = "llm.bandwidth" + suffix,
                   .value = reached * 1e-9,
                   .unit = "GB/s",
                   .against = "read bandwidth, huge pages",
                   .against_value = median(bandwidth) * 1e-9,
                   .reach = Reach{"ratio", ">=", 0.5}});
    print(BenchRow{.name = "llm.check" + suffix,
                   .value = (without + median(checking)) * 1e3,
                   .unit = "ms/{token}",
                   .against = "without checks",
                   .against_value = without * 1e3,
                   .reach = Reach{"ratio", "<=", 1.02}});
  }
  return 0;
}

}  // namespace

int main() { return run(); }
