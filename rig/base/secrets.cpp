// SPDX-License-Identifier: Apache-2.0
#include "rig/plan/secrets.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace soakrig::plan {
namespace {

constexpr std::array<std::string_view, 8> kNames = {
    "accesstoken", "apikey", "authtoken", "bearer", "passwd", "password", "secret", "token"};

// "--API_key=x" -> "apikey"
std::string plain_name(std::string_view word) {
  std::string out;
  for (const char c : word.substr(0, word.find('='))) {
    if (c == '-' || c == '_') continue;
    out += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return out;
}

bool names_a_secret(std::string_view word) {
  return word.starts_with('-') && std::ranges::find(kNames, plain_name(word)) != kNames.end();
}

// "scheme://user" of "scheme://user:password@host".
std::optional<std::string> user_with_password(std::string_view word) {
  const std::size_t slashes = word.find("://");
  if (slashes == std::string_view::npos) return std::nullopt;
  const std::size_t begin = slashes + 3;
  const std::string_view authority = word.substr(begin, word.find('/', begin) - begin);
  const std::size_t at = authority.rfind('@');
  const std::size_t colon = authority.find(':');
  if (at == std::string_view::npos || colon >= at || colon + 1 == at) return std::nullopt;
  return std::string(word.substr(0, begin + colon));
}

}  // namespace

std::optional<std::string> secret_in_clear(std::span<const std::string> words) {
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (auto user = user_with_password(word)) return user;
    if (!names_a_secret(word)) continue;
    const std::size_t equals = word.find('=');
    const bool has_value = equals != std::string::npos
                               ? equals + 1 < word.size()
                               : i + 1 < words.size() && !words[i + 1].starts_with('-');
    if (has_value) return word.substr(0, equals);
  }
  return std::nullopt;
}

}  // namespace soakrig::plan
