// SPDX-License-Identifier: Apache-2.0
#include "probes/cpufreq_stats_probe.hpp"

#include "tests/probes/probe_reading.hpp"
#include "tests/support/fake_fs.hpp"

using namespace soakrig;
using namespace soakrig::probes;

namespace {
const std::string kStats = "/sys/devices/system/cpu/cpufreq/policy4/stats/";
FakeFs board() {
  return FakeFs({{kStats + "time_in_state", "408000 50\n2352000 9000\n2016000 125\n"},
                 {kStats + "total_trans", "17\n"}});
}
}  // namespace

TEST_CASE("time below the highest clock, in seconds") {
  FakeFs fs = board();
  const auto probe = make_cpufreq_stats(fs);
  Reading reading(*probe);
  CHECK(reading.value("cpu.policy4.time_below_max") == 1.75);
  CHECK(reading.value("cpu.policy4.transitions") == 17);
}

TEST_CASE("a table parses whole or not at all") {
  CHECK(parse_time_below_max("100 5\n") == 0.0);
  CHECK_FALSE(parse_time_below_max(""));
  CHECK_FALSE(parse_time_below_max("100 5\n200\n"));
  CHECK_FALSE(parse_time_below_max("100 x\n"));
}

TEST_CASE("a driver without statistics says so") {
  FakeFs fs;
  CHECK_FALSE(make_cpufreq_stats(fs)->present());
}

TEST_CASE("clock statistics survive any text") {
  survives_hostile_texts(board(), {kStats + "time_in_state", kStats + "total_trans"},
                         [](HostFs& fs) { return make_cpufreq_stats(fs); });
}
