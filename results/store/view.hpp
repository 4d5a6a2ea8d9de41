// SPDX-License-Identifier: Apache-2.0
//
// A channel made fit for a plot: any range as at most so many bins, each with the exact least and
// greatest value of its rows, so that no spike is lost however long the range. Plain values.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "results/store/model.hpp"

namespace soakrig::store {

// Or-ed into ViewBin::flags. A limit is looked for in min and max: they are exact.
inline constexpr std::uint8_t kBinGap = 1;  // rows are missing here: not read, refused or damaged
inline constexpr std::uint8_t kBinNoData = 2;  // some row has State::no_data
inline constexpr std::uint8_t kBinStale = 4;   // some row has State::stale
inline constexpr std::uint8_t kBinError = 8;   // some row has State::error

[[nodiscard]] constexpr std::uint8_t flag_of(State state) {
  return state == State::good ? std::uint8_t{0}
                              : static_cast<std::uint8_t>(1u << static_cast<unsigned>(state));
}

// The rows with t0 <= t < t1. Empty (rows == 0) is not zero: where kBinGap is set, rows are missing
// and a line must break; else the channel was sampled less often than this and keeps its value.
struct ViewBin {
  Nanos t0 = 0, t1 = 0;
  double min = 0, max = 0;  // exactly, of the good rows; 0 where there is none
  double sum = 0;           // of the good rows, as exact as a double can be; sum / good is the mean
  std::uint64_t good = 0;   // rows with a reading
  std::uint64_t rows = 0;
  std::uint8_t flags = 0;
  friend bool operator==(const ViewBin&, const ViewBin&) = default;
};

// A row before the range: what a plot that holds values begins with. value is 0 unless good.
struct CarriedIn {
  Nanos t = 0;
  double value = 0;
  State state = State::no_data;
  friend bool operator==(const CarriedIn&, const CarriedIn&) = default;
};

// The bins tile [from, to]: the first begins at from, the last ends at to + 1, each ends where the
// next begins. They are of equal width as far as their number allows: an edge may move to where the
// stored summaries meet, by less than a bin. Rows of equal time may lie either side of an edge.
struct View {
  Nanos from = 0, to = 0;  // inclusive, as resolved: kFromStart and kToEnd are the rows' own ends
  std::vector<ViewBin> bins;
  std::optional<CarriedIn> before;
  std::vector<Event> gaps;  // one kGap per damaged blob met
};

inline constexpr std::size_t kMostBins = 1u << 16;  // a view has no more, whatever is asked for

}  // namespace soakrig::store
