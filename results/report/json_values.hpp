// SPDX-License-Identifier: Apache-2.0
//
// Values of the document of `show --json`: what is not known is null. Include in .cpp files only.
#pragma once

#include <cmath>
#include <cstdint>
#include <optional>
#include <string>

#include "results/analysis/run_view.hpp"
#include "results/report/ordered_json.hpp"
#include "results/report/run_clock.hpp"
#include "rig/base/verdict.hpp"

namespace soakrig::report {

inline Json number(const std::optional<double>& value) {
  return value && std::isfinite(*value) ? Json(*value) : Json(nullptr);
}

inline Json integer(const std::optional<std::int64_t>& value) {
  return value ? Json(*value) : Json(nullptr);
}

inline Json text_or_null(const std::string& text) {
  return text.empty() ? Json(nullptr) : Json(text);
}

inline Json verdict_text(const std::optional<Verdict>& verdict) {
  return verdict ? Json(std::string(to_string(*verdict))) : Json(nullptr);
}

inline Json utc_text(const std::optional<Nanos>& utc_ns) {
  return utc_ns ? Json(format_rfc3339(*utc_ns)) : Json(nullptr);
}

// The ends of a range of run time.
inline Json time_from(const std::optional<analysis::Interval>& range, const RunClock& clock) {
  return range ? Json(clock.rfc3339(range->from)) : Json(nullptr);
}
inline Json time_to(const std::optional<analysis::Interval>& range, const RunClock& clock) {
  return range ? Json(clock.rfc3339(range->to)) : Json(nullptr);
}

}  // namespace soakrig::report
