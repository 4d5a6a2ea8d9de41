// SPDX-License-Identifier: Apache-2.0
#include "results/store/withhold.hpp"

#include <algorithm>
#include <array>

#include "results/store/sha256.hpp"

namespace soakrig::store {
namespace {

constexpr std::array<std::string_view, 10> kKeys = {
    "address", "connect", "file", "host", "hostname", "mac", "machine_id", "serial", "url", "user"};

bool space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

// Position of the quote that ends the text begun before `at`; npos where none does.
std::size_t end_of_text(std::string_view json, std::size_t at) {
  for (; at < json.size(); ++at) {
    if (json[at] == '"') return at;
    if (json[at] == '\\') ++at;
  }
  return std::string_view::npos;
}

std::size_t skip_space(std::string_view json, std::size_t at) {
  while (at < json.size() && space(json[at])) ++at;
  return at;
}

std::string commitment(std::string_view salt, std::string_view key, std::string_view value) {
  Sha256 hash;
  for (const std::string_view part :
       {salt, std::string_view("|"), key, std::string_view("|"), value}) {
    hash.add(part);
  }
  return std::string(kWithheld) + lower_hex(hash.finish());
}

}  // namespace

bool may_be_withheld(std::string_view key) {
  return std::find(kKeys.begin(), kKeys.end(), key) != kKeys.end();
}

std::string withhold_values(
    std::string_view json, std::string_view salt,
    const std::function<void(std::string_view, std::string_view)>& on_value) {
  std::string out;
  std::size_t copied = 0, at = 0;
  std::string_view key;  // whose value comes next
  while ((at = json.find('"', at)) != std::string_view::npos) {
    const std::size_t begin = at + 1, end = end_of_text(json, begin);
    if (end == std::string_view::npos) break;
    const std::string_view text = json.substr(begin, end - begin);
    at = skip_space(json, end + 1);
    const bool is_key = at < json.size() && json[at] == ':';
    if (is_key) {
      // Only a text that follows at once is this key's value.
      at = skip_space(json, at + 1);
      key = at < json.size() && json[at] == '"' ? text : std::string_view();
      continue;
    }
    if (may_be_withheld(key) && !text.starts_with(kWithheld)) {
      if (on_value) on_value(key, text);
      out.append(json.substr(copied, begin - copied)).append(commitment(salt, key, text));
      copied = end;
    }
    key = {};
  }
  return out.append(json.substr(copied));
}

}  // namespace soakrig::store
