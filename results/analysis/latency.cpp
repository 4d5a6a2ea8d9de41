// SPDX-License-Identifier: Apache-2.0
#include "results/analysis/latency.hpp"

#include <algorithm>
#include <vector>

#include "results/analysis/series.hpp"
#include "results/analysis/statistics.hpp"
#include "results/analysis/tail_bound.hpp"

namespace soakrig::analysis {

bool LatencySummary::p90_told() const { return enough_for(0.90, n); }
bool LatencySummary::p99_told() const { return enough_for(0.99, n); }

std::map<std::string, LatencySummary> latency_of(const BoardView& board,
                                                 const std::string& workload,
                                                 const Interval& range) {
  const std::string prefix = "work." + workload + ".";
  std::map<std::string, LatencySummary> out;
  for (const ChannelView& channel : board.channels) {
    const std::string& name = channel.info.name;
    if (!name.starts_with(prefix) || channel.info.unit != "s") continue;
    const std::string gauge = name.substr(prefix.size());
    if (gauge == "busy" || gauge.ends_with("_busy")) continue;
    std::vector<double> values;
    for_each_part(channel, range, [&](const Series& s) {
      for (std::size_t i = 0; i < s.size(); ++i) {
        if (s.good(i)) values.push_back(s.v[i]);
      }
    });
    if (values.empty()) continue;
    std::ranges::sort(values);
    out[gauge] = {channel.info.unit,      values.size(),           *quantile(values, 0.5),
                  *quantile(values, 0.9), *quantile(values, 0.99), values.back()};
  }
  return out;
}

}  // namespace soakrig::analysis
