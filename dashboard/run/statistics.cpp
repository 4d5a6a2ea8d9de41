// SPDX-License-Identifier: Apache-2.0
#include "dashboard/run/statistics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "dashboard/plot/value_axis.hpp"
#include "results/analysis/statistics.hpp"

namespace soakrig::dashboard {
namespace {

constexpr Nanos kPart = 6 * kHour;
constexpr std::size_t kExact = 1'000'000, kSteps = 4096;

class Sums {
 public:
  Sums(TimeRange range, Nanos hold, double min, double max)
      : range_(range), hold_(hold), low_(min), step_(max > min ? (max - min) / kSteps : 0) {}

  void add(Nanos t, double v, bool good) {
    if (held_) {
      const double seconds = to_seconds(std::min(t - held_->first, hold_));
      integral_ += held_->second * seconds;
      valid_ += seconds;
    }
    held_.reset();
    if (!good) return;
    held_.emplace(t, v);
    min_ = n_ == 0 ? v : std::min(min_, v);
    max_ = n_ == 0 ? v : std::max(max_, v);
    ++n_;
    // Welford: one pass, no cancellation.
    const double x = to_seconds(t - range_.from) / 3600;
    const double dv = v - mean_, dx = x - mean_x_;
    mean_ += dv / static_cast<double>(n_);
    mean_x_ += dx / static_cast<double>(n_);
    squares_ += dv * (v - mean_);
    squares_x_ += dx * (x - mean_x_);
    products_ += dx * (v - mean_);
    count(v);
  }

  RangeStatistics finish() {
    add(range_.to, 0, false);
    RangeStatistics out;
    out.n = n_;
    if (n_ == 0) return out;
    out.min = min_, out.max = max_, out.mean = mean_;
    if (n_ > 1) out.deviation = std::sqrt(squares_ / static_cast<double>(n_ - 1));
    if (n_ > 1 && squares_x_ > 0) out.slope_per_hour = products_ / squares_x_;
    out.integral = integral_;
    out.coverage = std::min(1.0, valid_ / to_seconds(range_.length()));
    out.percentile_error = values_.size() == n_ ? 0 : step_;
    out.p5 = percentile(0.05), out.p50 = percentile(0.5);
    out.p95 = percentile(0.95), out.p99 = percentile(0.99);
    return out;
  }

 private:
  void count(double v) {
    if (values_.size() < kExact) values_.push_back(v);
    const auto at = step_ > 0 ? std::clamp((v - low_) / step_, 0.0, kSteps - 1.0) : 0.0;
    ++steps_[static_cast<std::size_t>(at)];
  }
  std::optional<double> percentile(double q) const {
    if (values_.size() == n_) return analysis::quantile(values_, q);
    const double wanted = q * static_cast<double>(n_ - 1);
    double below = 0;
    for (std::size_t i = 0; i < kSteps; ++i) {
      below += static_cast<double>(steps_[i]);
      if (below > wanted) return low_ + (static_cast<double>(i) + 0.5) * step_;
    }
    return max_;
  }

  TimeRange range_;
  Nanos hold_;
  double low_, step_;
  std::uint64_t n_ = 0;
  double min_ = 0, max_ = 0, mean_ = 0, mean_x_ = 0, squares_ = 0, squares_x_ = 0, products_ = 0;
  double integral_ = 0, valid_ = 0;
  std::optional<std::pair<Nanos, double>> held_;
  std::vector<double> values_;
  std::vector<std::uint64_t> steps_ = std::vector<std::uint64_t>(kSteps);
};

}  // namespace

RangeStatistics range_statistics(const RowSource& rows, TimeRange range, Nanos hold, double min,
                                 double max, const std::function<bool()>& cancelled) {
  Sums sums(range, hold, min, max);
  for (Nanos from = range.from; from < range.to; from += kPart) {
    if (cancelled()) {
      RangeStatistics out;
      out.error = Error{Errc::cancelled, "working it out…"};
      return out;
    }
    const auto part = rows(from, std::min(from + kPart, range.to) - 1);
    if (!part) {
      RangeStatistics out;
      out.error = part.error();
      return out;
    }
    for (std::size_t i = 0; i < part->size(); ++i) {
      sums.add(part->t[i], part->v[i], part->state[i] == State::good);
    }
  }
  return sums.finish();
}

RangeStatistics speed_statistics(std::span<const analysis::Window> windows, TimeRange range) {
  double low = 0, high = 0;
  for (const analysis::Window& w : windows) {
    low = &w == windows.data() ? w.speed() : std::min(low, w.speed());
    high = &w == windows.data() ? w.speed() : std::max(high, w.speed());
  }
  // The middle of a window stands for it in the slope.
  Sums sums(range, 0, low, high);
  double work = 0, busy = 0;
  Nanos covered = 0;
  for (const analysis::Window& w : windows) {
    sums.add(w.when.from + w.when.length() / 2, w.speed(), true);
    work += w.work;
    busy += w.busy;
    covered += w.when.length();
  }
  RangeStatistics out = sums.finish();
  out.windows = true;
  if (out.n == 0) return out;
  out.mean = work / busy;
  out.integral = work;
  out.coverage = std::min(1.0, to_seconds(covered) / to_seconds(range.length()));
  return out;
}

std::vector<std::pair<std::string, std::string>> lines_of(const RangeStatistics& s) {
  std::vector<std::pair<std::string, std::string>> out{{s.label, ""}};
  if (s.error) {
    out.emplace_back("not known", s.error->what);
    return out;
  }
  out.emplace_back(s.windows ? "windows" : "n", std::to_string(s.n));
  if (s.n == 0 && s.windows) out.emplace_back("", "no whole window inside");
  if (s.n == 0) return out;
  const auto show = [&](const char* name, const std::optional<double>& value,
                        const std::string& unit) {
    if (value) out.emplace_back(name, value_with_unit(*value, unit));
  };
  show("min", s.min, s.unit);
  show("mean", s.mean, s.unit);
  show("max", s.max, s.unit);
  show("σ", s.deviation, s.unit);
  const std::string off =
      s.percentile_error > 0 ? " ± " + value_with_unit(s.percentile_error, s.unit) : "";
  for (const auto& [name, value] :
       {std::pair{"p5", s.p5}, {"p50", s.p50}, {"p95", s.p95}, {"p99", s.p99}}) {
    if (value) out.emplace_back(name, value_with_unit(*value, s.unit) + off);
  }
  if (s.slope_per_hour)
    out.emplace_back("slope", value_with_unit(*s.slope_per_hour, s.unit) + "/h");
  if (s.integral && s.unit == "W") {
    out.emplace_back("energy", value_with_unit(*s.integral / 3600, "Wh"));
  } else if (s.integral && s.unit.ends_with("/s")) {
    out.emplace_back("sum", value_with_unit(*s.integral, s.unit.substr(0, s.unit.size() - 2)));
  }
  out.emplace_back("coverage", fmt::format("{:.1f} %", 100 * s.coverage));
  return out;
}

}  // namespace soakrig::dashboard
