// SPDX-License-Identifier: Apache-2.0
#include "results/report/html/words.hpp"

namespace soakrig::report {

std::optional<Language> parse_language(std::string_view text) {
  if (text == "en") return Language::en;
  if (text == "zh") return Language::zh;
  return std::nullopt;
}

const Words& words_of(Language language) {
  return language == Language::zh ? chinese_words() : english_words();
}

std::string_view word(const Words& words, Verdict verdict) {
  switch (verdict) {
    case Verdict::pass:
      return words.pass;
    case Verdict::inconclusive:
      return words.inconclusive;
    case Verdict::error:
      return words.error;
    case Verdict::fail:
      return words.fail;
  }
  return words.no_verdict;
}

std::string_view word(const Words& words, const std::optional<Verdict>& verdict, RunState state) {
  if (state == RunState::running) return words.running;
  if (state == RunState::interrupted) return words.interrupted;
  return verdict ? word(words, *verdict) : words.no_verdict;
}

}  // namespace soakrig::report
