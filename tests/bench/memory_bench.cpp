// SPDX-License-Identifier: Apache-2.0
//
// Bandwidth of DRAM as `memory` measures it against STREAM's own loops, written plainly and
// compiled here: same arrays, same pages, same threads, in turn.
#include <cstdio>

#include "tests/bench/bench_row.hpp"
#include "tests/bench/pairs.hpp"
#include "workloads/kernels/cores.hpp"
#include "workloads/memory/memory_level.hpp"
#include "workloads/model/shape.hpp"

namespace {

using namespace soakrig::bench;
using namespace soakrig::workloads;

constexpr int kRounds = 9;

// STREAM's triad and, for the read, the sum that a compiler makes of the plain loop.
void plain_triad(const double* b, const double* c, double* a, double s, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) a[i] = b[i] + s * c[i];
}

std::uint64_t plain_read(const std::uint64_t* a, std::size_t n) {
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < n; ++i) sum += a[i];
  return sum;
}

void row(const char* name, const Pair& pair) {
  print(BenchRow{.name = name,
                 .value = pair.ours * 1e-9,
                 .unit = "GB/s",
                 .against = "STREAM's loop compiled here",
                 .against_value = pair.theirs * 1e-9,
                 .reach = Reach{"ratio", ">=", 1.0}});
}

int run() {
  ThreadPool pool(allowed_cores());
  const auto layout = layout_for("dram", read_cache_sizes(), pool.threads(), available_memory());
  if (!layout) return std::fprintf(stderr, "%s\n", layout.error().message().c_str()), 2;
  auto arrays = StreamArrays::make(*layout, pool);
  auto plain = StreamArrays::make(*layout, pool);  // arrays alike, that the plain loops go over
  if (!arrays || !plain) return std::fprintf(stderr, "no memory\n"), 2;
  const std::size_t n = layout->elements;
  std::vector<std::uint64_t> sums(layout->pieces);
  const auto rate = [&](StreamOp op) {
    return [&, op] {
      const double start = now_s();
      const double bytes = arrays->pass(op, *find_kernels(""), pool);
      return bytes / (now_s() - start);
    };
  };
  if (wanted("memory.read")) {
    row("memory.read", interleaved(kRounds, rate(StreamOp::read), [&] {
          const auto* a = reinterpret_cast<const std::uint64_t*>(plain->first_bytes());
          const double start = now_s();
          pool.run(layout->pieces,
                   [&](std::size_t piece) { sums[piece] = plain_read(a + piece * n, n); });
          return 8.0 * static_cast<double>(layout->length()) / (now_s() - start);
        }));
  }
  if (wanted("memory.triad")) {
    std::array<HugeBuffer, 3> own;
    for (HugeBuffer& memory : own) {
      auto made = HugeBuffer::allocate(layout->length() * sizeof(double));
      if (!made) return std::fprintf(stderr, "no memory\n"), 2;
      memory = std::move(*made);
      std::fill_n(memory.data(), memory.size(), std::uint8_t{0});
    }
    const auto at = [&](std::size_t which) { return reinterpret_cast<double*>(own[which].data()); };
    row("memory.triad", interleaved(kRounds, rate(StreamOp::triad), [&] {
          const double start = now_s();
          pool.run(layout->pieces, [&](std::size_t piece) {
            plain_triad(at(1) + piece * n, at(2) + piece * n, at(0) + piece * n, 3, n);
          });
          return 24.0 * static_cast<double>(layout->length()) / (now_s() - start);
        }));
  }
  return 0;
}

}  // namespace

int main() { return run(); }
