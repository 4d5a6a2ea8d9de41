// SPDX-License-Identifier: Apache-2.0
//
// What must hold before hostile text goes to the JSON library, and the one way to do it: bounded
// nesting (its writer recurses) and no exceptions. Include in .cpp files only: the library is heavy.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace soakrig {

inline constexpr int kMaxJsonDepth = 32;

// True when no bracket outside a string nests deeper than max_depth.
[[nodiscard]] inline bool json_nesting_within(std::string_view text, int max_depth) {
  int depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') ++i;
      if (c == '"') in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{' || c == '[') {
      if (++depth > max_depth) return false;
    } else if (c == '}' || c == ']') {
      --depth;
    }
  }
  return true;
}

// Nothing when the text is not JSON or nests too deep.
[[nodiscard]] inline std::optional<nlohmann::json> parse_json(std::string_view text) {
  if (!json_nesting_within(text, kMaxJsonDepth)) return std::nullopt;
  auto value = nlohmann::json::parse(text.begin(), text.end(), nullptr, false);
  if (value.is_discarded()) return std::nullopt;
  return value;
}

// One line; bytes that are not UTF-8 become U+FFFD instead of an exception.
[[nodiscard]] inline std::string dump_json(const nlohmann::json& value) {
  return value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

// A member if it is there and of the type asked for.
template <class T>
[[nodiscard]] std::optional<T> json_get(const nlohmann::json& object, const char* key) {
  if (!object.is_object()) return std::nullopt;
  const auto found = object.find(key);
  if (found == object.end()) return std::nullopt;
  if constexpr (std::is_same_v<T, bool>) {
    if (!found->is_boolean()) return std::nullopt;
  } else if constexpr (std::is_integral_v<T>) {
    if (!found->is_number_integer()) return std::nullopt;
    // A negative number is not an unsigned one, whatever the cast says.
    if (std::is_unsigned_v<T> && !found->is_number_unsigned()) return std::nullopt;
  } else if constexpr (std::is_floating_point_v<T>) {
    if (!found->is_number()) return std::nullopt;
  } else if constexpr (std::is_same_v<T, std::string>) {
    if (!found->is_string()) return std::nullopt;
  }
  return found->template get<T>();
}

}  // namespace soakrig
