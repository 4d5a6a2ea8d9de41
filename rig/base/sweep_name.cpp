// SPDX-License-Identifier: Apache-2.0
#include "rig/base/sweep_name.hpp"

#include <algorithm>

namespace soakrig {

namespace {

constexpr std::size_t kMostValue = 64;

std::string fit_value(std::string_view value) {
  std::string out(value.substr(value.rfind('/') + 1).substr(0, kMostValue));
  for (char& c : out) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte <= ' ' || byte == 0x7f || std::string_view(",=[]").find(c) != std::string_view::npos) {
      c = '_';
    }
  }
  return out;
}

}  // namespace

std::string sweep_phase_name(const SweepName& name) {
  std::string out = name.sweep + "[";
  for (const auto& [key, value] : name.settings) {
    if (out.back() != '[') out += ',';
    out += key + "=" + fit_value(value);
  }
  return out + "]";
}

std::optional<SweepName> parse_sweep_name(std::string_view phase) {
  const std::size_t open = phase.find('[');
  const std::size_t close = phase.find(']', open == std::string_view::npos ? 0 : open);
  if (open == std::string_view::npos || close == std::string_view::npos || close < open + 2) {
    return std::nullopt;
  }
  SweepName out;
  out.sweep = std::string(phase.substr(0, open)) + std::string(phase.substr(close + 1));
  std::string_view rest = phase.substr(open + 1, close - open - 1);
  while (!rest.empty()) {
    const std::string_view one = rest.substr(0, rest.find(','));
    const std::size_t equals = one.find('=');
    if (equals == std::string_view::npos || equals == 0) return std::nullopt;
    out.settings.emplace_back(one.substr(0, equals), one.substr(equals + 1));
    rest.remove_prefix(std::min(rest.size(), one.size() + 1));
  }
  return out;
}

}  // namespace soakrig
