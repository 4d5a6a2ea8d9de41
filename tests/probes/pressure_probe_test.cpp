// SPDX-License-Identifier: Apache-2.0
#include "probes/pressure_probe.hpp"

#include "tests/probes/probe_reading.hpp"
#include "tests/support/fake_fs.hpp"

using namespace soakrig;
using namespace soakrig::probes;

namespace {
std::string text(int some, int full) {
  return "some avg10=1.00 avg60=0.00 avg300=0.00 total=" + std::to_string(some) +
         "\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=" + std::to_string(full) + "\n";
}
}  // namespace

TEST_CASE("pressure is the share of the time between two readings") {
  FakeFs fs({{"/proc/pressure/memory", text(100, 50)},
             {"/proc/pressure/cpu", "some avg10=0.00 avg60=0.00 avg300=0.00 total=5\n"}});
  const auto probe = make_pressure(fs);
  Reading reading(*probe, kSecond);
  CHECK(reading.state("pressure.memory.some") == State::no_data);
  CHECK_FALSE(reading.has("pressure.cpu.full"));  // an older kernel's cpu file has one line
  fs.set("/proc/pressure/memory", text(500'100, 40'050));
  reading.again(2 * kSecond);
  CHECK(reading.value("pressure.memory.some") == 50.0);
  CHECK(reading.value("pressure.memory.full") == 4.0);
  CHECK(reading.value("limiter.memory-pressure.stall") == 0);
  fs.set("/proc/pressure/memory", text(700'100, 90'050));
  reading.again(3 * kSecond);
  CHECK(reading.value("pressure.memory.full") == 5.0);
  CHECK(reading.value("limiter.memory-pressure.stall") == 1);
}

TEST_CASE("a kernel without PSI says how to get it") {
  FakeFs fs;
  const auto probe = make_pressure(fs);
  CHECK_FALSE(probe->present());
  CHECK(Reading(*probe).info("pressure.memory.full").reason.find("psi=1") != std::string::npos);
}

TEST_CASE("totals parse, or are absent") {
  CHECK(parse_pressure_total(text(1, 2), "full") == 2u);
  CHECK_FALSE(parse_pressure_total("some total=x\n", "some"));
  CHECK_FALSE(parse_pressure_total("full total=1\n", "some"));
}

TEST_CASE("pressure survives any text") {
  survives_hostile_texts(FakeFs({{"/proc/pressure/memory", text(1, 1)}}), {"/proc/pressure/memory"},
                         [](HostFs& fs) { return make_pressure(fs); });
}
