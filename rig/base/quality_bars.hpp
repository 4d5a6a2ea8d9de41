// SPDX-License-Identifier: Apache-2.0
//
// What a run's verdict holds the series of a quality workload against. A bar stands on the
// workload's command line, so it is in the run's file as everything else that was asked for
// (docs/adr/0122-bars-of-quality-stand-on-the-command-line.md). Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "rig/base/run_spec.hpp"

namespace soakrig {

enum class BarKind : std::uint8_t {
  least,  // the gauge's mean in a phase
  most,
  fall,  // by which it may fall from the reference phase to another one
};

struct QualityBarKey {
  std::string_view key;    // in a profile: "top1_min"
  std::string_view flag;   // on the command line: "--top1-min"
  std::string_view gauge;  // "top1"
  BarKind kind;
};

[[nodiscard]] std::span<const QualityBarKey> quality_bar_keys();

// Passes of a phase that a bar needs: the fewest of which all lie on one side of their median with
// less than 5 % chance (2 x 0.5^6).
inline constexpr std::size_t kLeastPasses = 6;

struct QualityBar {
  const QualityBarKey* key;
  double bar = 0;
};

// Those of a workload of kind "quality", in the order of the keys; none of any other. What is no
// number is no bar.
[[nodiscard]] std::vector<QualityBar> quality_bars(const WorkloadSpec& workload);

}  // namespace soakrig
