// SPDX-License-Identifier: Apache-2.0
//
// Values that a run must keep but its owner may not want to send abroad: serials, hosts, addresses.
// A record's hash covers not such a value but a commitment to it, so that a copy of the run with
// the values withheld still proves everything else (docs/formats/evidence.md). The salt keeps a
// short value from being guessed from its hash; it is withheld together with the values. Pure
// functions.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace soakrig::store {

inline constexpr std::string_view kWithheld = "withheld:";

// True for the JSON keys whose text values can be withheld.
[[nodiscard]] bool may_be_withheld(std::string_view key);

// The JSON text with each such value replaced by "withheld:" and the SHA-256, in hex, of
// `salt|key|value` (the value as it stands between its quotes). Everything else stays to the
// letter; a value that begins with "withheld:" too. Told of each value, where asked for.
[[nodiscard]] std::string withhold_values(
    std::string_view json, std::string_view salt,
    const std::function<void(std::string_view key, std::string_view value)>& on_value = {});

}  // namespace soakrig::store
