// SPDX-License-Identifier: Apache-2.0
#include "results/analysis/quality_tasks.hpp"

#include <set>

#include "tests/support/catch.hpp"

using namespace soakrig::analysis;

namespace {

// Written by hand for what the built-in prompts ask for.
std::string program_for(const std::string& prompt) {
  const auto asks = [&](const char* words) { return prompt.find(words) != std::string::npos; };
  // Its own number is the last one of the prompt but those of the sum's.
  const std::size_t end = prompt.rfind("Program") == std::string::npos ? prompt.rfind("只回答")
                                                                       : prompt.rfind("Answer");
  std::size_t at = prompt.find_last_of("3456", end);
  const std::string own(1, prompt.at(at));
  if (asks("sum") || asks("的和")) {
    return "repeat n\nlet i = i + 1\nlet s = s + i\nend\nlet s = s * " + own + "\nprint s";
  }
  if (asks("multiples") || asks("倍数")) {
    return "repeat n\nlet a = a + " + own + "\nprint a\nend";
  }
  if (asks("larger") || asks("较大")) {
    return "let m = " + own + "\nif n > m\nlet m = n\nend\nprint m";
  }
  return "let p = 1\nrepeat n\nlet p = p * " + own + "\nend\nprint p";
}

}  // namespace

TEST_CASE(
    "quality tasks: the seed alone makes them, in both languages, each solved by its answer") {
  const auto tasks = built_in_tasks(7, 10);
  CHECK(tasks.size() == 100);
  std::set<std::string> sets;
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    INFO(tasks[i].prompt << " -> " << tasks[i].expect);
    sets.insert(tasks[i].set + tasks[i].language);
    const std::string answer =
        tasks[i].check == TaskCheck::code ? program_for(tasks[i].prompt) : tasks[i].expect;
    CHECK(solved(tasks[i], answer));
    CHECK(solved(tasks[i], " " + answer + "\nand so on"));
    CHECK_FALSE(solved(tasks[i], ""));
    CHECK_FALSE(solved(tasks[i], "no"));
    CHECK(built_in_tasks(7, 10)[i].prompt == tasks[i].prompt);
  }
  CHECK(sets.size() == 10);
  CHECK(built_in_tasks(8, 10)[0].prompt != tasks[0].prompt);
}

TEST_CASE("quality tasks: what counts as solved") {
  const QualityTask number{"s", "", "p", "42", TaskCheck::number};
  CHECK(solved(number, "7 * 6 = 42."));
  CHECK_FALSE(solved(number, "42 - 1 = 41"));
  CHECK_FALSE(solved(number, "-42"));
  const QualityTask word{"s", "", "p", "Ann", TaskCheck::word};
  CHECK(solved(word, "  ann.\nBecause"));
  CHECK(solved(word, "Ann。"));
  CHECK_FALSE(solved(word, "Anna"));
  const QualityTask json{"s", "", "p", R"({"min":1,"max":2})", TaskCheck::json};
  CHECK(solved(json, R"(Here: {"max": 2, "min": 1})"));
  CHECK_FALSE(solved(json, R"({"min":1,"max":"2"})"));
  CHECK_FALSE(solved(json, "{{{{"));
  const QualityTask code{"s", "", "p", R"({"2":[3],"5":[15]})", TaskCheck::code};
  CHECK(solved(code, "repeat n\nlet i = i + 1\nlet s = s + i\nend\nprint s"));
  CHECK_FALSE(solved(code, "print 3"));  // right for one input only
  CHECK_FALSE(solved(code, "repeat 9999999\nend"));
  CHECK_FALSE(solved(code, "import os"));
  CHECK(answer_tokens(code) > answer_tokens(number));
}

TEST_CASE("quality tasks: a broken line is one error with its place") {
  const auto message = [](const std::string& text) {
    const auto tasks = parse_tasks(text, "own.jsonl");
    REQUIRE_FALSE(tasks);
    return tasks.error().message();
  };
  const auto good =
      parse_tasks("\n{\"prompt\":\"p\",\"expect\":\"3\",\"check\":\"number\"}\n", "own.jsonl");
  REQUIRE(good);
  CHECK(good->at(0).set == "own");
  CHECK(
      message("{\"prompt\":\"p\",\"expect\":\"x\"}\n{oops}\n").find("own.jsonl:2: it is no JSON") ==
      0);
  CHECK(message("{\"expect\":\"x\"}").find("no prompt") != std::string::npos);
  CHECK(message("{\"prompt\":\"p\"}").find("no expect") != std::string::npos);
  CHECK(message(R"({"prompt":"p","expect":"x","check":"number"})").find("no number") !=
        std::string::npos);
  CHECK(message(R"({"prompt":"p","expect":"x","check":"vibes"})").find("vibes") !=
        std::string::npos);
  for (const char* expect : {R"({\"3\":6})", R"({\"x\":[6]})", "{}", R"({\"3\":[1.5]})"}) {
    INFO(expect);
    CHECK(message(std::string(R"({"prompt":"p","check":"code","expect":")") + expect + "\"}")
              .find("INPUT") != std::string::npos);
  }
  CHECK(message("").find("no task") != std::string::npos);
}
