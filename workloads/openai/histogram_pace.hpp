// SPDX-License-Identifier: Apache-2.0
//
// When a client sends its histograms. A young run's windows are short, so that a phase of a minute
// has its own; an old one's are longer, up to a minute, since a window costs its line in the run's
// file and every reader's time whatever it holds: 72 h in windows of 5 s are 52 000 lines.
#pragma once

#include <optional>

#include "rig/base/time.hpp"

namespace soakrig::workloads {

// Times are of one monotonic clock. A value; used by one thread.
class HistogramPace {
 public:
  static constexpr Nanos kShortest = 5 * kSecond;
  static constexpr Nanos kLongest = 60 * kSecond;

  void start(Nanos now) { started_ = sent_ = now; }
  // The length of the window that ends now, if it is due; the next one begins here. `full`: it holds
  // as much as a line may, so that the shortest is long enough.
  [[nodiscard]] std::optional<Nanos> take(Nanos now, bool full);
  // The same where nothing follows, due or not.
  [[nodiscard]] Nanos take_last(Nanos now);

 private:
  Nanos started_ = 0, sent_ = 0;
};

}  // namespace soakrig::workloads
