// SPDX-License-Identifier: Apache-2.0
#include "results/analysis/derating.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace soakrig::analysis {

namespace {

constexpr double kSame = 1;   // K: points closer than this are one step
constexpr double kEvery = 5;  // K between predicted points

// What was measured at one ambient.
struct Step {
  double ambient = 0, sustained = 0;
  std::optional<double> lower, upper;
};

std::vector<Step> steps_of(const std::vector<DeratingPoint>& measured) {
  std::vector<Step> out;
  double from = 0, count = 0;
  for (const DeratingPoint& p : measured) {
    if (out.empty() || p.ambient - from >= kSame) {
      out.push_back({p.ambient, p.sustained, p.lower, p.upper});
      from = p.ambient;
      count = 1;
      continue;
    }
    Step& s = out.back();
    ++count;
    s.ambient += (p.ambient - s.ambient) / count;
    s.sustained += (p.sustained - s.sustained) / count;
    s.lower = s.lower && p.lower ? std::optional(std::min(*s.lower, *p.lower)) : std::nullopt;
    s.upper = s.upper && p.upper ? std::optional(std::max(*s.upper, *p.upper)) : std::nullopt;
  }
  return out;
}

// How far from `a` to `b` the curve has come at `ambient`, 0 to 1.
double part(const Step& a, const Step& b, double ambient, std::optional<double> knee) {
  const double from = knee && *knee > a.ambient && *knee < b.ambient ? *knee : a.ambient;
  return ambient <= from ? 0 : (ambient - from) / (b.ambient - from);
}

DeratingPoint predict(const Step& a, const Step& b, double ambient, std::optional<double> knee) {
  const double x = part(a, b, ambient, knee);
  DeratingPoint out;
  out.ambient = ambient;
  out.sustained = a.sustained + x * (b.sustained - a.sustained);
  if (a.lower && b.lower) out.lower = *a.lower + x * (*b.lower - *a.lower);
  if (a.upper && b.upper) out.upper = *a.upper + x * (*b.upper - *a.upper);
  return out;
}

std::optional<double> error_of(const std::vector<Step>& steps, std::optional<double> knee) {
  double squares = 0, count = 0;
  for (std::size_t i = 1; i + 1 < steps.size(); ++i) {
    const double off =
        predict(steps[i - 1], steps[i + 1], steps[i].ambient, knee).sustained - steps[i].sustained;
    squares += off * off;
    ++count;
  }
  return count > 0 ? std::optional(std::sqrt(squares / count)) : std::nullopt;
}

}  // namespace

Derating derate(std::vector<DeratingPoint> measured, std::optional<double> knee) {
  std::ranges::stable_sort(measured, {}, &DeratingPoint::ambient);
  const std::vector<Step> steps = steps_of(measured);
  Derating out;
  out.points = std::move(measured);
  if (steps.size() < 2) {
    out.refused = "it was measured at one ambient only";
    return out;
  }
  out.method = "straight between the measured steps";
  bool used_knee = false;
  for (std::size_t i = 0; i + 1 < steps.size(); ++i) {
    const Step &a = steps[i], &b = steps[i + 1];
    if (b.ambient - a.ambient > kWidestStep) {
      out.refused += fmt::format(
          "{}nothing is predicted between {:.1f} and {:.1f} Cel: the steps are "
          "more than {:g} K apart",
          out.refused.empty() ? "" : "; ", a.ambient, b.ambient, kWidestStep);
      continue;
    }
    const bool knee_here = knee && *knee > a.ambient && *knee < b.ambient;
    used_knee = used_knee || knee_here;
    if (knee_here) out.points.push_back(predict(a, b, *knee, knee));
    for (double t = kEvery * (std::floor(a.ambient / kEvery) + 1); t < b.ambient; t += kEvery) {
      if (t - a.ambient >= kSame && b.ambient - t >= kSame)
        out.points.push_back(predict(a, b, t, knee));
    }
  }
  if (used_knee) {
    out.method += fmt::format(
        ", level up to the critical ambient of {:.1f} Cel that the thermal "
        "model gives",
        *knee);
  }
  out.error = error_of(steps, knee);
  if (!out.error) out.method += "; two steps leave no inner one to tell the error by";
  std::ranges::stable_sort(out.points, {}, &DeratingPoint::ambient);
  return out;
}

std::vector<Derating> find_derating(std::span<const PhaseAnalysis> phases,
                                    std::span<const ThermalFit> fits) {
  std::optional<double> knee;
  for (const ThermalFit& f : fits) {
    if (f.critical_ambient) knee = f.critical_ambient;
  }
  std::vector<Derating> out;
  std::vector<std::string> done;
  for (const PhaseAnalysis& phase : phases) {
    for (const WorkAnalysis& work : phase.work) {
      const std::string& name = work.spec->name;
      if (std::ranges::find(done, name) != done.end()) continue;
      done.push_back(name);
      std::vector<DeratingPoint> measured;
      for (const PhaseAnalysis& p : phases) {
        const WorkAnalysis* w = p.find(name);
        if (w == nullptr || !p.measured_ambient || !w->figures.sustained) continue;
        measured.push_back({*p.measured_ambient, *w->figures.sustained, w->figures.lower,
                            w->figures.upper, true, p.spec->name});
      }
      if (measured.size() < 2) continue;
      out.push_back(derate(std::move(measured), knee));
      out.back().workload = name;
      out.back().unit = work.figures.unit;
    }
  }
  return out;
}

}  // namespace soakrig::analysis
