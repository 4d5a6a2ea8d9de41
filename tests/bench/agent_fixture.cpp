// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/agent_fixture.hpp"

#include <cerrno>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <set>

#include "probes/catalogue.hpp"
#include "rig/base/result.hpp"

namespace soakrig::bench {

namespace {

namespace fs = std::filesystem;

constexpr int kPolicies = 8;
constexpr int kCoolingDevices = 20;

void write(const fs::path& path, const std::string& text) {
  fs::create_directories(path.parent_path());
  std::ofstream(path) << text << "\n";
}

void write_zone(const fs::path& root, int n) {
  const auto zone = root / "sys/class/thermal" / ("thermal_zone" + std::to_string(n));
  write(zone / "type", n == 0 ? "soc-thermal" : "part" + std::to_string(n) + "-thermal");
  write(zone / "temp", std::to_string(41'000 + 137 * n));
  write(zone / "policy", "step_wise");
  write(zone / "mode", "enabled");
}

void write_cooling(const fs::path& root, int n) {
  const auto device = root / "sys/class/thermal" / ("cooling_device" + std::to_string(n));
  write(device / "type", "cpufreq-cpu" + std::to_string(n));
  write(device / "cur_state", std::to_string(n % 3));
  write(device / "max_state", "5");
}

void write_policy(const fs::path& root, int n) {
  const auto cpu = root / "sys/devices/system/cpu";
  const auto policy = cpu / "cpufreq" / ("policy" + std::to_string(n));
  write(policy / "scaling_cur_freq", std::to_string(1'200'000 + 1000 * n));
  write(policy / "scaling_max_freq", "2400000");
  write(policy / "scaling_min_freq", "600000");
  write(policy / "cpuinfo_max_freq", "2400000");
  write(policy / "cpuinfo_min_freq", "600000");
  write(policy / "scaling_governor", "schedutil");
  write(policy / "scaling_driver", "cpufreq-dt");
  write(policy / "affected_cpus", std::to_string(n));
  fs::create_directories(cpu / ("cpu" + std::to_string(n)));
  fs::create_directory_symlink("../cpufreq/policy" + std::to_string(n),
                               cpu / ("cpu" + std::to_string(n)) / "cpufreq");
}

// The channels of the fast probes, and the files they name.
void count(AgentFixture& fixture) {
  const auto tree = probes::open_host_fs(fixture.root);
  fixture.channels = 0;
  std::set<std::string> files;
  for (const auto& probe : probes::make_probes(*tree)) {
    if (probe->period() != probes::Period::fast || !probe->present()) continue;
    fixture.channels += probe->channels().size();
    for (const auto& channel : probe->channels()) {
      const std::string path = fixture.root + channel.source;
      if (fs::is_regular_file(path)) files.insert(path);
    }
  }
  fixture.files.assign(files.begin(), files.end());
}

}  // namespace

void AgentFixture::remove() const {
  std::error_code ignored;
  fs::remove_all(root, ignored);
}

AgentFixture make_agent_fixture(std::size_t channels) {
  AgentFixture fixture;
  std::string name = (fs::temp_directory_path() / "soakrig-bench-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) throw Fatal(sys_error("no folder for the fixture", name));
  fixture.root = name;
  fs::create_directories(fixture.root + "/proc");
  for (int n = 0; n < kPolicies; ++n) write_policy(fixture.root, n);
  for (int n = 0; n < kCoolingDevices; ++n) write_cooling(fixture.root, n);
  write_zone(fixture.root, 0);
  count(fixture);
  // One channel a zone from here on.
  for (int n = 1; fixture.channels < channels; ++n, count(fixture)) write_zone(fixture.root, n);
  return fixture;
}

double cpu_seconds(pid_t pid) {
  clockid_t clock{};
  timespec t{};
  if (clock_getcpuclockid(pid, &clock) != 0 || clock_gettime(clock, &t) != 0) return 0;
  return static_cast<double>(t.tv_sec) + 1e-9 * static_cast<double>(t.tv_nsec);
}

Nanos monotonic_ns() {
  timespec t{};
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * kSecond + t.tv_nsec;
}

void sleep_until(Nanos when) {
  const timespec t{when / kSecond, when % kSecond};
  while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, nullptr) == EINTR) {
  }
}

}  // namespace soakrig::bench
