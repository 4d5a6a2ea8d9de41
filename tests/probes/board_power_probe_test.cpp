// SPDX-License-Identifier: Apache-2.0
#include "probes/board_power_probe.hpp"

#include <cerrno>

#include "tests/probes/probe_reading.hpp"
#include "tests/support/fake_fs.hpp"

using namespace soakrig;
using namespace soakrig::probes;

namespace {
const std::string kChip = "/sys/class/hwmon/hwmon0/";
const std::string kCap = "/sys/class/powercap/";
FakeFs jetson() {
  return FakeFs({{kChip + "name", "ina3221"},
                 {kChip + "in1_label", "VDD_IN"},
                 {kChip + "in1_input", "19000"},
                 {kChip + "curr1_input", "1500"},
                 {kChip + "in2_label", "VDD_SOC"},
                 {kChip + "in2_input", "19000"},
                 {kChip + "curr2_input", "9999"}});
}
void add_zone(FakeFs& fs, const std::string& leaf, const std::string& name, const std::string& uj) {
  fs.set(kCap + leaf + "/name", name);
  fs.set(kCap + leaf + "/energy_uj", uj);
  fs.set(kCap + leaf + "/max_energy_range_uj", "262143328850");
}
}  // namespace

TEST_CASE("the board's supply rail is its power: volts times amperes") {
  FakeFs fs = jetson();
  const auto probe = make_board_power(fs);
  Reading reading(*probe);
  CHECK(reading.value("board.power") == 28.5);
  CHECK(reading.info("board.power").source == kChip + "in1_input * " + kChip + "curr1_input");
  fs.fail(kChip + "curr1_input", EIO);
  reading.again(2 * kSecond);
  CHECK(reading.state("board.power") == State::error);
}

TEST_CASE("a power input labelled as the board's is taken as it is") {
  FakeFs fs({{kChip + "name", "x"},
             {kChip + "power1_label", "board"},
             {kChip + "power1_input", "7250000"},
             {kChip + "power2_label", "PPT"},
             {kChip + "power2_input", "1"}});
  const auto probe = make_board_power(fs);
  CHECK(Reading(*probe).value("board.power") == 7.25);
}

TEST_CASE("psys is preferred to the sum of package and dram, and core is in no sum") {
  FakeFs fs;
  add_zone(fs, "intel-rapl:0", "package-0", "0");
  add_zone(fs, "intel-rapl:0:0", "core", "0");
  add_zone(fs, "intel-rapl:0:1", "dram", "0");
  const auto sum = make_board_power(fs);
  Reading reading(*sum, kSecond);
  CHECK(reading.state("board.power") == State::no_data);
  add_zone(fs, "intel-rapl:0", "package-0", "20000000");
  add_zone(fs, "intel-rapl:0:0", "core", "15000000");
  add_zone(fs, "intel-rapl:0:1", "dram", "3000000");
  reading.again(2 * kSecond);
  CHECK(reading.value("board.power") == 23.0);
  CHECK(reading.info("board.power").source.find("CPU package and memory only") !=
        std::string::npos);
  fs.fail(kCap + "intel-rapl:0:1/energy_uj", EIO);
  reading.again(3 * kSecond);
  CHECK(reading.state("board.power") == State::error);  // part of a sum is no sum

  add_zone(fs, "intel-rapl:1", "psys", "0");
  const auto psys = make_board_power(fs);
  CHECK(psys->channels()[0].source == kCap + "intel-rapl:1/energy_uj");
}

TEST_CASE("without a source the reason names a meter, or the permission") {
  FakeFs none;
  CHECK(make_board_power(none)->channels()[0].reason.find("[[instrument]]") != std::string::npos);
  FakeFs locked;
  add_zone(locked, "intel-rapl:0", "package-0", "0");
  locked.fail(kCap + "intel-rapl:0/energy_uj", EACCES);
  CHECK(make_board_power(locked)->channels()[0].reason.find("root") != std::string::npos);
}

TEST_CASE("labels of a supply") {
  for (const char* label : {"VDD_IN", "POM_5V_IN", "board", "Total", "psys"})
    CHECK(is_supply_label(label));
  for (const char* label : {"VDD_SOC", "PPT", "", "VDD_IN2"}) CHECK_FALSE(is_supply_label(label));
}

TEST_CASE("board power survives any text") {
  survives_hostile_texts(jetson(),
                         {kChip + "in1_label", kChip + "in1_input", kChip + "curr1_input"},
                         [](HostFs& fs) { return make_board_power(fs); });
}
