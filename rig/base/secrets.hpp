// SPDX-License-Identifier: Apache-2.0
//
// Secrets that stand in clear where a run keeps them: its file holds the resolved profile, and goes
// to other people. Pure.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace soakrig::plan {

// What tells a secret in a program's words, as a person would find it: "--api-key", or the scheme
// and user of an address that has a password. Nothing where there is none.
[[nodiscard]] std::optional<std::string> secret_in_clear(std::span<const std::string> words);

}  // namespace soakrig::plan
