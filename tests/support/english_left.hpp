// SPDX-License-Identifier: Apache-2.0
//
// Finds English sentences on a page that is meant to be in another language: runs of three plain
// words of the text or of a picture. Names, units, keys of files and formulas are not words here:
// they hold capitals, digits, dots or underscores, or stand in pairs at most.
#pragma once

#include <cctype>
#include <string>
#include <vector>

namespace soakrig::test {

// What a reader sees: without styles and tags.
[[nodiscard]] inline std::string visible_text(const std::string& html) {
  std::string out;
  for (std::size_t i = 0; i < html.size();) {
    if (html.compare(i, 6, "<style") == 0) {
      const std::size_t end = html.find("</style>", i);
      i = end == std::string::npos ? html.size() : end + 8;
    } else if (html[i] == '<') {
      const std::size_t end = html.find('>', i);
      i = end == std::string::npos ? html.size() : end + 1;
      out += '\n';  // a piece ends
    } else {
      out += html[i++];
    }
  }
  return out;
}

[[nodiscard]] inline std::vector<std::string> english_left(const std::string& html) {
  std::vector<std::string> out;
  std::string run;
  int words = 0;
  const auto end_run = [&] {
    if (words >= 3) out.push_back(run);
    run.clear();
    words = 0;
  };
  const std::string text = visible_text(html) + "\n";
  std::string word;
  bool plain = true;
  for (const char c : text) {
    if (c != ' ' && c != '\n' && c != ',' && c != ';') {
      plain = plain && std::islower(static_cast<unsigned char>(c)) != 0;
      word += c;
      continue;
    }
    if (!word.empty() && plain) {
      run += (run.empty() ? "" : " ") + word;
      ++words;
    } else if (!word.empty()) {
      end_run();
    }
    if (c == '\n') end_run();
    word.clear();
    plain = true;
  }
  return out;
}

}  // namespace soakrig::test
