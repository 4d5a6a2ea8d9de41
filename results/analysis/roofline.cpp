// SPDX-License-Identifier: Apache-2.0
#include "results/analysis/roofline.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace soakrig::analysis {

namespace {

std::optional<double> ratio(std::optional<double> a, std::optional<double> b,
                            std::optional<double> c) {
  if (!a || !b || !c || *c <= 0) return std::nullopt;
  return *a * *b / *c;
}

std::string percent(double share) { return fmt::format("{:.0f} %", share * 100); }

}  // namespace

BoundResult explain_bound(const Load& load, const Ceilings& ceilings) {
  BoundResult out;
  out.mbu = ratio(load.speed, load.bytes, ceilings.bandwidth);
  out.mfu = ratio(load.speed, load.operations, ceilings.peak);
  if (load.bytes && load.operations && *load.bytes > 0) {
    out.intensity = *load.operations / *load.bytes;
  }
  if (load.bytes && ceilings.bandwidth && *load.bytes > 0) {
    out.attainable = *ceilings.bandwidth / *load.bytes;
  }
  if (load.operations && ceilings.peak && *load.operations > 0) {
    const double by_peak = *ceilings.peak / *load.operations;
    out.attainable = std::min(out.attainable.value_or(by_peak), by_peak);
  }
  if (!out.mbu && !out.mfu) {
    out.words = "neither a bandwidth nor a peak was measured beside it";
    return out;
  }
  const double mbu = out.mbu.value_or(0);
  const double mfu = out.mfu.value_or(0);
  if (std::max(mbu, mfu) > 1) {
    out.bound = Bound::impossible;
    out.mbu = out.mfu = std::nullopt;
    out.words = fmt::format("{} of the {} measured beside it: the inputs are wrong, not the board",
                            percent(std::max(mbu, mfu)), mbu > mfu ? "bandwidth" : "peak");
    return out;
  }
  const bool memory = mbu >= mfu;
  const double share = std::max(mbu, mfu);
  if (share >= kBoundShare) {
    out.bound = memory ? Bound::memory : Bound::arithmetic;
    out.words = memory ? fmt::format("bound by memory: {} of the measured bandwidth", percent(mbu))
                       : fmt::format("bound by arithmetic: {} of the measured peak", percent(mfu));
    return out;
  }
  if (!out.mbu || !out.mfu) {  // the one that is missing may be what bounds it
    out.words = fmt::format("{} of the measured {}; the {} was not measured", percent(share),
                            out.mbu ? "bandwidth" : "peak", out.mbu ? "peak" : "bandwidth");
    return out;
  }
  out.bound = Bound::neither;
  out.words = fmt::format(
      "neither: {} of the bandwidth and {} of the peak; look at threads, the software or a limiter",
      percent(mbu), percent(mfu));
  return out;
}

}  // namespace soakrig::analysis
