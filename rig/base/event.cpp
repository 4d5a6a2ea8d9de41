// SPDX-License-Identifier: Apache-2.0
#include "rig/base/event.hpp"

namespace soakrig {

std::string_view to_string(Severity severity) {
  switch (severity) {
    case Severity::info: return "info";
    case Severity::warning: return "warning";
    case Severity::alarm: return "alarm";
  }
  return "info";
}

}  // namespace soakrig
