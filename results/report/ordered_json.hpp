// SPDX-License-Identifier: Apache-2.0
//
// JSON whose keys keep the order they were given, so that a document reads as its documentation
// does. Include in .cpp files only: the library is heavy.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "rig/base/json_guard.hpp"

namespace soakrig::report {

using Json = nlohmann::ordered_json;

[[nodiscard]] inline std::string dump(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

// Nothing when the text is not JSON or nests too deep.
[[nodiscard]] inline std::optional<Json> parse_ordered(std::string_view text) {
  if (!json_nesting_within(text, kMaxJsonDepth)) return std::nullopt;
  Json value = Json::parse(text.begin(), text.end(), nullptr, false);
  if (value.is_discarded()) return std::nullopt;
  return value;
}

// A document of show_json: an object with the object `run` and the array `boards`.
[[nodiscard]] inline std::optional<Json> parse_document(std::string_view text) {
  auto value = parse_ordered(text);
  if (!value || !value->is_object() || !value->contains("run") || !(*value)["run"].is_object() ||
      !value->contains("boards") || !(*value)["boards"].is_array()) {
    return std::nullopt;
  }
  return value;
}

}  // namespace soakrig::report
