// SPDX-License-Identifier: Apache-2.0
#include "workloads/gemm_workload.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/workloads/support/run_cycle.hpp"

using namespace soakrig;
using namespace soakrig::workloads;

namespace {
GemmOptions small(const std::string& precision) {
  GemmOptions options;
  options.precision = precision;
  options.size = 400;
  options.threads = 2;
  return options;
}
std::string refused(const GemmOptions& options) {
  const FakeClock clock;
  const auto made = make_gemm(options, clock);
  return made ? "" : made.error().message();
}
}  // namespace

TEST_CASE("gemm_workload: a cycle is one product, counted exactly and checked") {
  for (const std::string precision : {"fp32", "int8", "bf16", "fp16"}) {
    FakeClock clock;
    clock.step_per_look(kMillisecond);
    auto made = make_gemm(small(precision), clock);
    if (!made && precision.ends_with("16")) {  // not on this hardware, which is said
      CHECK(made.error().code == Errc::unsupported);
      continue;
    }
    REQUIRE(made);
    const auto facts = (*made)->prepare();
    REQUIRE(facts);
    CHECK(facts->at("precision") == precision);
    CHECK(facts->at("ops_per_cycle") == "128000000");
    CHECK(std::stoull(facts->at("measured_clock_mhz")) > 100);
    CHECK(std::stoull(facts->at("theoretical_ops_per_s")) > 100'000'000);
    CHECK((*made)->verify().size() == 1);  // the first product, before it is ready
    for (int i = 0; i < 2; ++i) {
      const Cycle cycle = run_cycle(**made);
      CHECK(cycle.work.at("ops") == 2.0 * 400 * 400 * 400);
      CHECK(cycle.busy > 0);
      REQUIRE(cycle.checks.size() == 1);
      CHECK(cycle.checks[0].ok);
    }
  }
}

TEST_CASE("gemm_workload: slices are short where a product is long") {
  FakeClock clock;
  clock.step_per_look(kSecond);  // each look finds that a second went by
  GemmOptions options = small("fp32");
  options.size = 600;  // two slabs
  auto made = make_gemm(options, clock);
  REQUIRE((*made)->prepare());
  CHECK_FALSE((*made)->run_slice().cycle_ended);
  CHECK((*made)->run_slice().cycle_ended);
}

TEST_CASE("gemm_workload: a wrong bit is seen, however small") {
  const FakeClock clock;
  for (const char* precision : {"fp32", "int8"}) {
    for (const auto size : {Corruption::small, Corruption::large}) {
      auto made = make_gemm(small(precision), clock);
      CHECK_FALSE((*made)->corrupt(size));  // nothing there yet
      REQUIRE((*made)->prepare());
      static_cast<void>((*made)->verify());
      CHECK((*made)->corrupt(size));
      const Cycle cycle = run_cycle(**made);
      REQUIRE(cycle.failed());
      CHECK(cycle.checks[0].expected != cycle.checks[0].got);
      CHECK(cycle.checks[0].expected.starts_with("row "));
    }
  }
}

TEST_CASE("gemm_workload: checks can be rarer or off") {
  const FakeClock clock;
  GemmOptions options = small("fp32");
  options.check_every = 2;
  auto made = make_gemm(options, clock);
  REQUIRE((*made)->prepare());
  static_cast<void>((*made)->verify());
  CHECK(run_cycle(**made).checks.empty());
  CHECK(run_cycle(**made).checks.size() == 1);
}

TEST_CASE("gemm_workload: impossible options are refused in one line") {
  GemmOptions options = small("fp64");
  CHECK(refused(options).find("fp64") != std::string::npos);
  options = small("fp32");
  options.size = 15;
  CHECK(refused(options).find("--size") != std::string::npos);
  options.size = 16385;
  CHECK(refused(options).find("--size") != std::string::npos);
  options = small("fp32");
  options.threads = 0;
  CHECK(refused(options).find("--threads") != std::string::npos);
  options = small("fp32");
  options.target = "mmx";
  CHECK(refused(options).find("mmx") != std::string::npos);
  options = small("fp32");
  options.check_every = -1;
  CHECK(refused(options).find("--check-every") != std::string::npos);
}
