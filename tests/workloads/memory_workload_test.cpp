// SPDX-License-Identifier: Apache-2.0
#include "workloads/memory_workload.hpp"

#include <cmath>

#include "tests/support/catch.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/workloads/support/run_cycle.hpp"

using namespace soakrig;
using namespace soakrig::workloads;

namespace {
MemoryOptions small(const std::string& op) {
  MemoryOptions options;
  options.op = op;
  options.size = "192KiB";
  options.threads = 2;
  return options;
}
std::string refused(const MemoryOptions& options) {
  const FakeClock clock;
  const auto made = make_memory(options, clock);
  return made ? "" : made.error().message();
}
}  // namespace

TEST_CASE("memory_workload: a cycle is ten rounds of the loops asked for, then a check") {
  FakeClock clock;
  clock.step_per_look(kMillisecond);
  auto made = make_memory(small("all"), clock);
  REQUIRE(made);
  const auto facts = (*made)->prepare();
  REQUIRE(facts);
  CHECK(facts->at("array_bytes") == "65536");
  CHECK((*made)->verify().size() == 1);
  const Cycle first = run_cycle(**made);
  const Cycle second = run_cycle(**made);
  CHECK(first.work == second.work);
  CHECK(first.work.size() == 1);
  CHECK(std::fmod(first.work.at("bytes"), 88.0 * 8192 * 10) == 0);
  REQUIRE(second.checks.size() == 1);
  CHECK(second.checks[0].ok);
  for (const char* gauge :
       {"read_gb_s", "copy_gb_s", "scale_gb_s", "add_gb_s", "triad_gb_s", "latency_us"}) {
    INFO(gauge);
    REQUIRE(second.gauges.contains(gauge));
    CHECK(second.gauges.at(gauge) > 0);
  }
}

TEST_CASE("memory_workload: a wrong bit is seen in every loop, also the chain's") {
  FakeClock clock;
  clock.step_per_look(kMillisecond);
  for (const char* op : {"all", "read", "copy", "scale", "add", "triad", "latency"}) {
    for (const auto size : {Corruption::small, Corruption::large}) {
      INFO(op);
      auto made = make_memory(small(op), clock);
      REQUIRE((*made)->prepare());
      static_cast<void>((*made)->verify());
      static_cast<void>((*made)->run_slice());
      static_cast<void>((*made)->verify());
      CHECK((*made)->corrupt(size));
      CHECK(run_cycle(**made).failed());
      CHECK_FALSE(run_cycle(**made).failed());  // everything is filled anew for the next cycle
    }
  }
}

TEST_CASE("memory_workload: the latency chain counts hops") {
  FakeClock clock;
  clock.step_per_look(kMillisecond);
  auto made = make_memory(small("latency"), clock);
  REQUIRE((*made)->prepare());
  const Cycle cycle = run_cycle(**made);
  CHECK(cycle.work.at("hops") == 8 * 131072.0);
  CHECK(cycle.gauges.contains("latency_us"));
  CHECK_FALSE(cycle.failed());
}

TEST_CASE("memory_workload: each core alone, when asked") {
  FakeClock clock;
  clock.step_per_look(kMillisecond);
  MemoryOptions options = small("triad");
  options.per_core = true;
  options.pages = "small";
  auto made = make_memory(options, clock);
  REQUIRE((*made)->prepare());
  const Cycle cycle = run_cycle(**made);
  CHECK(cycle.gauges.at("slowest_core_gb_s") <= cycle.gauges.at("fastest_core_gb_s"));
  REQUIRE(cycle.notes.size() == 1);
  CHECK(cycle.notes[0].find("\"core\":") != std::string::npos);
}

TEST_CASE("memory_workload: impossible options are refused in one line") {
  CHECK(refused(small("swap")).find("swap") != std::string::npos);
  MemoryOptions options = small("all");
  options.size = "600";
  CHECK(refused(options).find("--size") != std::string::npos);
  options.size = "1B";
  CHECK(refused(options).find("--size") != std::string::npos);
  options.size = "4000TB";
  CHECK(refused(options).find("memory") != std::string::npos);
  options.size = "";
  options.level = "l9";
  CHECK(refused(options).find("l9") != std::string::npos);
  options = small("all");
  options.pages = "giant";
  CHECK(refused(options).find("giant") != std::string::npos);
  options = small("all");
  options.threads = 2000;
  CHECK(refused(options).find("--threads") != std::string::npos);
}
