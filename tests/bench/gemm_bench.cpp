// SPDX-License-Identifier: Apache-2.0
//
// Matrix products of side 2048 against OpenBLAS and oneDNN, found below $SOAKRIG_PEERS
// (fetch_peers.sh unpacks them) and loaded at run time: nothing of ours links them. All threads, in
// turn with the peer, packing of operands included in both.
#include <dlfcn.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "tests/bench/bench_row.hpp"
#include "tests/bench/pairs.hpp"
#include "workloads/kernels/cores.hpp"
#include "workloads/kernels/gemm.hpp"

namespace {

using namespace soakrig::bench;
using namespace soakrig::workloads;

constexpr std::size_t kSide = 2048;
constexpr int kRounds = 5;
constexpr double kLapSeconds = 0.4;
constexpr double kOperations = 2.0 * kSide * kSide * kSide;

// A function of a library below $SOAKRIG_PEERS, or null with a word on stderr.
template <class Function>
Function load(const char* library, const char* symbol) {
  namespace fs = std::filesystem;
  const char* root = std::getenv("SOAKRIG_PEERS");
  if (root == nullptr || !fs::exists(root)) return nullptr;
  // What the libraries themselves need may be unpacked beside them.
  static const bool needed = [&] {
    for (const auto& entry : fs::recursive_directory_iterator(root)) {
      const std::string name = entry.path().filename().string();
      for (const char* other :
           {"libOpenCL.so.1", "libquadmath.so.0", "libgomp.so.1", "libgfortran.so.5"}) {
        if (name == other) dlopen(entry.path().c_str(), RTLD_NOW | RTLD_GLOBAL);
      }
    }
    return true;
  }();
  static_cast<void>(needed);
  for (const auto& entry : fs::recursive_directory_iterator(root)) {
    if (entry.path().filename().string() != library) continue;
    if (void* handle = dlopen(entry.path().c_str(), RTLD_NOW)) {
      if (void* found = dlsym(handle, symbol)) return reinterpret_cast<Function>(found);
    }
    std::fprintf(stderr, "gemm_bench: %s: %s\n", library, dlerror());
  }
  return nullptr;
}

using CblasSgemm = void (*)(int, int, int, int, int, int, float, const float*, int, const float*,
                            int, float, float*, int);
using DnnlSgemm = int (*)(char, char, std::int64_t, std::int64_t, std::int64_t, float, const float*,
                          std::int64_t, const float*, std::int64_t, float, float*, std::int64_t);
using DnnlU8S8 = int (*)(char, char, char, std::int64_t, std::int64_t, std::int64_t, float,
                         const std::uint8_t*, std::int64_t, std::uint8_t, const std::int8_t*,
                         std::int64_t, std::int8_t, float, std::int32_t*, std::int64_t,
                         const std::int32_t*);

// The peers are to be at their best: whatever the surroundings tell them to do slower is dropped.
void free_the_peers() {
  std::vector<std::string> names;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view line = *entry;
    for (const std::string_view prefix : {"OPENBLAS_", "DNNL_", "ONEDNN_", "OMP_", "GOMP_"}) {
      if (line.starts_with(prefix)) names.emplace_back(line.substr(0, line.find('=')));
    }
  }
  for (const std::string& name : names) ::unsetenv(name.c_str());
}

// Operations a second of one product after another. Before them a pause and one product that does
// not count: the threads of whoever came before go on spinning for a while.
template <class Product>
double rate_of(const Product& product) {
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
  product();
  const double start = now_s();
  double products = 0;
  double spent = 0;
  while (spent < kLapSeconds) {
    product();
    ++products;
    spent = now_s() - start;
  }
  return products * kOperations / spent;
}

double rate_of_ours(Gemm& gemm, ThreadPool& pool) {
  return rate_of([&] {
    while (!gemm.step(pool)) {
    }
  });
}

void row(const std::string& name, const char* peer, const Pair& pair, double reach) {
  BenchRow out{.name = name, .value = pair.ours * 1e-9, .unit = "GOPS"};
  out.reach = Reach{"ratio", ">=", reach};
  if (pair.theirs > 0) {
    out.against = peer;
    out.against_value = pair.theirs * 1e-9;
  } else {
    out.peer_missing = true;
  }
  print(out);
}

