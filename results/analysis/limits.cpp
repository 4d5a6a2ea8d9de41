// SPDX-License-Identifier: Apache-2.0
#include "results/analysis/limits.hpp"

#include <fmt/format.h>

#include "results/analysis/series.hpp"

namespace soakrig::analysis {

namespace {

constexpr std::size_t kInARow = 3;  // as many as the live watch of the controller asks for

std::optional<Breach> check(const ChannelView& channel, const Limit& limit, const Interval& range) {
  Breach out;
  out.limit = limit;
  double worst = 0;  // how far outside
  bool broken = false;
  std::size_t in_a_row = 0;
  Nanos since = 0;
  for_each_part(channel, range, [&](const Series& s) {
    for (std::size_t i = 0; i < s.size(); ++i) {
      if (!s.good(i)) continue;
      const double over = limit.max ? s.v[i] - *limit.max : 0;
      const double under = limit.min ? *limit.min - s.v[i] : 0;
      const double outside = over > under ? over : under;
      if (outside <= 0) in_a_row = 0;
      if (outside <= 0) continue;
      if (in_a_row++ == 0) since = s.t[i];
      ++out.readings;
      if (in_a_row == kInARow && !broken) {
        broken = true;
        out.at = since;
      }
      out.over = {out.at, s.t[i] + 1};
      if (outside <= worst) continue;
      worst = outside;
      out.value = s.v[i];
      out.above = over > under;
    }
  });
  if (!broken) return std::nullopt;
  const std::string& unit = out.unit = channel.info.unit;
  out.words = fmt::format("{} {:.6g} {} {} {:.6g} {}, first at {:.1f} s, {} readings (action {})",
                          limit.channel, out.value, unit, out.above ? ">" : "<",
                          out.above ? *limit.max : *limit.min, unit, to_seconds(out.at),
                          out.readings, to_string(limit.action));
  return out;
}

}  // namespace

std::vector<Breach> find_breaches(const RunView& run, const BoardView& board) {
  std::vector<Limit> limits;
  if (const BoardSpec* spec = run.spec.find_board(board.name)) limits = spec->limits;
  if (run.spec.chamber) {
    const auto& more = run.spec.chamber->limits;
    limits.insert(limits.end(), more.begin(), more.end());
  }
  for (const InstrumentSpec& instrument : run.spec.instruments) {
    if (!instrument.board.empty() && instrument.board != board.name) continue;
    limits.insert(limits.end(), instrument.limits.begin(), instrument.limits.end());
  }
  std::vector<Breach> out;
  for (const Limit& limit : limits) {
    const ChannelView* channel = run.find(board, limit.channel);
    if (channel == nullptr) continue;  // coverage names it
    if (auto breach = check(*channel, limit, {0, run.now + 1})) {
      breach->of_rig = board.find(limit.channel) == nullptr;
      out.push_back(std::move(*breach));
    }
  }
  return out;
}

}  // namespace soakrig::analysis
