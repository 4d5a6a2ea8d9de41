// SPDX-License-Identifier: Apache-2.0
//
// Whether a piece of markup is well-formed, by a parser that knows nothing of how it was made.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace soakrig::test {

// Empty if every element is closed in order and no bare '<' or '&' stands in the text; else what is
// wrong. Skips a first line that begins with "<!" or "<?".
inline std::string ill_formed(std::string_view text) {
  if (text.starts_with("<!") || text.starts_with("<?")) text.remove_prefix(text.find('>') + 1);
  std::vector<std::string> open;
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] == '&') {
      const std::size_t end = text.find(';', at);
      if (end == std::string_view::npos || end - at > 8) return "a bare & at " + std::to_string(at);
      at = end;
    }
    if (text[at] != '<') {
      ++at;
      continue;
    }
    std::size_t end = at + 1;
    for (bool quoted = false; end < text.size() && (quoted || text[end] != '>'); ++end) {
      if (text[end] == '"') quoted = !quoted;
      if (text[end] == '<') return "a bare < at " + std::to_string(end);
    }
    const std::string_view inside = text.substr(at + 1, end - at - 1);
    const std::string name(inside.substr(0, inside.find_first_of(" /\n", 1)));
    if (inside.starts_with('/')) {
      if (open.empty() || "/" + open.back() != inside)
        return "unexpected <" + std::string(inside) + ">";
      open.pop_back();
    } else if (!inside.ends_with('/')) {
      open.push_back(name);
      if (name == "style") at = text.find("</style>", at) - 1, end = at;  // raw text in HTML
    }
    at = end + 1;
  }
  return open.empty() ? "" : "<" + open.back() + "> is not closed";
}

}  // namespace soakrig::test
