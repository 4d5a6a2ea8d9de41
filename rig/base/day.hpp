// SPDX-License-Identifier: Apache-2.0
//
// The days on which stated figures held. Pure.
#pragma once

#include <string_view>

namespace soakrig {

// YYYY-MM-DD of a day that there is, from 1970 on: "2026-02-29" is none.
[[nodiscard]] bool is_day(std::string_view text);

}  // namespace soakrig
