// SPDX-License-Identifier: Apache-2.0
//
// What bounds a load: its traffic against the bandwidth and its arithmetic against the peak that
// were measured beside it. Pure.
//
//   MBU = work/s x bytes a work / measured bandwidth      (model bandwidth utilisation)
//   MFU = work/s x operations a work / measured peak      (model operations utilisation)
//   roofline: attainable = min(peak, bandwidth x operations a byte)
//
// Decoding one stream reads every weight for two operations, so it is bound by memory on every
// machine; a TOPS figure says nothing about it. More than 100 % is no result but an error of the
// inputs: a bandwidth or peak measured too low, or bytes and operations counted wrongly.
#pragma once

#include <optional>
#include <string>

namespace soakrig::analysis {

struct Ceilings {
  std::optional<double> bandwidth;  // By/s
  std::optional<double> peak;       // operations/s
};

struct Load {
  std::optional<double> speed;  // works/s
  std::optional<double> bytes;  // a work
  std::optional<double> operations;
};

enum class Bound { memory, arithmetic, neither, unknown, impossible };

struct BoundResult {
  std::optional<double> mbu, mfu;    // shares; absent where an input is, or where it is impossible
  std::optional<double> intensity;   // operations a byte
  std::optional<double> attainable;  // works/s that the roofline allows
  Bound bound = Bound::unknown;
  std::string words;  // one sentence
};

// A share from here on says what bounds the load; below on both sides, neither does.
inline constexpr double kBoundShare = 0.6;

[[nodiscard]] BoundResult explain_bound(const Load& load, const Ceilings& ceilings);

}  // namespace soakrig::analysis
