// SPDX-License-Identifier: Apache-2.0
// Also tests: words_en.cpp words_zh.cpp format.cpp
#include "results/report/html/words.hpp"

#include <array>
#include <bit>

#include "results/report/html/format.hpp"
#include "tests/support/catch.hpp"

using namespace soakrig;
using namespace soakrig::report;

namespace {

constexpr std::size_t kWords = sizeof(Words) / sizeof(std::string_view);
std::array<std::string_view, kWords> all(const Words& words) {
  return std::bit_cast<std::array<std::string_view, kWords>>(words);
}

std::size_t places(std::string_view text) {
  std::size_t n = 0;
  for (std::size_t i = 0; i + 1 < text.size(); ++i) {
    if (text[i] == '{' && (text[i + 1] == '}' || text[i + 1] == '0')) ++n;
  }
  return n;
}

}  // namespace

TEST_CASE("every word is there in every language, with the same places to fill in") {
  const auto english = all(english_words()), chinese = all(chinese_words());
  std::size_t same = 0;
  for (std::size_t i = 0; i < kWords; ++i) {
    INFO(i << ": " << english[i] << " / " << chinese[i]);
    CHECK(places(english[i]) == places(chinese[i]));
    if (english_words().quoted.data() != english[i].data()) CHECK_FALSE(english[i].empty());
    CHECK_FALSE(chinese[i].empty());
    same += english[i] == chinese[i] ? 1U : 0U;
  }
  CHECK(same <= 2);  // p5
}

TEST_CASE("languages are named as the option is") {
  CHECK(parse_language("zh") == Language::zh);
  CHECK(parse_language("en") == Language::en);
  CHECK_FALSE(parse_language("de"));
  CHECK(words_of(Language::zh).code == "zh");
}

TEST_CASE("a run that has not ended has a state, not a verdict") {
  const Words& words = english_words();
  CHECK(word(words, Verdict::fail, RunState::sealed) == "FAIL");
  CHECK(word(words, std::nullopt, RunState::sealed) == "NO VERDICT");
  CHECK(word(words, Verdict::pass, RunState::interrupted) == "INTERRUPTED");
  CHECK(word(words, Verdict::pass, RunState::running) == "RUNNING");
  CHECK(verdict_mark(words, Verdict::pass).str() == "<span class=\"verdict pass\">PASS</span>");
  CHECK(verdict_mark(words, Verdict::pass, RunState::interrupted).str() ==
        "<span class=\"verdict none\">INTERRUPTED</span>");
}

TEST_CASE("what is not known is a dash, never a zero") {
  CHECK(value_text(std::nullopt) == "–");
  CHECK(value_text(std::nullopt, "W") == "–");
  CHECK(value_text(12.345, "{token}/s") == "12.35 token/s");
  CHECK(value_text(2.4e9, "Hz") == "2.4 GHz");
  CHECK(percent_text(0.9876) == "98.76 %");
  CHECK(percent_text(std::nullopt) == "–");
  CHECK(signed_percent(-0.0512) == "-5.1 %");
  CHECK(interval_text(1.0, std::nullopt) == "–");
  CHECK(interval_text(1.0, 2.0) == "1 … 2");
  CHECK(seconds_text(90.0) == "1m 30s");
  CHECK(seconds_text(1e300) == "–");
  CHECK(section("x", Markup{}).empty());
}
