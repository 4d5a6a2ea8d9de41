// SPDX-License-Identifier: Apache-2.0
//
// Secrets in what a run keeps: a profile, a program's words, what a program said, an event. A run's
// file goes to other people, so whatever is stored passes through here first. A secret is known by
// the name before it ("--api-key X", "HF_TOKEN=X", "password: X", "Authorization: Bearer X"), by
// its place in an address ("scheme://user:X@host") or by a form that services give theirs. What has
// neither is not found. No hash of a secret is kept: a short one could be guessed from it. Pure.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace soakrig {

// Stands where a secret stood. Masking what is masked changes nothing.
inline constexpr std::string_view kMasked = "[masked]";

// What tells a secret in a program's words, as a person would find it: "--api-key", or the scheme
// and user of an address that has a password. Nothing where there is none.
[[nodiscard]] std::optional<std::string> secret_in_clear(std::span<const std::string> words);

// A program's words; an option's value may be the word after it.
[[nodiscard]] std::vector<std::string> mask_words(std::span<const std::string> words);
// Free text: lines of a log, TOML. Lists of quoted words ("--token", "X") are understood.
[[nodiscard]] std::string mask_text(std::string_view text);
// A JSON document: its texts, its lists of words, and every value below a key that names a secret.
// What needs no mask comes back byte for byte; what is not JSON is taken as text.
[[nodiscard]] std::string mask_json(std::string_view json);

}  // namespace soakrig
