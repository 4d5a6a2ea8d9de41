// SPDX-License-Identifier: Apache-2.0
#include "rig/control/limit_watch.hpp"

namespace soakrig::control {

LimitWatch::LimitWatch(std::vector<Limit> limits) {
  for (Limit& limit : limits) limits_.push_back(Watched{std::move(limit)});
}

std::vector<LimitChange> LimitWatch::feed(const SourceInfo& source, const Batch& batch) {
  std::vector<LimitChange> changes;
  for (Watched& w : limits_) {
    for (std::size_t column = 0; column < source.channels.size(); ++column) {
      if (source.channels[column].name != w.limit.channel) continue;
      for (std::size_t row = 0; row < batch.rows(); ++row) {
        if (batch.state(row, column) != State::good) continue;
        const double value = batch.value(row, column);
        const bool beyond = (w.limit.min && value < *w.limit.min) ||
                            (w.limit.max && value > *w.limit.max);
        w.beyond = beyond ? w.beyond + 1 : 0;
        const bool broken = w.broken ? beyond : w.beyond >= kDebounce;
        if (broken != w.broken) {
          w.broken = broken;
          changes.push_back(LimitChange{w.limit, batch.taken[row], value, broken});
        }
      }
    }
  }
  return changes;
}

}  // namespace soakrig::control
