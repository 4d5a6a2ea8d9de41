// SPDX-License-Identifier: Apache-2.0
#include "results/analysis/link_trace.hpp"

#include <algorithm>
#include <utility>

namespace soakrig::analysis {

namespace {

// Values with the time they held.
using Weighted = std::vector<std::pair<double, double>>;

std::optional<double> quantile(Weighted values, double share) {
  if (values.empty()) return std::nullopt;
  std::ranges::sort(values);
  double whole = 0, so_far = 0;
  for (const auto& [value, weight] : values) whole += weight;
  for (const auto& [value, weight] : values) {
    so_far += weight;
    if (so_far >= share * whole) return value;
  }
  return values.back().first;
}

}  // namespace

LinkFigures link_figures(const std::vector<LinkRow>& rows) {
  LinkFigures out;
  Weighted trips, rates, down_rates;
  double up = 0, lossy = 0, loss_time = 0, down = 0;
  for (std::size_t i = 0; i + 1 < rows.size(); ++i) {
    const double held = rows[i + 1].t_s - rows[i].t_s;
    out.span_s += held;
    if (!rows[i].rtt_ms) {
      if (down == 0) ++out.outages;
      down += held;
      out.longest_outage_s = std::max(out.longest_outage_s, down);
      continue;
    }
    down = 0;
    up += held;
    trips.emplace_back(*rows[i].rtt_ms, held);
    if (rows[i].kbit_s) rates.emplace_back(*rows[i].kbit_s, held);
    if (rows[i].down_kbit_s) down_rates.emplace_back(*rows[i].down_kbit_s, held);
    if (rows[i].loss) {
      lossy += *rows[i].loss * held;
      loss_time += held;
    }
  }
  if (out.span_s > 0) out.availability = up / out.span_s;
  out.rtt_p50_ms = quantile(trips, 0.5);
  out.rtt_p95_ms = quantile(trips, 0.95);
  out.kbit_s_p5 = quantile(rates, 0.05);
  out.down_kbit_s_p5 = quantile(down_rates, 0.05);
  if (loss_time > 0) out.loss = lossy / loss_time;
  return out;
}

}  // namespace soakrig::analysis
