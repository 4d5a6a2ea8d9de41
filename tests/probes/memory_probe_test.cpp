// SPDX-License-Identifier: Apache-2.0
#include "probes/memory_probe.hpp"

#include "tests/probes/probe_reading.hpp"
#include "tests/support/fake_fs.hpp"

using namespace soakrig;
using namespace soakrig::probes;

namespace {
const char* const kText =
    "MemTotal:       16000 kB\nMemFree:         1000 kB\nMemAvailable:    6000 kB\n"
    "SwapTotal:       4000 kB\nSwapFree:        3000 kB\n";
}

TEST_CASE("memory in bytes, from what is available and not from what is free") {
  FakeFs fs({{"/proc/meminfo", kText}});
  const auto probe = make_memory(fs);
  Reading reading(*probe);
  CHECK(reading.value("memory.available") == 6000 * 1024);
  CHECK(reading.value("memory.used") == 10000 * 1024);
  CHECK(reading.value("memory.swap_used") == 1000 * 1024);
}

TEST_CASE("a line that is missing or makes no sense is an error of its channel only") {
  FakeFs fs({{"/proc/meminfo", "MemTotal: 5 kB\nMemAvailable: 6 kB\n"}});
  const auto probe = make_memory(fs);
  Reading reading(*probe);
  CHECK(reading.value("memory.available") == 6 * 1024);
  CHECK(reading.state("memory.used") == State::error);
  CHECK(reading.state("memory.swap_used") == State::error);
  fs.remove("/proc/meminfo");
  reading.again(2 * kSecond);
  CHECK(reading.state("memory.available") == State::no_data);
}

TEST_CASE("memory survives any text") {
  survives_hostile_texts(FakeFs({{"/proc/meminfo", kText}}), {"/proc/meminfo"},
                         [](HostFs& fs) { return make_memory(fs); });
}