// The better of the two is the row, the other one NAME.WHAT.
void fp32(ThreadPool& pool) {
  auto gemm = Gemm::make(*find_kernels(""), GemmPrecision::fp32, {kSide, kSide, kSide}, 1, pool);
  if (!gemm) return;
  std::vector<float> a(kSide * kSide, 1.5f), b(kSide * kSide, 0.5f), c(kSide * kSide);
  const auto blas = load<CblasSgemm>("libopenblas.so.0", "cblas_sgemm");
  const auto dnnl = load<DnnlSgemm>("libdnnl.so.2", "dnnl_sgemm");
  const int n = static_cast<int>(kSide);
  const auto ours = [&] { return rate_of_ours(**gemm, pool); };
  const auto openblas = [&] {
    if (blas == nullptr) return 0.0;
    return rate_of([&] {
      blas(101, 111, 111, n, n, n, 1, a.data(), n, b.data(), n, 0, c.data(), n);  // row-major
    });
  };
  const auto onednn = [&] {
    if (dnnl == nullptr) return 0.0;
    return rate_of([&] { dnnl('N', 'N', n, n, n, 1, a.data(), n, b.data(), n, 0, c.data(), n); });
  };
  const Pair first = interleaved(kRounds, ours, openblas);
  const Pair second = interleaved(kRounds, ours, onednn);
  const bool blas_better = first.theirs >= second.theirs;
  row("gemm.fp32", blas_better ? "OpenBLAS" : "oneDNN", blas_better ? first : second, 0.95);
  row(blas_better ? "gemm.fp32.onednn" : "gemm.fp32.openblas", blas_better ? "oneDNN" : "OpenBLAS",
      blas_better ? second : first, 0.95);
}

void int8(ThreadPool& pool) {
  auto gemm = Gemm::make(*find_kernels(""), GemmPrecision::int8, {kSide, kSide, kSide}, 1, pool);
  if (!gemm) return;
  std::vector<std::uint8_t> a(kSide * kSide, 3);
  std::vector<std::int8_t> b(kSide * kSide, -2);
  std::vector<std::int32_t> c(kSide * kSide);
  const auto dnnl = load<DnnlU8S8>("libdnnl.so.2", "dnnl_gemm_u8s8s32");
  const std::int32_t zero = 0;
  const auto n = static_cast<std::int64_t>(kSide);
  const auto ours = [&] { return rate_of_ours(**gemm, pool); };
  const auto onednn = [&] {
    if (dnnl == nullptr) return 0.0;
    return rate_of([&] {
      dnnl('N', 'N', 'F', n, n, n, 1, a.data(), n, 0, b.data(), n, 0, 0, c.data(), n, &zero);
    });
  };
  row("gemm.int8", "oneDNN u8s8s32", interleaved(kRounds, ours, onednn), 0.9);
}

// Against our own fp32: no packaged peer multiplies bf16 by a call that can be loaded here. What it
// must show is that the processor's instruction is used, not a detour through fp32.
void bf16(ThreadPool& pool) {
  const Kernels& kernels = *find_kernels("");
  BenchRow out{.name = "gemm.bf16", .unit = "GOPS"};
  out.reach = Reach{"ratio", ">=", 1.3};
  if (const auto there = must_have(kernels, GemmPrecision::bf16); !there) {
    std::fprintf(stderr, "gemm_bench: %s\n", there.error().message().c_str());
    out.peer_missing = true;
    return print(out);
  }
  const GemmShape shape{kSide, kSide, kSide};
  auto wide = Gemm::make(kernels, GemmPrecision::fp32, shape, 1, pool);
  auto narrow = Gemm::make(kernels, GemmPrecision::bf16, shape, 1, pool);
  if (!wide || !narrow) return;
  const Pair pair = interleaved(
      kRounds, [&] { return rate_of_ours(**narrow, pool); },
      [&] { return rate_of_ours(**wide, pool); });
  out.value = pair.ours * 1e-9;
  out.against = "our own fp32";
  out.against_value = pair.theirs * 1e-9;
  print(out);
}

}  // namespace

int main() {
  free_the_peers();
  ThreadPool pool(allowed_cores());
  if (wanted("gemm.fp32")) fp32(pool);
  if (wanted("gemm.int8")) int8(pool);
  if (wanted("gemm.bf16")) bf16(pool);
  return 0;
}
