// SPDX-License-Identifier: Apache-2.0
#include "dashboard/plot/unit_words.hpp"

#include <algorithm>

#include "dashboard/plot/value_axis.hpp"

namespace soakrig::dashboard {

std::string with_unit_words(std::string_view sentence) {
  std::string out;
  while (!sentence.empty()) {
    const auto open = std::min(sentence.find('{'), sentence.size());
    out += sentence.substr(0, open);
    sentence.remove_prefix(open);
    const auto close = sentence.find('}');
    if (close == std::string_view::npos) break;
    std::string_view unit = sentence.substr(0, close + 1);
    const bool name = unit.size() > 2 && std::ranges::all_of(unit.substr(1, close - 1),
                                                             [](char c) { return c >= 'a' && c <= 'z'; });
    if (name && sentence.substr(close + 1).starts_with("/s")) unit = sentence.substr(0, close + 3);
    out += name ? shown_unit(unit, 1).label : std::string(unit);
    sentence.remove_prefix(unit.size());
  }
  out += sentence;
  return out;
}

}  // namespace soakrig::dashboard
