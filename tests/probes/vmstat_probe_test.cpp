// SPDX-License-Identifier: Apache-2.0
#include "probes/vmstat_probe.hpp"

#include "tests/probes/probe_reading.hpp"
#include "tests/support/fake_fs.hpp"

using namespace soakrig;
using namespace soakrig::probes;

namespace {
std::string text(int swapped_in) {
  return "nr_free_pages 5\npswpin " + std::to_string(swapped_in) +
         "\npswpout 7\npgmajfault 9\noom_kill 2\noom_kill_other 99\n";
}
}  // namespace

TEST_CASE("counters are passed on, swapping is a level with a threshold") {
  FakeFs fs({{"/proc/vmstat", text(1000)}});
  const auto probe = make_vmstat(fs);
  Reading reading(*probe, kSecond);
  CHECK(reading.value("memory.oom_kills") == 2);
  CHECK(reading.value("memory.swap_in") == 1000);
  CHECK(reading.value("memory.major_faults") == 9);
  CHECK(reading.state("limiter.memory-pressure.swapping") == State::no_data);
  fs.set("/proc/vmstat", text(1255));
  reading.again(2 * kSecond);
  CHECK(reading.value("limiter.memory-pressure.swapping") == 0);
  fs.set("/proc/vmstat", text(1255 + 512));
  reading.again(4 * kSecond);
  CHECK(reading.value("limiter.memory-pressure.swapping") == 1);
}

TEST_CASE("a kernel without swap counters leaves them absent") {
  FakeFs fs({{"/proc/vmstat", "oom_kill 0\n"}});
  const auto probe = make_vmstat(fs);
  Reading reading(*probe);
  CHECK(reading.value("memory.oom_kills") == 0);
  CHECK(reading.state("memory.swap_in") == State::no_data);
  CHECK(reading.state("limiter.memory-pressure.swapping") == State::no_data);
}

TEST_CASE("vmstat survives any text") {
  survives_hostile_texts(FakeFs({{"/proc/vmstat", text(1)}}), {"/proc/vmstat"},
                         [](HostFs& fs) { return make_vmstat(fs); });
}
