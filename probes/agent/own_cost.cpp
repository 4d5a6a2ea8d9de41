// SPDX-License-Identifier: Apache-2.0
#include "probes/agent/own_cost.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>
#include <array>
#include <charconv>

namespace soakrig::agent {

namespace {

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_usec);
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

}  // namespace

std::int64_t parse_resident_pages(std::string_view statm) {
  const auto space = statm.find(' ');
  if (space == std::string_view::npos) return -1;
  statm.remove_prefix(space + 1);
  std::int64_t pages = -1;
  const auto [end, failed] = std::from_chars(statm.data(), statm.data() + statm.size(), pages);
  return failed == std::errc{} ? pages : -1;
}

OwnCost::OwnCost(Nanos now)
    : statm_(open("/proc/self/statm", O_RDONLY | O_CLOEXEC)),
      last_(now),
      last_cpu_s_(cpu_seconds()) {
  row_.values.resize(3);
  row_.states.resize(3);
}

SourceInfo OwnCost::source() {
  SourceInfo info;
  info.name = "agent";
  info.period = kSecond;
  info.channels.resize(3);
  info.channels[0].name = "agent.cpu";
  info.channels[0].unit = "%";
  info.channels[0].source = "getrusage of the agent";
  info.channels[1].name = "agent.memory";
  info.channels[1].unit = "By";
  info.channels[1].source = "/proc/self/statm";
  info.channels[2].name = "agent.overruns";
  info.channels[2].unit = "{count}";
  info.channels[2].source = "missed points of the agent's grid";
  return info;
}

const OwnCost::Row& OwnCost::sample(Nanos now, std::uint64_t overruns) {
  row_.values.assign(3, 0);
  row_.states.assign(3, State::good);
  const double cpu_s = cpu_seconds();
  if (now > last_) {
    row_.values[0] = 100 * (cpu_s - last_cpu_s_) / to_seconds(now - last_);
  } else {
    row_.states[0] = State::no_data;  // no time has passed: no rate
  }
  last_ = now;
  last_cpu_s_ = cpu_s;
  std::array<char, 128> text{};
  const ssize_t n = pread(statm_.get(), text.data(), text.size(), 0);
  const auto pages = n > 0 ? parse_resident_pages({text.data(), static_cast<std::size_t>(n)}) : -1;
  if (pages >= 0) {
    row_.values[1] = static_cast<double>(pages) * static_cast<double>(sysconf(_SC_PAGESIZE));
  } else {
    row_.states[1] = State::error;
  }
  row_.values[2] = static_cast<double>(overruns);
  return row_;
}

}  // namespace soakrig::agent
