// SPDX-License-Identifier: Apache-2.0
#include "rig/control/chamber_watch.hpp"

#include <fmt/format.h>

namespace soakrig::control {

std::optional<std::string> ChamberWatch::look(Nanos now, std::optional<double> air) {
  if (!seen_) seen_ = now;
  if (!air) {
    if (now - *seen_ <= blind_) return std::nullopt;
    return "the chamber's air has not been readable for " + format_duration(now - *seen_);
  }
  seen_ = now;
  const bool beyond = (low_ && *air < *low_) || (high_ && *air > *high_);
  beyond_ = beyond ? beyond_ + 1 : 0;
  if (beyond_ < kDebounce) return std::nullopt;
  return fmt::format("the chamber's air is at {:.1f} Cel, which is beyond {:.1f} to {:.1f}", *air,
                     low_.value_or(-273.15), high_.value_or(1000.0));
}

}  // namespace soakrig::control
