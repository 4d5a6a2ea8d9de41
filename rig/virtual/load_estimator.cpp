// SPDX-License-Identifier: Apache-2.0
#include "rig/virtual/load_estimator.hpp"

#include <algorithm>
#include <cmath>

namespace soakrig::virtual_bench {
namespace {

constexpr double kMemory = 1.0;       // s: how fast the estimates follow
constexpr double kMostScaling = 2.5;  // waiting counts for at most this much: see update()
constexpr double kLeastCores = 0.2;  // a throttle below this would starve the workload, not slow it
constexpr double kProbe = 0.05;      // per s: how fast a throttled estimate looks for more

double towards(double value, double target, double dt, double memory) {
  return target + (value - target) * std::exp(-dt / memory);
}

}  // namespace

LoadEstimator::LoadEstimator(double board_cores) : board_cores_(board_cores) { reset(); }

void LoadEstimator::reset() { got_ = wanted_ = board_cores_; }

LoadEstimator::Load LoadEstimator::update(double dt, double ran, double waited, double ratio) {
  if (dt <= 0) return {0, got_};
  const double used = ran / dt;
  // Waiting is believed up to a factor: a load that hardly runs on this host says nothing about
  // what it would do elsewhere.
  const double ready = std::min((ran + waited) / dt, used * kMostScaling);
  if (ratio >= 1.0) {
    got_ = towards(got_, std::max(used, kLeastCores), dt, kMemory);
    wanted_ = towards(wanted_, std::min(ready, board_cores_), dt, kMemory);
    return {std::clamp(ready / board_cores_, 0.0, 1.0), got_};
  }
  // Throttled: waiting cannot be told from being throttled, so the share of the allowance that was
  // used stands for how busy the load is.
  const double allowed = ratio * got_;
  const bool at_limit = used >= 0.95 * allowed;
  if (at_limit) {
    got_ = std::min(std::max(wanted_, got_), got_ * (1.0 + kProbe * dt));
  } else if (waited / dt > 0.1 * allowed) {  // the host gives less than before
    got_ = towards(got_, std::max(used / ratio, kLeastCores), dt, 3 * kMemory);
  }
  return {std::clamp(used / allowed, 0.0, 1.0) * std::min(1.0, wanted_ / board_cores_), got_};
}

}  // namespace soakrig::virtual_bench
