// SPDX-License-Identifier: Apache-2.0
//
// The value axis of one plot: units as people read them, a range that fits, ticks at round values.
// Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace soakrig::dashboard {

// A stored unit (UCUM) as it is shown: value * factor, with `label`.
struct ShownUnit {
  double factor = 1;
  std::string label;
};
// `largest` is the greatest magnitude to show: Hz become GHz, By become GiB.
[[nodiscard]] ShownUnit shown_unit(std::string_view ucum, double largest);

struct ValueRange {
  double lo = 0, hi = 1;
  [[nodiscard]] double span() const { return hi - lo; }
  friend bool operator==(const ValueRange&, const ValueRange&) = default;
};
// What holds lo to hi with a little air; never empty, also for one value or for none.
[[nodiscard]] ValueRange fitting(std::optional<ValueRange> data);

struct ValueTick {
  double value = 0;
  std::string label;  // in the shown unit, without it
};
[[nodiscard]] std::vector<ValueTick> value_ticks(ValueRange range, int most, const ShownUnit& unit);

// With as many digits as `resolution` (in stored units) tells apart, at most nine.
[[nodiscard]] std::string value_text(double value, const ShownUnit& unit, double resolution);
// Four significant digits and the unit: "61.25 °C".
[[nodiscard]] std::string value_with_unit(double value, std::string_view ucum);

class ValueScale {
 public:
  ValueScale(ValueRange range, float bottom, float top)
      : range_(range), bottom_(bottom), top_(top) {}
  // Within +-1e6 pixels, whatever the value.
  [[nodiscard]] float y(double value) const;
  [[nodiscard]] double value(float y) const;
  [[nodiscard]] const ValueRange& range() const { return range_; }

 private:
  ValueRange range_;
  float bottom_, top_;
};

}  // namespace soakrig::dashboard
