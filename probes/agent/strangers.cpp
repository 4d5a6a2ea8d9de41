// SPDX-License-Identifier: Apache-2.0
#include "probes/agent/strangers.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <string_view>

namespace soakrig::agent {

std::optional<StrangersShare> strangers_between(const probes::CpuTicks& before,
                                                const probes::CpuTicks& after, std::size_t cores,
                                                double own_cores) {
  if (!before.present || !after.present || after.total <= before.total || cores == 0 ||
      after.idle < before.idle || after.steal < before.steal) {
    return std::nullopt;
  }
  const auto total = static_cast<double>(after.total - before.total);
  const double idle = static_cast<double>(after.idle - before.idle) / total;
  const double steal = static_cast<double>(after.steal - before.steal) / total;
  const double busy = 1 - idle - steal;
  StrangersShare out;
  out.share = std::clamp(busy - own_cores / static_cast<double>(cores), 0.0, 1.0);
  out.contended = out.share >= kStrangersMatter && idle < kIdleLeft;
  return out;
}

Strangers::Strangers() : stat_(::open("/proc/stat", O_RDONLY | O_CLOEXEC)) {}

SourceInfo Strangers::source() {
  SourceInfo info;
  info.name = "strangers";
  info.period = kSecond;
  info.channels.resize(2);
  info.channels[0].name = "cpu.strangers";
  info.channels[0].unit = "%";
  info.channels[1].name = "limiter.contention.strangers";
  info.channels[1].unit = "{state}";
  for (ChannelInfo& c : info.channels) c.source = "/proc/stat less workloads and agent";
  return info;
}

Strangers::Row Strangers::sample(double own_cores) {
  Row row;
  row.states.fill(State::no_data);
  // The lines of the cores come first; what follows them is not needed.
  std::array<char, 32768> text{};
  const ssize_t n = stat_ ? ::pread(stat_.get(), text.data(), text.size(), 0) : -1;
  std::array<probes::CpuTicks, 1> ticks{};
  const auto cores = n > 0 ? probes::parse_proc_stat(
                                 std::string_view(text.data(), static_cast<std::size_t>(n)), ticks)
                           : std::nullopt;
  if (!cores) return row;
  const auto share = strangers_between(last_, ticks[0], *cores, own_cores);
  last_ = ticks[0];
  if (!share) return row;
  row.states.fill(State::good);
  row.values = {100 * share->share, share->contended ? 1.0 : 0.0};
  return row;
}

}  // namespace soakrig::agent
