// SPDX-License-Identifier: Apache-2.0
//
// What must hold before hostile text goes to toml++: bounded nesting (it recurses, and so does the
// destruction of what it built) and no header that trips an assumption in it. Pure.
#pragma once

#include <string>
#include <string_view>

#include "rig/base/result.hpp"

namespace soakrig {

// Bounds that a file written by a person never meets: without them a few kilobytes of dots make a
// tree so deep that destroying it overflows the stack.
inline constexpr int kMaxTomlNesting = 16;  // brackets open at once
inline constexpr int kMaxTomlDots = 16;     // parts of one dotted key

// Errc::full when `text` is deeper than the bounds, Errc::invalid where a header has no name; with
// the line in `file`. Judged without building anything.
[[nodiscard]] Result<void> check_toml(std::string_view text, const std::string& file = {});

}  // namespace soakrig
