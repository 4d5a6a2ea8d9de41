// SPDX-License-Identifier: Apache-2.0
#include "rig/control/liveness.hpp"

#include <algorithm>

namespace soakrig::control {

std::string_view to_string(Sign sign) {
  switch (sign) {
    case Sign::unknown: return "unknown";
    case Sign::silent: return "silent";
    case Sign::refuses: return "refuses";
    case Sign::alive: return "alive";
  }
  return "unknown";
}

std::string_view to_string(Liveness liveness) {
  switch (liveness) {
    case Liveness::well: return "well";
    case Liveness::no_service: return "no-service";
    case Liveness::talking: return "talking";
    case Liveness::wedged: return "wedged";
    case Liveness::off: return "off";
    case Liveness::unreachable: return "unreachable";
  }
  return "unreachable";
}

Liveness judge_liveness(const std::vector<LivenessRung>& rungs) {
  const auto sign = [&](std::string_view name) {
    const auto found = std::ranges::find(rungs, name, &LivenessRung::name);
    return found == rungs.end() ? Sign::unknown : found->sign;
  };
  if (sign("ssh") == Sign::alive) return Liveness::well;
  if (sign("supply") == Sign::silent) return Liveness::off;
  if (sign("ssh") == Sign::refuses || sign("ping") == Sign::alive) return Liveness::no_service;
  if (sign("console") == Sign::alive) return Liveness::talking;
  const bool looked = sign("console") == Sign::silent || sign("ping") == Sign::silent;
  if (sign("supply") == Sign::alive && looked) return Liveness::wedged;
  return Liveness::unreachable;
}

}  // namespace soakrig::control
