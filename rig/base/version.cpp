// SPDX-License-Identifier: Apache-2.0
#include "rig/base/version.hpp"

namespace soakrig {

std::string_view version() { return SOAKRIG_VERSION; }
std::string_view commit() { return SOAKRIG_COMMIT; }
std::string_view build_flags() { return "g++ " __VERSION__ " " SOAKRIG_BUILD_TYPE; }

}  // namespace soakrig
