// SPDX-License-Identifier: Apache-2.0
#include "probes/cpu_time_probe.hpp"

#include <array>

#include "tests/probes/probe_reading.hpp"
#include "tests/support/fake_fs.hpp"

using namespace soakrig;
using namespace soakrig::probes;

namespace {

const char* const kBefore =
    "cpu  200 0 100 700 0 0 0 0 0 0\n"
    "cpu0 100 0 50 350 0 0 0 0 0 0\n"
    "cpu1 100 0 50 350 0 0 0 0 0 0\n"
    "intr 12345 0 9\n";
const char* const kAfter =
    "cpu  260 0 110 720 10 0 0 100 0 0\n"
    "cpu0 160 0 60 350 0 0 0 30 0 0\n"
    "cpu1 100 0 50 370 10 0 0 70 0 0\n"
    "intr 99999 0 9\n";

}  // namespace

TEST_CASE("a stat text gives ticks per core") {
  std::array<CpuTicks, 4> ticks;
  CHECK(parse_proc_stat(kAfter, ticks) == 2u);
  CHECK(ticks[0].total == 1200);
  CHECK(ticks[0].idle == 730);
  CHECK(ticks[0].steal == 100);
  CHECK(ticks[1].total == 600);
  CHECK(ticks[2].present);
  CHECK_FALSE(ticks[3].present);
}

TEST_CASE("a stat text may lack offline cores, or fields that old kernels did not have") {
  std::array<CpuTicks, 4> ticks;
  CHECK(parse_proc_stat("cpu 1 2 3 4\ncpu2 1 1 1 1\n", ticks) == 3u);
  CHECK(ticks[0].total == 10);
  CHECK_FALSE(ticks[1].present);
  CHECK(ticks[3].total == 4);
  CHECK_FALSE(parse_proc_stat("", ticks));
  CHECK_FALSE(parse_proc_stat("cpu 1 2 3\n", ticks));
  CHECK_FALSE(parse_proc_stat("cpu0 1 2 3 4\n", ticks));
  CHECK_FALSE(parse_proc_stat("cpu 1 2 x 4\n", ticks));
  CHECK(parse_proc_stat("cpu 1 2 3 4\ncpu99999 1 1 1 1\n", ticks) == 0u);
}

TEST_CASE("usage is what was neither idle nor stolen between two readings") {
  FakeFs fs({{"/proc/stat", kBefore}});
  const auto probe = make_cpu_time(fs);
  Reading reading(*probe);
  CHECK(reading.state("cpu.usage") == State::no_data);  // one reading has no between
  fs.set("/proc/stat", kAfter);
  reading.again(2 * kSecond);
  CHECK(reading.value("cpu.usage") == 35.0);  // 70 of 200 ticks
  CHECK(reading.value("cpu.core0.usage") == 70.0);
  CHECK(reading.value("cpu.core1.usage") == 0.0);
  reading.again(3 * kSecond);
  CHECK(reading.state("cpu.usage") == State::stale);  // counters that stand still measured nothing
}

TEST_CASE("a core that goes offline is absent until it has two readings again") {
  FakeFs fs({{"/proc/stat", kBefore}});
  const auto probe = make_cpu_time(fs);
  Reading reading(*probe);
  fs.set("/proc/stat", "cpu 300 0 100 800 0\ncpu0 200 0 50 450 0\n");
  reading.again(2 * kSecond);
  CHECK(reading.state("cpu.core1.usage") == State::no_data);
  CHECK(reading.value("cpu.core0.usage") == 50.0);
  fs.set("/proc/stat", "cpu 301 0 100 801 0\ncpu0 201 0 50 451 0\ncpu1 1 0 0 1\n");
  reading.again(3 * kSecond);
  CHECK(reading.state("cpu.core1.usage") == State::no_data);
  fs.set("/proc/stat", "cpu 302 0 100 802 0\ncpu0 202 0 50 452 0\ncpu1 1 0 0 5\n");
  reading.again(4 * kSecond);
  CHECK(reading.value("cpu.core1.usage") == 0.0);
}

TEST_CASE("counters that run backwards measure nothing") {
  const CpuTicks high{.total = 100, .idle = 50, .steal = 0, .present = true};
  const CpuTicks low{.total = 90, .idle = 40, .steal = 0, .present = true};
  CHECK(usage_between(high, low).state == State::no_data);
  CHECK(usage_between(high, high).state == State::stale);
}

TEST_CASE("without /proc/stat usage is absent") {
  FakeFs fs;
  const auto probe = make_cpu_time(fs);
  CHECK_FALSE(probe->present());
  CHECK(Reading(*probe).state("cpu.usage") == State::no_data);
}

TEST_CASE("CPU time survives any text") {
  survives_hostile_texts(FakeFs({{"/proc/stat", kBefore}}), {"/proc/stat"},
                         [](HostFs& fs) { return make_cpu_time(fs); });
}
