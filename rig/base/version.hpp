// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace soakrig {

[[nodiscard]] std::string_view version();      // "0.1.0"
[[nodiscard]] std::string_view commit();       // short hash, "-dirty" appended; "unknown" outside git
[[nodiscard]] std::string_view build_flags();  // compiler, its version and the build type

}  // namespace soakrig
