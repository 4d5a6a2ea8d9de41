// SPDX-License-Identifier: Apache-2.0
//
// The useful operations a second of `mix` (products on one half of the cores, triad on the other)
// against stress-ng's matrix products on all of them. stress-ng's `prod` of side n makes 2 n^3
// operations and is one bogo operation; it is found below $SOAKRIG_PEERS or in PATH.
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>

#include "rig/base/time.hpp"
#include "tests/bench/bench_row.hpp"
#include "tests/bench/pairs.hpp"
#include "workloads/kernels/cores.hpp"
#include "workloads/mix_workload.hpp"

namespace {

using namespace soakrig::bench;
using namespace soakrig::workloads;

constexpr int kSeconds = 3;
constexpr int kRounds = 5;
constexpr double kStressSide = 128;

std::string stress_ng() {
  const char* root = std::getenv("SOAKRIG_PEERS");
  const std::string below = std::string(root != nullptr ? root : "") + "/usr/bin/stress-ng";
  const std::string libraries = std::string(root != nullptr ? root : "") +
                                "/usr/lib/x86_64-linux-gnu:" + (root != nullptr ? root : "") +
                                "/lib/x86_64-linux-gnu";
  if (root != nullptr && std::filesystem::exists(below)) {
    return "LD_LIBRARY_PATH='" + libraries + "' '" + below + "'";
  }
  return "stress-ng";
}

// Operations a second of its `matrix` stressor; 0 where it cannot be had.
double peer_rate() {
  const std::string command = stress_ng() + " --matrix " + std::to_string(allowed_cores()) +
                              " --matrix-method prod --matrix-size " +
                              std::to_string(static_cast<int>(kStressSide)) + " -t " +
                              std::to_string(kSeconds) + "s --metrics-brief 2>&1";
  std::string text;
  if (FILE* pipe = ::popen(command.c_str(), "r")) {
    char piece[4096];
    while (const std::size_t n = std::fread(piece, 1, sizeof piece, pipe)) text.append(piece, n);
    ::pclose(pipe);
  }
  // "… metrc: [pid] matrix  BOGO  REAL  USR  SYS  OPS/S(real)  OPS/S(usr+sys)"; newer ones go on
  // with
  // "[pid] matrix  N prod matrix ops per sec".
  constexpr std::string_view kRow = "] matrix ";
  double bogo = 0;
  double real = 0;
  for (std::size_t at = text.find(kRow); at != std::string::npos; at = text.find(kRow, at + 1)) {
    if (std::sscanf(text.c_str() + at + kRow.size(), "%lf %lf", &bogo, &real) == 2) break;
    real = 0;
  }
  if (real <= 0) return 0;
  return bogo / real * 2 * kStressSide * kStressSide * kStressSide;
}

double our_rate(Workload& mix) {
  double operations = 0;
  const double start = now_s();
  while (now_s() - start < kSeconds) {
    for (const Done& done : mix.run_slice().done) {
      // Triad moves 24 bytes for two operations.
      operations += done.kind == "ops" ? done.amount : done.amount / 12;
    }
    static_cast<void>(mix.verify());
  }
  const double seconds = now_s() - start;
  mix.rest();
  return operations / seconds;
}

int run() {
  const soakrig::SystemClock clock;
  auto mix = make_mix(MixOptions{}, clock);
  if (!mix || !(*mix)->prepare()) return std::fprintf(stderr, "mix cannot start\n"), 2;
  const Pair pair = interleaved(
      kRounds, [&] { return our_rate(**mix); }, peer_rate);
  BenchRow row{.name = "mix.stress_ng", .value = pair.ours * 1e-9, .unit = "GOPS"};
  row.reach = Reach{"ratio", ">=", 1.0};
  if (pair.theirs > 0) {
    row.against = "stress-ng --matrix";
    row.against_value = pair.theirs * 1e-9;
  } else {
    row.peer_missing = true;
  }
  print(row);
  return 0;
}

}  // namespace

int main() { return run(); }
