// SPDX-License-Identifier: Apache-2.0
#include "rig/base/load_shape.hpp"

#include <string>

#include "rig/base/quantity.hpp"

namespace soakrig {

namespace {

// What stands between the colons; empty once there is no more.
std::string_view next_part(std::string_view& rest) {
  const std::size_t colon = rest.find(':');
  const std::string_view part = rest.substr(0, colon);
  rest = colon == std::string_view::npos ? std::string_view{} : rest.substr(colon + 1);
  return part;
}

}  // namespace

Result<LoadShape> LoadShape::parse(std::string_view text) {
  const Error wrong{Errc::invalid, "\"" + std::string(text) + "\" is no load shape",
                    "write constant, burst:2s:8s, square:10s:50% or ramp:60s"};
  std::string_view rest = text;
  const std::string_view kind = next_part(rest);
  LoadShape shape;
  if (kind == "constant") {
    if (text != kind) return wrong;
    return shape;
  }
  const auto first = parse_duration(next_part(rest));
  if (!first) return wrong;
  if (kind == "burst") {
    const auto off = parse_duration(next_part(rest));
    if (!off) return wrong;
    shape.busy_ = *first;
    shape.period_ = *first + *off;
  } else if (kind == "square") {
    const auto share = parse_ratio(next_part(rest));
    if (!share || *share > 1) return wrong;
    shape.period_ = *first;
    shape.busy_ = static_cast<Nanos>(*share * static_cast<double>(*first));
  } else if (kind == "ramp") {
    shape.period_ = shape.busy_ = *first;
    shape.ramp_ = true;
  } else {
    return wrong;
  }
  constexpr Nanos kLeast = 200 * kMillisecond;
  constexpr Nanos kMost = 24 * 3600 * kSecond;
  if (!rest.empty() || shape.period_ < kLeast || shape.period_ > kMost || shape.busy_ <= 0) {
    return wrong;
  }
  return shape;
}

double LoadShape::share(Nanos elapsed) const {
  if (constant()) return 1;
  const Nanos at = elapsed % period_;
  if (ramp_) return static_cast<double>(at) / static_cast<double>(period_);
  return at < busy_ ? 1 : 0;
}

Nanos LoadShape::longest_idle() const { return period_ - busy_; }

}  // namespace soakrig
