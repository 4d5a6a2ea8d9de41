// SPDX-License-Identifier: Apache-2.0
#include "rig/plan/faults.hpp"

#include <algorithm>
#include <utility>

#include "rig/base/quantity.hpp"
#include "rig/plan/profile.hpp"

namespace soakrig::plan {

void Faults::add(const Value& at, std::string what, std::string remedy, Errc code) {
  const bool overridden = !at.origin.empty();
  add(Error{code, std::move(what), std::move(remedy), overridden ? at.origin : file_,
            overridden ? 0 : at.line, 0});
}

void Faults::add(Error error) {
  if (list_.size() >= kMaxFaults) {
    ++beyond_;
    return;
  }
  list_.push_back(std::move(error));
}

std::vector<Error> Faults::take() {
  std::ranges::stable_sort(list_, {}, &Error::line);
  if (beyond_ > 0) {
    list_.push_back({Errc::invalid, "and " + std::to_string(beyond_) + " more faults",
                     "correct these first", file_, 0, 0});
  }
  return std::exchange(list_, {});
}

std::string shown(std::string_view text) {
  constexpr std::size_t kMost = 80;
  std::string out;
  for (const char c : text.substr(0, kMost)) {
    const auto byte = static_cast<unsigned char>(c);
    out += byte < 0x20 || byte == 0x7f ? '?' : c;
  }
  if (text.size() > kMost) {
    // Never half a UTF-8 character before the dots.
    while (!out.empty() && (static_cast<unsigned char>(out.back()) & 0xc0) == 0x80) out.pop_back();
    if (!out.empty() && (static_cast<unsigned char>(out.back()) & 0x80) != 0) out.pop_back();
    out += "…";
  }
  return out;
}

std::string plain(double number) {
  std::string text = std::to_string(number);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}

std::string listed(const std::vector<std::string>& words, std::size_t most) {
  std::string out;
  for (std::size_t i = 0; i < std::min(words.size(), most); ++i) {
    out += (i == 0 ? "" : ", ") + shown(words[i]);
  }
  return words.size() > most ? out + ", …" : out;
}

std::string suggestion(std::string_view word, const std::vector<std::string>& known,
                       std::string_view otherwise) {
  const std::string near = nearest_word(word, known);
  if (!near.empty()) return "did you mean '" + shown(near) + "'?";
  if (known.empty()) return std::string(otherwise) + ": none";
  return std::string(otherwise) + ": " + listed(known, 30);
}

}  // namespace soakrig::plan
