// SPDX-License-Identifier: Apache-2.0
#include "results/store/pyramid.hpp"

#include <algorithm>
#include <iterator>

#include "results/store/blob_check.hpp"
#include "results/store/view_bins.hpp"

namespace soakrig::store {
namespace {

// A level of this few blobs is read faster than it is condensed.
constexpr std::size_t kLeastToFinish = 4;

// The blob that holds `from` began before it: no scan of what lies further back.
constexpr std::string_view kOfRange =
    " FROM rollup WHERE channel=?1 AND level=?2 AND t0<?4 AND t0>=coalesce((SELECT max(t0) FROM "
    "rollup WHERE channel=?1 AND level=?2 AND t0<?3), ?3) ORDER BY t0";

}  // namespace

Result<Statement> prepare_rollups(Database& database) {
  return database.prepare("SELECT t0, t1, n, crc, data" + std::string(kOfRange));
}
Result<Statement> prepare_spans(Database& database) {
  return database.prepare("SELECT t0, t1, n" + std::string(kOfRange));
}

std::optional<std::vector<ViewBin>> open_rollup(const RollupRow& row, ChannelId channel, int level,
                                                Packer& packer) {
  if (blob_crc({channel, level, row.t0, row.t1, row.n}, row.blob) != row.crc) return std::nullopt;
  if (row.n <= 0 || row.t0 >= row.t1) return std::nullopt;
  auto stretches = decode_rollup(row.blob, static_cast<std::size_t>(row.n), row.t1, packer);
  if (!stretches) return std::nullopt;
  return std::move(*stretches);
}

Result<std::vector<RollupRow>> read_rollups(Statement& select, ChannelId channel, int level,
                                            Nanos from, Nanos to) {
  if (auto bound = select.bind(channel, level, from, to); !bound) return bound.error();
  std::vector<RollupRow> rows;
  for (;;) {
    const auto row = select.step();
    if (!row || !*row) break;  // what lies behind damage is read from the level below
    rows.push_back({select.integer(0), select.integer(1), select.integer(2), select.integer(3),
                    select.blob(4)});
  }
  select.reset();
  return rows;
}

Result<Pyramid> Pyramid::prepare(Database& database) {
  auto select = prepare_rollups(database);
  if (!select) return select.error();
  auto last = database.prepare(
      "SELECT t1 FROM rollup WHERE channel=? AND level=? ORDER BY t0 DESC LIMIT 1");
  if (!last) return last.error();
  auto insert = database.prepare(
      "INSERT INTO rollup(channel, level, t0, t1, n, crc, data) VALUES(?, ?, ?, ?, ?, ?, ?)");
  if (!insert) return insert.error();
  return Pyramid(std::move(*select), std::move(*last), std::move(*insert));
}

Result<std::optional<Nanos>> Pyramid::last_of(ChannelId channel, int level) {
  if (auto bound = last_.bind(channel, level); !bound) return bound.error();
  const auto row = last_.step();
  if (!row) return row.error();
  std::optional<Nanos> last;
  if (*row) last = last_.integer(0);
  last_.reset();
  return last;
}

Result<std::vector<Pyramid::Level>*> Pyramid::levels_of(ChannelId channel) {
  const auto [at, fresh] = channels_.try_emplace(channel);
  std::vector<Level>& levels = at->second;
  if (!fresh) return &levels;
  // Where an earlier writer stopped.
  for (int level = 1; level <= kMostLevels; ++level) {
    const auto last = last_of(channel, level);
    if (!last) return last.error();
    if (!*last) break;
    levels.push_back({0, {}, *last});
  }
  for (std::size_t i = 0; i < levels.size(); ++i) {
    Level& level = levels[i];
    const std::optional<Nanos> covered = i + 1 < levels.size() ? levels[i + 1].to : std::nullopt;
    const auto waiting = read_rollups(select_, channel, static_cast<int>(i) + 1,
                                      covered ? *covered + 1 : INT64_MIN, INT64_MAX);
    if (!waiting) return waiting.error();
    for (const RollupRow& row : *waiting) {
      if (covered && row.t0 < *covered) continue;
      if (level.waiting++ == 0) level.from = row.t0;
    }
  }
  return &levels;
}

Result<void> Pyramid::put(ChannelId channel, int level, Nanos after,
                          std::span<const ViewBin> stretches) {
  const Nanos last = stretches.back().t1 - 1;
  const auto n = static_cast<std::int64_t>(stretches.size());
  const Bytes blob = encode_rollup(stretches, packer_);
  const std::uint32_t crc = blob_crc({channel, level, after, last, n}, blob);
  if (auto done = insert_.run(channel, level, after, last, n, crc, blob); !done) return done;
  std::vector<Level>& levels = channels_[channel];
  if (levels.size() < static_cast<std::size_t>(level)) levels.emplace_back();
  Level& mine = levels[static_cast<std::size_t>(level) - 1];
  if (mine.waiting++ == 0) mine.from = after;
  mine.to = last;
  return {};
}

Result<void> Pyramid::add(ChannelId channel, Nanos period, std::span<const Nanos> times,
                          std::span<const double> values, std::span<const State> states) {
  const auto levels = levels_of(channel);
  if (!levels) return levels.error();
  if (times.empty() || times.front() == INT64_MIN) return {};
  Nanos after = times.front() - 1;
  if (!(*levels)->empty()) after = (*levels)->front().to.value_or(after);
  if (times.back() <= after) return {};
  const std::optional<Nanos> longest = longest_step(period);
  auto done = put(channel, 1, after, condense_rows(times, values, states, longest));
  for (int level = 1; done && level < kMostLevels; ++level) {
    if (channels_[channel][static_cast<std::size_t>(level) - 1].waiting < kBlobFanIn) break;
    done = raise(channel, level, longest);
  }
  return done;
}

Result<void> Pyramid::raise(ChannelId channel, int level, std::optional<Nanos> longest) {
  Level& mine = channels_[channel][static_cast<std::size_t>(level) - 1];
  const Nanos from = *mine.from, to = *mine.to;
  mine.waiting = 0;
  const auto rows = read_rollups(select_, channel, level, from + 1, to);
  if (!rows) return rows.error();
  std::vector<ViewBin> children;
  for (const RollupRow& row : *rows) {
    const auto stretches = open_rollup(row, channel, level, packer_);
    // Damaged meanwhile: the next level leaves it out, and readers take what lies below.
    if (!stretches) return {};
    std::copy(stretches->begin(), stretches->end(), std::back_inserter(children));
  }
  if (children.empty()) return {};
  return put(channel, level + 1, from, condense(children, longest));
}

Result<void> Pyramid::finish(ChannelId channel, Nanos period) {
  const auto levels = levels_of(channel);
  if (!levels) return levels.error();
  for (std::size_t i = 0; i < (*levels)->size() && i + 1 < kMostLevels; ++i) {
    if ((**levels)[i].waiting < kLeastToFinish) continue;
    if (auto done = raise(channel, static_cast<int>(i) + 1, longest_step(period)); !done) {
      return done;
    }
  }
  return {};
}

}  // namespace soakrig::store
