// SPDX-License-Identifier: Apache-2.0
//
// Writes a long run fast, in the real format: many channels on one time grid, each a slow wave with
// small noise in [0, 2), always the same; and single samples far outside, planted where asked. For
// what must hold at any length: nothing is lost at any zoom, opening stays quick, memory bounded.
#pragma once

#include <string>
#include <vector>

#include "results/store/writer.hpp"

namespace soakrig::test {

struct Spike {
  std::size_t channel = 0;
  std::uint64_t row = 0;
  double value = 0;
};

struct LongRun {
  std::uint64_t rows = 0;
  std::size_t channels = 1;
  Nanos period = 100 * kMillisecond;
  std::vector<Spike> spikes;
  bool finish = true;  // seal it; else it stays as a running one would
  [[nodiscard]] Nanos at(std::uint64_t row) const { return static_cast<Nanos>(row) * period; }
  [[nodiscard]] static std::string channel_name(std::size_t channel);
};

// The run's file, in the folder. Errors as the writer's.
[[nodiscard]] Result<std::string> write_long_run(const LongRun& run, const std::string& folder,
                                                 const Clock& clock);

}  // namespace soakrig::test
