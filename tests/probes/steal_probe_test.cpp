// SPDX-License-Identifier: Apache-2.0
#include "probes/steal_probe.hpp"

#include "tests/probes/probe_reading.hpp"
#include "tests/support/fake_fs.hpp"

using namespace soakrig;
using namespace soakrig::probes;

TEST_CASE("steal is a share of all cores' time between two readings") {
  FakeFs fs({{"/proc/stat", "cpu  200 0 100 700 0 0 0 0 0 0\n"}});
  const auto probe = make_steal(fs);
  Reading reading(*probe);
  CHECK(reading.state("cpu.steal") == State::no_data);
  fs.set("/proc/stat", "cpu  270 0 100 800 0 0 0 30 0 0\n");
  reading.again(2 * kSecond);
  CHECK(reading.value("cpu.steal") == 15.0);  // 30 of 200 ticks
  reading.again(3 * kSecond);
  CHECK(reading.state("cpu.steal") == State::stale);
}

TEST_CASE("steal without a counter is absent") {
  FakeFs fs;
  const auto probe = make_steal(fs);
  CHECK_FALSE(probe->present());
  CHECK(Reading(*probe).state("cpu.steal") == State::no_data);
}

TEST_CASE("steal survives any text") {
  survives_hostile_texts(FakeFs({{"/proc/stat", "cpu  200 0 100 700 0 0 0 0 0 0\n"}}),
                         {"/proc/stat"}, [](HostFs& fs) { return make_steal(fs); });
}
