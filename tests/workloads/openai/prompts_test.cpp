// SPDX-License-Identifier: Apache-2.0
#include "workloads/openai/prompts.hpp"

#include <set>

#include "tests/support/catch.hpp"

using namespace soakrig;
using namespace soakrig::workloads;

TEST_CASE("each set has prompts in each language, the same for the same seed") {
  for (const char* set : {"chat", "long", "code", "reasoning", "mixed"}) {
    for (const char* language : {"en", "zh", "both"}) {
      PromptOptions options;
      options.set = set;
      options.language = language;
      Prompts one = Prompts::make(options).value(), other = Prompts::make(options).value();
      INFO(set << " " << language);
      for (int i = 0; i < 10; ++i) {
        const std::string prompt = one.next();
        CHECK(prompt.size() > 20);
        CHECK(other.next() == prompt);
      }
    }
  }
}

TEST_CASE("prompts begin differently, unless a cache is to help") {
  std::set<std::string> starts, same;
  PromptOptions options;
  options.texts = {"Tell me."};
  Prompts unique = Prompts::make(options).value();
  options.unique = false;
  Prompts cached = Prompts::make(options).value();
  for (int i = 0; i < 50; ++i) {
    starts.insert(unique.next());
    same.insert(cached.next());
  }
  CHECK(starts.size() == 50);
  CHECK(same == std::set<std::string>{"Tell me."});
}

TEST_CASE("lengths in words are kept, and Chinese characters count as words") {
  PromptOptions options;
  options.texts = {"one two three"};
  options.unique = false;
  options.words = parse_word_lengths("7").value();
  CHECK(Prompts::make(options).value().next() == "one two three one two three one");
  options.texts = {"水泵"};
  options.words = parse_word_lengths("3").value();
  CHECK(Prompts::make(options).value().next() == "水泵 水");
  options.words = parse_word_lengths("2..6").value();
  options.texts = {"a b c d e f"};
  std::set<std::size_t> lengths;
  Prompts between = Prompts::make(options).value();
  for (int i = 0; i < 200; ++i) lengths.insert(between.next().size());
  CHECK(lengths == std::set<std::size_t>{3, 5, 7, 9, 11});
}

TEST_CASE("what there is not is refused") {
  for (const auto& [set, language] : {std::pair{"poems", "en"}, std::pair{"chat", "fr"}}) {
    PromptOptions options;
    options.set = set;
    options.language = language;
    CHECK_FALSE(Prompts::make(options));
  }
}

TEST_CASE("a file of prompts, in either shape, and its faults") {
  const auto texts = parse_prompts(
      "{\"prompt\":\"a\"}\n\n{\"messages\":[{\"role\":\"system\",\"content\":\"s\"},{\"role\":"
      "\"user\","
      "\"content\":\"b\"}]}\n",
      "p");
  CHECK(texts.value() == std::vector<std::string>{"a", "b"});
  for (const char* text : {"{\"prompt\":\"a\"}\nx\n", "{\"prompt\":\"a\"}\n{\"prompt\":\"\"}",
                           "{\"prompt\":\"a\"}\n[1]", "{\"prompt\":\"a\"}\n{\"messages\":[]}"}) {
    INFO(text);
    const auto wrong = parse_prompts(text, "p");
    REQUIRE_FALSE(wrong);
    CHECK(wrong.error().line == 2);
  }
  CHECK_FALSE(parse_prompts("\n", "p"));
}
