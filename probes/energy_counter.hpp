// SPDX-License-Identifier: Apache-2.0
//
// A hardware energy counter (RAPL) made into joules and watts: it starts anywhere, wraps at a range
// that the kernel states, and can be reset by firmware. Pure. Formula: power = energy between two
// readings / time between them, so a value is the mean of the interval that ends at its reading.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "probes/host_fs.hpp"
#include "rig/base/time.hpp"

namespace soakrig::probes {

class EnergyCounter {
 public:
  // range_uj: the value after which it restarts at 0; 0 = unknown, then a wrap loses its interval.
  explicit EnergyCounter(std::uint64_t range_uj) : range_uj_(range_uj) {}

  struct Step {
    std::optional<double> joules;  // gained since the last reading; absent: first, or not credible
    std::optional<double> watts;
  };
  Step add(std::uint64_t raw_uj, Nanos now);
  // Forgets the last reading: after a gap the interval is unknown.
  void forget() { last_ = std::nullopt; }

 private:
  // No board we read draws more; a jump above it is a reset that looks like a wrap.
  static constexpr double kMostWatts = 10'000;

  struct Last {
    std::uint64_t raw_uj;
    Nanos at;
  };
  std::uint64_t range_uj_;
  std::optional<Last> last_;
};

// One powercap zone, as found.
struct EnergyZone {
  std::string name;       // "package-0", "dram", with the parent's in front where it has one
  std::string directory;  // /sys/class/powercap/intel-rapl:0
  std::uint64_t range_uj = 0;
  bool readable = false;  // energy_uj is for root only on most systems
};

// The RAPL zones of the tree. Where the same package is offered over MSR and over MMIO, the MSR
// one.
[[nodiscard]] std::vector<EnergyZone> energy_zones(HostFs& fs);

}  // namespace soakrig::probes
