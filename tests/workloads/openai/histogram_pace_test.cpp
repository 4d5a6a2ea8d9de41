// SPDX-License-Identifier: Apache-2.0
#include "workloads/openai/histogram_pace.hpp"

#include <algorithm>
#include <cstddef>

#include "tests/support/catch.hpp"

using namespace soakrig;
using namespace soakrig::workloads;

TEST_CASE("histogram_pace: a young run's windows are short, an old one's a minute") {
  HistogramPace pace;
  pace.start(kSecond);
  CHECK_FALSE(pace.take(kSecond + HistogramPace::kShortest - 1, false));
  CHECK(pace.take(kSecond + HistogramPace::kShortest, false) == HistogramPace::kShortest);

  std::size_t lines = 1;
  Nanos covered = HistogramPace::kShortest, longest = 0;
  for (Nanos now = kSecond + covered; now <= kSecond + 72 * kHour; now += kSecond) {
    const auto length = pace.take(now, false);
    if (!length) continue;
    ++lines;
    covered += *length;
    longest = std::max(longest, *length);
  }
  CHECK(longest == HistogramPace::kLongest);
  CHECK(lines < 5000);
  CHECK(72 * kHour - covered < HistogramPace::kLongest);  // nothing lies between two windows
}

TEST_CASE("histogram_pace: a full window of an old run is due after the shortest, not at once") {
  HistogramPace pace;
  pace.start(0);
  CHECK(pace.take_last(kHour) == kHour);
  CHECK_FALSE(pace.take(kHour + HistogramPace::kShortest - 1, true));
  CHECK_FALSE(pace.take(kHour + HistogramPace::kShortest, false));
  CHECK(pace.take(kHour + HistogramPace::kShortest, true) == HistogramPace::kShortest);
}

TEST_CASE("histogram_pace: the last window is as long as it is") {
  HistogramPace pace;
  pace.start(0);
  CHECK(pace.take_last(kSecond) == kSecond);
  CHECK(pace.take_last(kSecond) == 0);
}
