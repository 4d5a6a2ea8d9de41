// SPDX-License-Identifier: Apache-2.0
#include "workloads/mix_workload.hpp"

#include "tests/support/catch.hpp"
#include "tests/workloads/support/run_cycle.hpp"

using namespace soakrig;
using namespace soakrig::workloads;

namespace {
using Split = std::vector<std::size_t>;
std::string refused(const std::vector<std::string>& shares) {
  const SystemClock clock;
  MixOptions options;
  options.shares = shares;
  const auto made = make_mix(options, clock);
  return made ? "" : made.error().message();
}
}  // namespace

TEST_CASE("mix_workload: threads are split by the shares, one each at least") {
  CHECK(split_threads({0.5, 0.5}, 8) == Split{4, 4});
  CHECK(split_threads({0.75, 0.25}, 8) == Split{6, 2});
  CHECK(split_threads({0.9, 0.1}, 2) == Split{1, 1});
  CHECK(split_threads({0.5, 0.3, 0.2}, 10) == Split{5, 3, 2});
  CHECK(split_threads({1.0}, 3) == Split{3});
  CHECK(split_threads({0.5, 0.5}, 1) == Split{1, 1});
}

TEST_CASE("mix_workload: both parts work at once, in one span of time, and are checked") {
  const SystemClock clock;
  MixOptions options;
  options.threads = 2;
  options.shares = {"gemm:int8=50%", "memory:read=50%"};
  auto made = make_mix(options, clock);
  REQUIRE(made);
  const auto facts = (*made)->prepare();
  REQUIRE(facts);
  CHECK(facts->at("part1_precision") == "int8");
  CHECK(facts->at("part2_op") == "read");
  double ops = 0;
  double bytes = 0;
  std::size_t checks = 0;
  for (int i = 0; i < 600 && (ops == 0 || bytes == 0 || checks < 3); ++i) {
    const Slice slice = (*made)->run_slice();
    CHECK(slice.side_by_side);
    for (const Done& done : slice.done) (done.kind == "ops" ? ops : bytes) += done.amount;
    for (const Verification& check : (*made)->verify()) {
      CHECK(check.ok);
      ++checks;
    }
  }
  CHECK(ops > 0);
  CHECK(bytes > 0);
  CHECK(checks >= 3);  // one of each part's preparing, and a cycle's
  CHECK((*made)->corrupt(Corruption::small));
  bool failed = false;
  for (int i = 0; i < 200 && !failed; ++i) failed = run_cycle(**made).failed();
  CHECK(failed);
  (*made)->rest();
}

TEST_CASE("mix_workload: impossible parts are refused in one line") {
  for (const char* wrong : {"gemm", "llm=50%", "gemm=50", "gemm=0%", "gemm=200%", ""}) {
    INFO(wrong);
    CHECK(refused({wrong}).find("--share") != std::string::npos);
  }
  CHECK(refused({"gemm:fp8=50%"}).find("fp8") != std::string::npos);
  CHECK(refused({"memory:swap=50%"}).find("swap") != std::string::npos);
  CHECK(refused({}).find("parts") != std::string::npos);
}
