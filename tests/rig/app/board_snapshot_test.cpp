// SPDX-License-Identifier: Apache-2.0
#include "rig/app/board_snapshot.hpp"

#include "rig/app/ask_program.hpp"
#include "tests/support/catch.hpp"

using namespace soakrig;
using namespace soakrig::app;

TEST_CASE("A snapshot is read as files are") {
  const auto snapshot = parse_snapshot(
      "Welcome to this board\nuid 0\nlook 1\nuid 0\ncores 8\n"
      "file /proc/meminfo\n MemTotal: 10 kB\n MemAvailable:    2048 kB\n\n"
      "file /sys/devices/system/cpu/cpufreq/policy0/scaling_governor\n powersave\n\n"
      "file /sys/devices/system/cpu/cpufreq/policy10/scaling_governor\n performance\n\n"
      "file /sys/class/powercap/intel-rapl:0/energy_uj\nfile /sys/fs/cgroup/cpu\nend\n");
  CHECK(snapshot.root);
  CHECK(snapshot.cores == 8);
  CHECK(snapshot.free_memory == 2048 * 1024);
  const auto fs = open_snapshot(snapshot, Provenance::measured);
  CHECK(fs->provenance() == Provenance::measured);
  const auto governors = fs->glob("/sys/devices/system/cpu/cpufreq/policy*/scaling_governor");
  REQUIRE(governors.size() == 2);
  CHECK(fs->read_once(governors[0]) == "powersave");
  CHECK(fs->exists("/sys/fs/cgroup/cpu"));
  CHECK(fs->exists("/sys/devices"));
  CHECK_FALSE(fs->exists("/sys/fs/cgroup/cgroup.controllers"));
  CHECK(fs->exists("/sys/class/powercap/intel-rapl:0/energy_uj"));
  CHECK_FALSE(fs->read_once("/sys/class/powercap/intel-rapl:0/energy_uj"));
  CHECK_FALSE(fs->open_kernel_log());
}

TEST_CASE("What a hostile board says is bounded and means nothing else") {
  CHECK(parse_snapshot("").files.empty());
  CHECK_FALSE(parse_snapshot("uid 0\n").root);
  std::string flood = "look 1\ncores 99999999999999999999\nuid 0 or so\nfile relative\n";
  for (int i = 0; i < 5000; ++i) flood += "file /f" + std::to_string(i) + "\n";
  flood += "file /long\n";
  const auto many = parse_snapshot(flood);
  CHECK(many.files.size() == 512);
  CHECK_FALSE(many.root);
  CHECK(many.cores >= 1);
  CHECK(many.cores <= 4096);
  std::string long_file = "look 1\nfile /proc/cpuinfo\n";
  for (int i = 0; i < 10000; ++i) long_file += " " + std::string(100, 'x') + "\n";
  CHECK(parse_snapshot(long_file).files.at("/proc/cpuinfo").size() <= 64u << 10);
  // A file cannot speak for the script.
  CHECK_FALSE(parse_snapshot("look 1\nuid 1000\nfile /proc/cpuinfo\n uid 0\n").root);
}

TEST_CASE("The script says what this machine is") {
  const auto answer = ask_program({"/bin/sh", "-c", snapshot_command()}, "", false);
  REQUIRE(answer);
  const auto snapshot = parse_snapshot(answer->output);
  CHECK(snapshot.free_memory > 0);
  CHECK(snapshot.files.contains("/proc/cpuinfo"));
  CHECK(snapshot.files.at("/proc/cpuinfo").size() > 10);
}
