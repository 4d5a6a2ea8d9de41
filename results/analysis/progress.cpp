// SPDX-License-Identifier: Apache-2.0
#include "results/analysis/progress.hpp"

#include <algorithm>
#include <optional>

#include "results/analysis/series.hpp"

namespace soakrig::analysis {

namespace {

// Channels of one source share their time axis, but one may have rows that another lacks (a key
// that appeared later): rows are joined by time.
class Column {
 public:
  Column(const ChannelView* channel, Nanos from, Nanos to) {
    if (channel != nullptr) series_ = channel->load(from, to);
  }
  // The good value at exactly `t`; calls must ask for increasing times.
  std::optional<double> at(Nanos t) {
    while (next_ < series_.size() && series_.t[next_] < t) ++next_;
    if (next_ == series_.size() || series_.t[next_] != t || !series_.good(next_)) {
      return std::nullopt;
    }
    return series_.v[next_];
  }

 private:
  Series series_;
  std::size_t next_ = 0;
};

bool continues(const Row& before, const Row& after, Nanos longest_gap) {
  return after.t - before.t <= longest_gap && after.work >= before.work &&
         after.busy >= before.busy && after.cycle >= before.cycle;
}

}  // namespace

Progress load_progress(const BoardView& board, const std::string& workload, const std::string& key,
                       const Interval& range, Nanos longest_gap) {
  const std::string prefix = "work." + workload + ".";
  const ChannelView* work = board.find(prefix + key);
  const ChannelView* own = board.find(prefix + key + "_busy");
  const ChannelView* busy = own != nullptr ? own : board.find(prefix + "busy");
  const ChannelView* cycle = board.find(prefix + "cycle");
  const ChannelView* instance = board.find(prefix + "instance");
  Progress out;
  out.own_busy = own != nullptr;
  if (work == nullptr || busy == nullptr || cycle == nullptr) return out;

  std::optional<double> last_instance;
  for_each_part(*work, range, [&](const Series& s) {
    const Nanos from = s.t.front(), to = s.t.back() + 1;
    Column busy_at(busy, from, to), cycle_at(cycle, from, to), instance_at(instance, from, to);
    for (std::size_t i = 0; i < s.size(); ++i) {
      const auto b = busy_at.at(s.t[i]);
      const auto c = cycle_at.at(s.t[i]);
      const auto n = instance_at.at(s.t[i]);
      if (!s.good(i) || !b || !c) continue;
      const Row row{s.t[i], s.v[i], *b, *c};
      const bool same = n == last_instance && !out.stretches.empty() &&
                        continues(out.stretches.back().back(), row, longest_gap);
      if (!same) out.stretches.emplace_back();
      out.stretches.back().push_back(row);
      last_instance = n;
      ++out.rows;
    }
  });
  return out;
}

namespace {

// Where the first whole cycle of a stretch can begin. At an instance's start nothing was done yet,
// and its first report came `busy` later at the earliest.
std::optional<Row> beginning(const Stretch& stretch) {
  const Row& first = stretch.front();
  if (first.cycle != 0) return std::nullopt;
  return Row{first.t - from_seconds(first.busy), 0, 0, 0};
}

}  // namespace

std::vector<Cycle> whole_cycles(const Progress& progress, const Interval& range) {
  std::vector<Cycle> out;
  for (const Stretch& stretch : progress.stretches) {
    std::optional<Row> start = beginning(stretch);
    double cycle = stretch.front().cycle;
    for (const Row& row : stretch) {
      if (row.cycle <= cycle) continue;
      cycle = row.cycle;
      if (start && start->t >= range.from && row.t <= range.to) {
        out.push_back({{start->t, row.t},
                       row.work - start->work,
                       row.busy - start->busy,
                       row.cycle - start->cycle});
      }
      start = row;
    }
  }
  return out;
}

}  // namespace soakrig::analysis
