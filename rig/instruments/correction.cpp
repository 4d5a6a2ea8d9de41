// SPDX-License-Identifier: Apache-2.0
#include "rig/instruments/correction.hpp"

#include <algorithm>

#include "rig/base/result.hpp"

namespace soakrig::instruments {

Correction::Correction(std::vector<CorrectionPoint> points) : points_(std::move(points)) {
  for (std::size_t i = 1; i < points_.size(); ++i) {
    const auto &a = points_[i - 1], &b = points_[i];
    RIG_ASSERT(b.at > a.at && b.at + b.add > a.at + a.add);
  }
}

double Correction::truth(double shown) const {
  if (points_.empty()) return shown;
  const auto above = std::ranges::upper_bound(points_, shown, {}, &CorrectionPoint::at);
  if (above == points_.begin()) return shown + points_.front().add;
  if (above == points_.end()) return shown + points_.back().add;
  const CorrectionPoint &a = *(above - 1), &b = *above;
  return shown + a.add + (b.add - a.add) * (shown - a.at) / (b.at - a.at);
}

double Correction::shown(double truth) const {
  if (points_.empty()) return truth;
  const auto true_at = [](const CorrectionPoint& p) { return p.at + p.add; };
  const auto above = std::ranges::upper_bound(points_, truth, {}, true_at);
  if (above == points_.begin()) return truth - points_.front().add;
  if (above == points_.end()) return truth - points_.back().add;
  const CorrectionPoint &a = *(above - 1), &b = *above;
  return a.at + (b.at - a.at) * (truth - true_at(a)) / (true_at(b) - true_at(a));
}

}  // namespace soakrig::instruments
