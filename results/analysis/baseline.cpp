// SPDX-License-Identifier: Apache-2.0
#include "results/analysis/baseline.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "results/analysis/statistics.hpp"

namespace soakrig::analysis {

namespace {

constexpr std::size_t kPoints = 33;        // of a cycle's shape
constexpr std::size_t kMostCycles = 2000;  // that the shape is the median of

// Busy time over the work done since a cycle's begin, one point per report.
struct Trace {
  std::vector<double> work, busy;
};

// The cycles of a stretch as traces; only those with both ends reported one by one.
std::vector<Trace> traces(const Progress& progress, const Interval& range) {
  std::vector<Trace> out;
  for (const Stretch& stretch : progress.stretches) {
    std::optional<Row> start;
    Trace open;
    for (std::size_t i = 0; i < stretch.size() && out.size() < kMostCycles; ++i) {
      const Row& row = stretch[i];
      if (start && row.work - start->work > open.work.back()) {
        open.work.push_back(row.work - start->work);
        open.busy.push_back(row.busy - start->busy);
      }
      if (i == 0 || row.cycle <= stretch[i - 1].cycle) continue;
      const bool one = start && row.cycle == start->cycle + 1;
      if (one && start->t >= range.from && row.t <= range.to) out.push_back(open);
      start = row;
      open = Trace{{0}, {0}};
    }
  }
  return out;
}

double interpolate(const std::vector<double>& x, const std::vector<double>& y, double at) {
  const auto above = std::ranges::lower_bound(x, at);
  if (above == x.begin()) return y.front();
  if (above == x.end()) return y.back();
  const auto i = static_cast<std::size_t>(above - x.begin());
  return y[i - 1] + (at - x[i - 1]) / (x[i] - x[i - 1]) * (y[i] - y[i - 1]);
}

// Adds the shape of a cycle, if the cycles are alike.
void add_shape(Baseline& out, const std::vector<Trace>& cycles) {
  std::vector<double> works;
  for (const Trace& c : cycles) works.push_back(c.work.back());
  const auto typical = median(works);
  if (!typical || *typical <= 0) return;
  const auto like = [&](double w) { return std::abs(w - *typical) <= 0.01 * *typical; };
  if (static_cast<double>(std::ranges::count_if(works, like)) <
      0.9 * static_cast<double>(works.size())) {
    return;
  }
  std::vector<std::vector<double>> points(kPoints);
  for (const Trace& c : cycles) {
    if (!like(c.work.back())) continue;
    for (std::size_t k = 0; k < kPoints; ++k) {
      const double at = *typical * static_cast<double>(k) / (kPoints - 1);
      points[k].push_back(interpolate(c.work, c.busy, at));
    }
  }
  std::vector<double> shape;
  for (auto& p : points) shape.push_back(*median(std::move(p)));
  if (shape.back() <= 0) return;
  const double scale = *typical / out.speed / shape.back();
  for (double& b : shape) b *= scale;
  out.cycle_work = *typical;
  out.busy_at = std::move(shape);
}

// Busy time that the baseline takes from a cycle's begin to `work` into it.
double expected_at(const Baseline& b, double work) {
  const double x = std::clamp(work / b.cycle_work, 0.0, 1.0) * (kPoints - 1);
  const auto below = static_cast<std::size_t>(x);
  if (below + 1 >= kPoints) return b.busy_at.back();
  return b.busy_at[below] +
         (x - static_cast<double>(below)) * (b.busy_at[below + 1] - b.busy_at[below]);
}

void close_cell(std::vector<Cell>& out, Cell& open, double busy_s) {
  if (open.busy <= 0 || open.busy < busy_s) return;
  out.push_back(open);
  open = {};
}

void add_to(Cell& open, Nanos from, Nanos to, double work, double busy, double expected) {
  if (open.busy <= 0 && open.work <= 0) open.when.from = from;
  open.when.to = to;
  open.work += work;
  open.busy += busy;
  open.expected += expected;
}

// Cells within cycles: every report whose place in its cycle is known.
void cells_of_stretch(const Stretch& stretch, const Interval& range, const Baseline& baseline,
                      double busy_s, std::vector<Cell>& out) {
  std::optional<double> start;  // work at the cycle's begin
  if (stretch.front().cycle == 0) start = 0;
  Cell open;
  for (std::size_t i = 1; i < stretch.size(); ++i) {
    const Row& a = stretch[i - 1];
    const Row& b = stretch[i];
    const double cycles = b.cycle - a.cycle;
    if (start && a.t >= range.from && b.t <= range.to) {
      const double at_a = expected_at(baseline, a.work - *start);
      const double expected = cycles > 0 ? cycles * baseline.busy_at.back() - at_a
                                         : expected_at(baseline, b.work - *start) - at_a;
      add_to(open, a.t, b.t, b.work - a.work, b.busy - a.busy, expected);
      close_cell(out, open, busy_s);
    }
    if (cycles > 0) start = b.work;
  }
}

}  // namespace

std::optional<Baseline> make_baseline(const Progress& progress, std::span<const Window> windows) {
  const auto speed = quantile(speeds(windows), 0.75);
  if (!speed || *speed <= 0) return std::nullopt;
  Baseline out;
  out.speed = *speed;
  if (progress.own_busy) {
    add_shape(out, traces(progress, {windows.front().when.from, windows.back().when.to}));
  }
  return out;
}

double Cell::lost() const {
  if (expected <= 0 || busy <= expected) return 0;
  return work * (busy / expected - 1);
}

std::vector<Cell> make_cells(const Progress& progress, const Interval& range,
                             const Baseline& baseline, double busy_s) {
  std::vector<Cell> out;
  if (!baseline.busy_at.empty()) {
    for (const Stretch& s : progress.stretches) {
      cells_of_stretch(s, range, baseline, busy_s, out);
    }
    return out;
  }
  Cell open;
  for (const Cycle& c : whole_cycles(progress, range)) {
    add_to(open, c.when.from, c.when.to, c.work, c.busy, c.work / baseline.speed);
    close_cell(out, open, busy_s);
  }
  return out;
}

std::vector<Interval> slow_intervals(std::span<const Cell> cells, double share, Nanos shortest) {
  std::vector<Interval> out;
  Nanos edges = 0;  // half of the first and of the last cell: a dip begins and ends within one
  std::size_t low = 0, high = 0;
  bool slow_before = false;
  const auto drop_short = [&] {
    if (!out.empty() && out.back().length() - edges < shortest) out.pop_back();
  };
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const auto middle = [&](std::size_t k) {
      return cells[k].when.from + cells[k].when.length() / 2;
    };
    while (middle(i) - middle(low) > shortest / 2) ++low;
    while (high < cells.size() && middle(high) - middle(i) <= shortest / 2) ++high;
    std::vector<double> near;
    for (std::size_t k = low; k < high; ++k) near.push_back(cells[k].ratio());
    const bool slow = *median(std::move(near)) < share;
    if (slow && slow_before) {
      const bool second = out.back().from == cells[i - 1].when.from;
      edges += cells[i].when.length() / 2 - (second ? 0 : cells[i - 1].when.length() / 2);
      out.back().to = cells[i].when.to;
    } else if (slow) {
      out.push_back(cells[i].when);
      edges = cells[i].when.length() / 2;
    } else if (slow_before) {
      drop_short();
    }
    slow_before = slow;
  }
  if (slow_before) drop_short();
  return out;
}

}  // namespace soakrig::analysis
