// SPDX-License-Identifier: Apache-2.0
//
// Bytes as text, RFC 4648 section 4 with padding, for what has to stand in JSON. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace soakrig {

[[nodiscard]] std::string encode_base64(std::string_view bytes);
// Nothing for text that is not exactly what encode_base64 writes.
[[nodiscard]] std::optional<std::string> decode_base64(std::string_view text);

}  // namespace soakrig
