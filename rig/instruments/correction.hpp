// SPDX-License-Identifier: Apache-2.0
//
// What a certificate says of a chamber's sensor: corrections at some temperatures, straight between
// them, level beyond. Between what the device shows and what is true, both ways. Pure.
#pragma once

#include <vector>

#include "rig/base/run_spec.hpp"

namespace soakrig::instruments {

class Correction {
 public:
  Correction() = default;  // shown is true
  // Ascending in `at` and in `at + add`, as a profile's are. None: shown is true.
  explicit Correction(std::vector<CorrectionPoint> points);
  [[nodiscard]] static Correction of(const ChamberSpec& chamber) {
    return chamber.calibration ? Correction(chamber.calibration->corrections) : Correction();
  }

  [[nodiscard]] double truth(double shown) const;
  // What the device must show for the air to be at `truth`.
  [[nodiscard]] double shown(double truth) const;
  [[nodiscard]] bool empty() const { return points_.empty(); }

 private:
  std::vector<CorrectionPoint> points_;
};

}  // namespace soakrig::instruments
