// SPDX-License-Identifier: Apache-2.0
//
// A rate limit in bytes: a bucket that fills at the rate, up to its burst, and from which bytes are
// taken in the order in which they ask. In any span of length t no more than burst + rate · t bytes
// pass. The burst is what the rate gives in a short time, so that a timer that is late costs no
// throughput, and never less than a few packets. Pure; times are in ns from any origin.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "rig/base/time.hpp"

namespace soakrig::workloads {

class TokenBucket {
 public:
  // It holds `least_burst` bytes at first.
  TokenBucket(double least_burst, double burst_s)
      : least_(least_burst), burst_s_(burst_s), level_(least_burst) {}

  // When these bytes have passed, at `rate` bytes a second; 0 = at once, without a limit. Never
  // before what asked earlier. They count as taken.
  [[nodiscard]] Nanos pass(Nanos now, std::size_t bytes, double rate) {
    const Nanos start = std::max(now, last_);
    if (rate <= 0) {
      last_ = start;
      return start;
    }
    level_ = std::min(std::max(least_, burst_s_ * rate), level_ + to_seconds(start - last_) * rate);
    const auto need = static_cast<double>(bytes);
    last_ = start;
    if (level_ >= need) {
      level_ -= need;
      return start;
    }
    last_ += static_cast<Nanos>(std::ceil((need - level_) / rate * 1e9));
    level_ = 0;
    return last_;
  }

 private:
  double least_, burst_s_, level_;
  Nanos last_ = 0;
};

}  // namespace soakrig::workloads
