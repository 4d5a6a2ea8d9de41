// SPDX-License-Identifier: Apache-2.0
#include "results/analysis/quality_tasks.hpp"

#include <set>

#include "tests/support/catch.hpp"

using namespace soakrig::analysis;

TEST_CASE(
    "quality tasks: the seed alone makes them, in both languages, each solved by its answer") {
  const auto tasks = built_in_tasks(7, 10);
  CHECK(tasks.size() == 80);
  std::set<std::string> sets;
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    INFO(tasks[i].prompt << " -> " << tasks[i].expect);
    sets.insert(tasks[i].set + tasks[i].language);
    CHECK(solved(tasks[i], tasks[i].expect));
    CHECK(solved(tasks[i], " " + tasks[i].expect + "\nand so on"));
    CHECK_FALSE(solved(tasks[i], ""));
    CHECK_FALSE(solved(tasks[i], "no"));
    CHECK(built_in_tasks(7, 10)[i].prompt == tasks[i].prompt);
  }
  CHECK(sets.size() == 8);
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
  CHECK(message("").find("no task") != std::string::npos);
}
