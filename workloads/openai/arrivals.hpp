// SPDX-License-Identifier: Apache-2.0
//
// When requests are due. Pure and seeded: the same options give the same times on every machine.
// A closed loop has no times of its own (a request is due when another ends) and is not here.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "rig/base/result.hpp"
#include "rig/base/time.hpp"

namespace soakrig::workloads {

struct ArrivalOptions {
  std::string pattern = "constant";  // constant, poisson, gamma, ramp or trace
  double rate = 1;                   // requests a second; of a ramp, where it ends
  double ramp_from = 0;              // requests a second
  Nanos ramp_over = 0;               // then `rate` holds
  double burstiness = 0.25;          // gamma: its shape; 1 = Poisson, less = in bursts
  std::vector<Nanos> trace;          // times from the start, in order; repeated for ever
  Nanos trace_period = 0;            // of the repetition; 0 = a mean gap after the last
  Nanos duty_period = 0;             // 0 = always on
  double duty = 1;                   // share of the period in which requests come
  std::uint64_t seed = 1;
};

class Arrivals {
 public:
  virtual ~Arrivals() = default;
  // Time from the start, never before the one before.
  [[nodiscard]] virtual Nanos next() = 0;
};

// Errc::invalid for what cannot be: no rate, an unknown pattern, an empty trace.
[[nodiscard]] Result<std::unique_ptr<Arrivals>> make_arrivals(const ArrivalOptions& options);
// The same; null without options: a closed loop.
[[nodiscard]] Result<std::unique_ptr<Arrivals>> make_arrivals(
    const std::optional<ArrivalOptions>& options);

// A trace file: one time in seconds a line (a further column is passed over), blank lines and those
// that begin with '#' aside; or JSON Lines with "timestamp" in ms, as request traces are published.
// Errc::invalid with the line.
[[nodiscard]] Result<std::vector<Nanos>> parse_trace(std::string_view text,
                                                     const std::string& name);

}  // namespace soakrig::workloads
