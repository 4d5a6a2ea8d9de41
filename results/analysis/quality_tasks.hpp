// SPDX-License-Identifier: Apache-2.0
//
// Tasks whose answers can be checked without a judge: built in, made from a seed, in English and
// Chinese; and a user's own as JSON Lines. An answer is
// text that is read; code is of a language of our own (tiny_program.hpp). Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "rig/base/result.hpp"

namespace soakrig::analysis {

enum class TaskCheck : std::uint8_t {
  number,  // the last number in the answer is `expect`
  word,    // the first line, without space and full stop around it, is `expect`, in any case
  json,    // the first {…} of the answer is JSON and equal to `expect`
  code,  // a program of tiny_program.hpp: for each input of `expect`, {"3":[6],…}, it prints that
};

struct QualityTask {
  std::string set, language, prompt, expect;
  TaskCheck check = TaskCheck::word;
};

// `each` tasks of each built-in set (arithmetic, logic, format, extraction, code) in each language.
[[nodiscard]] std::vector<QualityTask> built_in_tasks(std::uint64_t seed, std::size_t each);

inline constexpr std::size_t kMostTasks = 100'000;

// {"prompt":"…","expect":"…","check":"number|word|json|code","set":"…","language":"…"} a line; the
// last three may be left out (word, file's name, empty). Errc::invalid with file and line.
[[nodiscard]] Result<std::vector<QualityTask>> parse_tasks(std::string_view jsonl,
                                                           const std::string& file);

// How many tokens an answer may take.
[[nodiscard]] int answer_tokens(const QualityTask& task);

[[nodiscard]] bool solved(const QualityTask& task, std::string_view answer);

}  // namespace soakrig::analysis
