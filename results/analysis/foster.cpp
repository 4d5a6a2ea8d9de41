// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <limits>

#include "results/analysis/thermal_fit.hpp"

namespace soakrig::analysis {

namespace {

constexpr std::size_t kLeastSteps = 30;
constexpr double kShortestTau = 2;  // s

// Response to the power of a term with R = 1, begun as if `before` W had flowed for long.
std::vector<double> unit_response(const WarmUp& d, double tau, double before) {
  const double a = std::exp(-d.dt / tau);
  std::vector<double> out;
  double x = before;
  for (const double p : d.power) {
    out.push_back(x);
    x = a * x + (1 - a) * p;
  }
  return out;
}

struct Sums {
  double uu = 0, uv = 0, vv = 0, uy = 0, vy = 0, yy = 0;
};

// Least squares of y = r1 u + r2 v with r1, r2 >= 0: if one would be negative the other stands
// alone. Returns the sum of squares.
double solve(const Sums& s, double& r1, double& r2) {
  const double det = s.uu * s.vv - s.uv * s.uv;
  if (det > 1e-9 * s.uu * s.vv) {
    r1 = (s.uy * s.vv - s.vy * s.uv) / det;
    r2 = (s.vy * s.uu - s.uy * s.uv) / det;
    if (r1 >= 0 && r2 >= 0) return s.yy - r1 * s.uy - r2 * s.vy;
  }
  const double only1 = std::max(0.0, s.uu > 0 ? s.uy / s.uu : 0.0);
  const double only2 = std::max(0.0, s.vv > 0 ? s.vy / s.vv : 0.0);
  const double cost1 = s.yy - only1 * s.uy, cost2 = s.yy - only2 * s.vy;
  r1 = cost1 < cost2 ? only1 : 0;
  r2 = cost1 < cost2 ? 0 : only2;
  return std::min(cost1, cost2);
}

class Fitter {
 public:
  explicit Fitter(const WarmUp& data) : data_(data) {
    for (std::size_t i = 0; i < data.temperature.size(); ++i) {
      y_.push_back(data.temperature[i] - data.ambient[i]);
    }
  }

  // The power before the begin depends on R1 + R2, which it takes to find them: three rounds
  // settle.
  void try_taus(double tau1, double tau2) {
    double r1 = 0, r2 = 0, cost = 0, before = data_.power.front();
    for (int round = 0; round < 3; ++round) {
      const auto u = unit_response(data_, tau1, before), v = unit_response(data_, tau2, before);
      Sums s;
      for (std::size_t i = 0; i < y_.size(); ++i) {
        s.uu += u[i] * u[i];
        s.uv += u[i] * v[i];
        s.vv += v[i] * v[i];
        s.uy += u[i] * y_[i];
        s.vy += v[i] * y_[i];
        s.yy += y_[i] * y_[i];
      }
      cost = std::max(0.0, solve(s, r1, r2));
      if (r1 + r2 <= 0) return;
      before = y_.front() / (r1 + r2);
    }
    const double rms = std::sqrt(cost / static_cast<double>(y_.size()));
    if (best_ && rms >= best_->rms) return;
    best_ = Foster{r1, tau1, r2, tau2, rms};
  }

  void search(double low1, double high1, double low2, double high2, int steps) {
    for (int i = 0; i <= steps; ++i) {
      const double tau1 = low1 * std::pow(high1 / low1, static_cast<double>(i) / steps);
      for (int k = 0; k <= steps; ++k) {
        const double tau2 = low2 * std::pow(high2 / low2, static_cast<double>(k) / steps);
        if (tau2 > 1.5 * tau1) try_taus(tau1, tau2);
      }
    }
  }

  [[nodiscard]] const std::optional<Foster>& best() const { return best_; }

 private:
  const WarmUp& data_;
  std::vector<double> y_;
  std::optional<Foster> best_;
};

}  // namespace

std::optional<Foster> fit_foster(const WarmUp& data) {
  if (data.temperature.size() < kLeastSteps) return std::nullopt;
  const double length = data.dt * static_cast<double>(data.temperature.size());
  const double shortest = std::max(kShortestTau, data.dt / 2);
  Fitter fitter(data);
  fitter.search(shortest, length, shortest, length, 16);
  for (double width = 1.5; width > 1.02; width = std::sqrt(width)) {
    if (!fitter.best()) return std::nullopt;
    const Foster at = *fitter.best();
    fitter.search(at.tau1 / width, at.tau1 * width, at.tau2 / width, at.tau2 * width, 4);
  }
  return fitter.best();
}

PowerLine fit_power(const WarmUp& data) {
  double mt = 0, mp = 0, tt = 0, tp = 0;
  const auto n = static_cast<double>(data.power.size());
  for (std::size_t i = 0; i < data.power.size(); ++i) {
    mt += data.temperature[i] / n;
    mp += data.power[i] / n;
  }
  for (std::size_t i = 0; i < data.power.size(); ++i) {
    tt += (data.temperature[i] - mt) * (data.temperature[i] - mt);
    tp += (data.temperature[i] - mt) * (data.power[i] - mp);
  }
  const auto [low, high] = std::ranges::minmax(data.temperature);
  if (high - low < 5 || tt <= 0) return {mp, 0};
  return {mp - tp / tt * mt, tp / tt};
}

std::optional<double> critical_ambient(double trip, double r, const PowerLine& power) {
  const double left = 1 - r * power.b;
  if (left <= 0) return std::nullopt;
  return trip * left - r * power.a;
}

}  // namespace soakrig::analysis
