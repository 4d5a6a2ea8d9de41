// SPDX-License-Identifier: Apache-2.0
#include "workloads/openai/histogram_pace.hpp"

#include <algorithm>
#include <utility>

namespace soakrig::workloads {

namespace {

// A window's middle decides which phase it counts for: this part of the age bounds that error.
constexpr Nanos kPartOfAge = 100;

}  // namespace

std::optional<Nanos> HistogramPace::take(Nanos now, bool full) {
  const Nanos length =
      full ? kShortest : std::clamp((now - started_) / kPartOfAge, kShortest, kLongest);
  if (now - sent_ < length) return std::nullopt;
  return take_last(now);
}

Nanos HistogramPace::take_last(Nanos now) { return now - std::exchange(sent_, now); }

}  // namespace soakrig::workloads
