// SPDX-License-Identifier: Apache-2.0
#include "rig/virtual/board_tree.hpp"

#include <fcntl.h>
#include <unistd.h>

#include "rig/base/fd.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/temp_dir.hpp"

using namespace soakrig;
using namespace soakrig::virtual_bench;

namespace {

constexpr const char* kTemp = "board/sys/class/thermal/thermal_zone0/temp";

std::string text_of(const test::TempDir& folder, const std::string& path) {
  return read_file(folder.file(path)).value();
}

// As an agent does it: opened once, read again and again.
std::string pread_of(const Fd& fd) {
  std::string text(64, '\0');
  const ssize_t n = ::pread(fd.get(), text.data(), text.size(), 0);
  text.resize(n > 0 ? static_cast<std::size_t>(n) : 0);
  return text;
}

}  // namespace

TEST_CASE("the tree says what it is and shows the model in a kernel's units") {
  const test::TempDir folder;
  auto tree = BoardTree::create(folder.file("board"), ThermalParameters{}, 2);
  REQUIRE(tree);
  tree->update({71.2344, 2, 6.25, 12.5});
  CHECK_FALSE(text_of(folder, "board/soakrig-virtual").empty());
  CHECK(text_of(folder, kTemp) == "71234\n");
  CHECK(text_of(folder, "board/sys/class/thermal/thermal_zone0/type") == "cpu-thermal\n");
  CHECK(text_of(folder, "board/sys/class/thermal/thermal_zone0/trip_point_0_temp") == "85000\n");
  CHECK(text_of(folder, "board/sys/class/thermal/cooling_device0/cur_state") == "2\n");
  CHECK(text_of(folder, "board/sys/class/thermal/cooling_device0/max_state") == "7\n");
  const std::string cpu = "board/sys/devices/system/cpu/";
  CHECK(text_of(folder, cpu + "cpu1/cpufreq/scaling_cur_freq") == "2000000\n");
  CHECK(text_of(folder, cpu + "cpufreq/policy0/scaling_max_freq") == "2000000\n");
  CHECK(text_of(folder, cpu + "cpufreq/policy0/cpuinfo_max_freq") == "2400000\n");
  CHECK(text_of(folder, cpu + "cpufreq/policy0/related_cpus") == "0 1\n");
  CHECK(text_of(folder, "board/sys/class/hwmon/hwmon0/power1_input") == "6250000\n");
  CHECK(text_of(folder, "board/proc/uptime") == "12.50 0.00\n");
}

TEST_CASE("an open file goes on showing new values, whatever their length") {
  const test::TempDir folder;
  auto tree = BoardTree::create(folder.file("board"), ThermalParameters{}, 1);
  REQUIRE(tree);
  tree->update({100.0, 0, 1.0, 1.0});
  const Fd fd(::open(folder.file(kTemp).c_str(), O_RDONLY | O_CLOEXEC));
  CHECK(pread_of(fd) == "100000\n");
  tree->update({9.5, 0, 1.0, 1.0});
  CHECK(pread_of(fd) == "9500\n");
  tree->update({-0.5, 0, 1.0, 1.0});
  CHECK(pread_of(fd) == "-500\n");
  tree->update({120.25, 0, 1.0, 1.0});
  CHECK(pread_of(fd) == "120250\n");
}

TEST_CASE("a frozen file keeps its text and then follows again") {
  const test::TempDir folder;
  auto tree = BoardTree::create(folder.file("board"), ThermalParameters{}, 1);
  REQUIRE(tree);
  tree->update({50.0, 0, 1.0, 1.0});
  tree->freeze("soc.temperature", true);
  tree->update({60.0, 1, 1.0, 1.0});
  CHECK(text_of(folder, kTemp) == "50000\n");
  CHECK(text_of(folder, "board/sys/class/thermal/cooling_device0/cur_state") == "1\n");
  tree->freeze("soc.temperature", false);
  tree->update({70.0, 1, 1.0, 1.0});
  CHECK(text_of(folder, kTemp) == "70000\n");
}

TEST_CASE("a vanished file is gone for who looks and empty for who holds it, and can return") {
  const test::TempDir folder;
  auto tree = BoardTree::create(folder.file("board"), ThermalParameters{}, 1);
  REQUIRE(tree);
  tree->update({50.0, 0, 1.0, 1.0});
  const Fd fd(::open(folder.file(kTemp).c_str(), O_RDONLY | O_CLOEXEC));
  tree->vanish("soc.temperature", true);
  tree->update({60.0, 0, 1.0, 1.0});
  CHECK_FALSE(read_file(folder.file(kTemp)));
  CHECK(pread_of(fd).empty());
  tree->vanish("soc.temperature", false);
  tree->update({65.0, 0, 1.0, 1.0});
  CHECK(text_of(folder, kTemp) == "65000\n");
}

TEST_CASE("a folder with somebody's files is not taken; an old tree is") {
  const test::TempDir folder;
  folder.write("board/precious.txt", "mine");
  CHECK(BoardTree::create(folder.file("board"), ThermalParameters{}, 1).error().code == Errc::busy);
  CHECK(text_of(folder, "board/precious.txt") == "mine");
  folder.write("old/soakrig-virtual", "");
  folder.write("old/run/soakrig/workloads.json", "{}");
  REQUIRE(BoardTree::create(folder.file("old"), ThermalParameters{}, 1));
  CHECK_FALSE(read_file(folder.file("old/run/soakrig/workloads.json")));
}

TEST_CASE("the channels that can be made to fail are named") {
  CHECK(tree_channels() == std::vector<std::string>{"cooling.state", "cpu.frequency",
                                                    "cpu.frequency_cap", "hwmon.power",
                                                    "hwmon.temperature", "soc.temperature"});
}
