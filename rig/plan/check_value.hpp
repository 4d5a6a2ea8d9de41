// SPDX-License-Identifier: Apache-2.0
//
// Is this value what this key holds? Pure; one sentence when it is not.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "rig/plan/schema.hpp"
#include "rig/plan/value.hpp"

namespace soakrig::plan {

struct Misfit {
  std::string what, remedy;
  bool unsupported = false;
};

// Nothing when `value` fits `key`. `name` is the key as a person finds it: "verdict.window".
[[nodiscard]] std::optional<Misfit> misfit(const Key& key, const Value& value,
                                           const std::string& name);

// 1 to 64 of lower-case letters, digits, '_' and '-': a part of a channel's name.
[[nodiscard]] bool valid_name(std::string_view text);
// 1 to 64 of letters, digits, '.', '_' and '-', not beginning with '.' or '-': a part of a file's.
[[nodiscard]] bool valid_label(std::string_view text);

}  // namespace soakrig::plan
