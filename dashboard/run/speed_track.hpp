// SPDX-License-Identifier: Apache-2.0
//
// The speed of one workload over a whole run, in windows of the profile's short_window, by the same
// definition and code as the verdict (whole work cycles, work / busy;
// results/analysis/windows.hpp). Made once and lengthened as the run goes on: about 40 bytes a
// window, 20 MB for a month of 5 s. Any range of it is a View like that of a stored channel: exact
// extremes of the windows. Not thread-safe: belongs to the thread that reads.
#pragma once

#include <string>
#include <vector>

#include "results/analysis/windows.hpp"
#include "results/store/view.hpp"

namespace soakrig::dashboard {

class SpeedTrack {
 public:
  SpeedTrack(std::string workload, std::string work, Nanos window)
      : workload_(std::move(workload)), work_(std::move(work)), window_(window) {}

  // Takes in what the board's channels hold up to `until`, or as much of it as `cancelled` allows:
  // it is asked between parts of a few hours. True when all is in.
  bool extend(const analysis::BoardView& board, Nanos until,
              const std::function<bool()>& cancelled);

  [[nodiscard]] const std::vector<analysis::Window>& windows() const { return windows_; }
  [[nodiscard]] Nanos done() const { return done_; }
  [[nodiscard]] store::View view(Nanos from, Nanos to, std::size_t bins) const;

 private:
  std::string workload_, work_;
  Nanos window_;
  Nanos done_ = 0;  // windows are known up to here
  std::vector<analysis::Window> windows_;
};

// Windows ascend and do not overlap. A window shows in every bin that it reaches into; a bin
// without one has no rows.
[[nodiscard]] store::View view_of(std::span<const analysis::Window> windows, Nanos from, Nanos to,
                                  std::size_t bins);

}  // namespace soakrig::dashboard
