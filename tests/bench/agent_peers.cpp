// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/agent_peers.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <vector>

#include "rig/base/fd.hpp"

namespace soakrig::bench {

namespace {

namespace fs = std::filesystem;

std::optional<std::string> peer(const char* path) {
  const char* folder = std::getenv("SOAKRIG_PEERS");
  const std::string file = (folder != nullptr ? folder : "") + std::string(path);
  if (fs::exists(file)) return file;
  std::fprintf(stderr, "agent_bench: no %s; tests/bench/fetch_peers.sh brings it\n", file.c_str());
  return std::nullopt;
}

pid_t start(std::vector<std::string> argv) {
  std::vector<char*> pointers;
  for (auto& arg : argv) pointers.push_back(arg.data());
  pointers.push_back(nullptr);
  const pid_t pid = fork();
  if (pid != 0) return pid;
  const int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
  dup2(null, 1);
  dup2(null, 2);
  execvp(pointers[0], pointers.data());
  _exit(127);
}

void finish(pid_t pid) {
  kill(pid, SIGTERM);
  for (int i = 0; i < 300; ++i) {
    if (waitpid(pid, nullptr, WNOHANG) == pid) return;
    usleep(10'000);
  }
  kill(pid, SIGKILL);
  waitpid(pid, nullptr, 0);
}

// A port of loopback that nobody uses now.
std::uint16_t free_port() {
  const Fd fd(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  // The socket interface wants its base type.
  auto* base = reinterpret_cast<sockaddr*>(&address);
  if (bind(fd.get(), base, size) != 0 || getsockname(fd.get(), base, &size) != 0) return 0;
  return ntohs(address.sin_port);
}

// One scrape; the number of series it brought, 0 when it failed.
std::size_t scrape(std::uint16_t port) {
  const Fd fd(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  if (connect(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) return 0;
  static const std::string kRequest = "GET /metrics HTTP/1.0\r\nHost: localhost\r\n\r\n";
  if (write(fd.get(), kRequest.data(), kRequest.size()) < 0) return 0;
  std::string text;
  std::array<char, 65536> buffer{};
  for (ssize_t n = 0; (n = read(fd.get(), buffer.data(), buffer.size())) > 0;) {
    text.append(buffer.data(), static_cast<std::size_t>(n));
  }
  std::size_t series = 0;
  for (std::size_t at = text.find("\nnode_"); at != std::string::npos;
       at = text.find("\nnode_", at + 1)) {
    ++series;
  }
  return series;
}

// Values in the CSV files below a folder: every line but the heading of each.
double count_values(const std::string& folder) {
  double values = 0;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    std::ifstream file(entry.path());
    std::string line;
    std::getline(file, line);
    while (std::getline(file, line)) ++values;
  }
  return values;
}

}  // namespace

Cost run_pread_loop(const AgentFixture& fixture, Nanos span) {
  const auto ticks = span / kTick;
  const Nanos begin = monotonic_ns() + kTick;
  const pid_t pid = fork();
  if (pid == 0) {
    std::vector<int> files;
    for (const auto& path : fixture.files) files.push_back(open(path.c_str(), O_RDONLY));
    std::array<char, 4096> buffer{};
    ssize_t total = 0;
    for (Nanos i = 0;; ++i) {
      sleep_until(begin + i * kTick);
      for (const int fd : files) total += pread(fd, buffer.data(), buffer.size(), 0);
      if (total < 0) _exit(1);
    }
  }
  sleep_until(begin + kTick / 2);  // opening is not counted, as it is not for the agent
  const double before = cpu_seconds(pid);
  sleep_until(begin + kTick / 2 + ticks * kTick);
  Cost cost{cpu_seconds(pid) - before, static_cast<double>(ticks), 0};
  cost.samples = cost.ticks * static_cast<double>(fixture.files.size());
  kill(pid, SIGKILL);
  waitpid(pid, nullptr, 0);
  return cost;
}

std::optional<Cost> run_node_exporter(const AgentFixture& fixture, Nanos span) {
  const auto program = peer("/usr/bin/prometheus-node-exporter");
  if (!program) return std::nullopt;
  const std::uint16_t port = free_port();
  const pid_t pid =
      start({*program, "--web.listen-address=127.0.0.1:" + std::to_string(port),
             "--path.sysfs=" + fixture.root + "/sys", "--path.procfs=" + fixture.root + "/proc",
             "--collector.disable-defaults", "--web.disable-exporter-metrics",
             "--collector.thermal_zone", "--collector.cpufreq"});
  std::size_t series = 0;
  for (int i = 0; i < 100 && series == 0; ++i) {
    usleep(50'000);
    series = scrape(port);
  }
  std::optional<Cost> cost;
  if (series > 0) {
    cost.emplace();
    const double before = cpu_seconds(pid);
    const Nanos begin = monotonic_ns();
    for (Nanos i = 1; i <= span / kTick; ++i) {
      sleep_until(begin + i * kTick);
      cost->samples += static_cast<double>(scrape(port));
      ++cost->ticks;
    }
    cost->cpu_s = cpu_seconds(pid) - before;
  } else {
    std::fprintf(stderr, "agent_bench: prometheus-node-exporter answers nothing\n");
  }
  finish(pid);
  return cost;
}

std::optional<Cost> run_collectd(const AgentFixture& fixture, Nanos span) {
  const auto program = peer("/usr/sbin/collectd");
  if (!program) return std::nullopt;
  const std::string root = std::getenv("SOAKRIG_PEERS");
  // In memory where possible: a busy disk must not make the peer look worse than it is.
  const std::string name = "/" + fs::path(fixture.root).filename().string();
  const std::string work =
      (access("/dev/shm", W_OK) == 0 ? "/dev/shm" + name : fixture.root) + "-collectd";
  fs::create_directories(work);
  std::ofstream(work + "/conf") << "Interval 0.1\nHostname \"bench\"\nFQDNLookup false\n"
                                << "BaseDir \"" << work << "\"\nPIDFile \"" << work << "/pid\"\n"
                                << "PluginDir \"" << root << "/usr/lib/collectd\"\n"
                                << "TypesDB \"" << root << "/usr/share/collectd/types.db\"\n"
                                << "LoadPlugin thermal\nLoadPlugin cpufreq\nLoadPlugin csv\n"
                                << "<Plugin csv>\n  DataDir \"" << work << "/csv\"\n</Plugin>\n";
  // It takes no root: in a mount namespace of its own, the fixture is its /sys.
  const pid_t pid = start({"unshare", "-m", "sh", "-c",
                           "mount --bind \"$0/sys\" /sys && exec \"$1\" -f -C \"$2\"", fixture.root,
                           *program, work + "/conf"});
  sleep_until(monotonic_ns() + 2 * kSecond);  // started and in its stride
  std::optional<Cost> cost;
  if (fs::exists(work + "/csv")) {
    cost.emplace();
    const double values_before = count_values(work + "/csv");
    const double before = cpu_seconds(pid);
    sleep_until(monotonic_ns() + span);
    cost->cpu_s = cpu_seconds(pid) - before;
    cost->samples = count_values(work + "/csv") - values_before;
    cost->ticks = static_cast<double>(span / kTick);
    if (cost->samples <= 0) cost.reset();
  }
  if (!cost)
    std::fprintf(stderr, "agent_bench: collectd writes nothing (needs root and unshare)\n");
  finish(pid);
  fs::remove_all(work);
  return cost;
}

}  // namespace soakrig::bench
