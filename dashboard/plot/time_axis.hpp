// SPDX-License-Identifier: Apache-2.0
//
// The shared time axis of a picture: run time to pixels and back, ticks at round times, and times
// in words. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "results/report/run_clock.hpp"
#include "rig/base/result.hpp"
#include "rig/base/time.hpp"

namespace soakrig::dashboard {

struct TimeRange {
  Nanos from = 0, to = 0;  // from < to wherever one is drawn
  [[nodiscard]] Nanos length() const { return to - from; }
  friend bool operator==(const TimeRange&, const TimeRange&) = default;
};

inline constexpr Nanos kShortestRange = 10 * kMicrosecond;  // what can be zoomed into
inline constexpr Nanos kLongestRange = 100 * 365 * 24 * kHour;

// Made fit to draw: ordered, at least kShortestRange long, within +-kLongestRange.
[[nodiscard]] TimeRange sane(TimeRange range);
// Zoomed about `centre` by `factor` (2 = twice as long), kept sane.
[[nodiscard]] TimeRange zoomed(TimeRange range, Nanos centre, double factor);
[[nodiscard]] TimeRange moved(TimeRange range, double lengths);
// Lengthened by a share at either end.
[[nodiscard]] TimeRange padded(TimeRange range, double share);

class TimeScale {
 public:
  TimeScale(TimeRange range, float x0, float x1) : range_(sane(range)), x0_(x0), x1_(x1) {}
  // Within +-1e6 pixels, however far away the time is.
  [[nodiscard]] float x(Nanos t) const;
  [[nodiscard]] Nanos t(float x) const;
  [[nodiscard]] const TimeRange& range() const { return range_; }
  [[nodiscard]] float x0() const { return x0_; }
  [[nodiscard]] float x1() const { return x1_; }

 private:
  TimeRange range_;
  float x0_, x1_;
};

enum class TimeFormat : std::uint8_t { elapsed, utc, local };
[[nodiscard]] std::string_view to_string(TimeFormat format);
[[nodiscard]] std::optional<TimeFormat> parse_time_format(std::string_view text);

struct TimeTick {
  Nanos t = 0;
  std::string label;
};
// At most `most` ticks at round times of the format (a UTC day begins at midnight UTC).
[[nodiscard]] std::vector<TimeTick> time_ticks(TimeRange range, int most, TimeFormat format,
                                               const report::RunClock& clock);

// An instant in words, with decimals as far as `resolution` needs them: "1:02:03.25",
// "03-01 12:00:03".
[[nodiscard]] std::string time_text(Nanos t, Nanos resolution, TimeFormat format,
                                    const report::RunClock& clock);
// A signed length: "-1h 02m", "850 ms".
[[nodiscard]] std::string length_text(Nanos length);

// "1h..2h" (either side may be empty: the run's start or end), or a window: "last 10min".
[[nodiscard]] Result<TimeRange> parse_range(std::string_view text, TimeRange whole);

}  // namespace soakrig::dashboard
