// SPDX-License-Identifier: Apache-2.0
//
// An engine file (docs/formats/engine_file.md): how to run a program that does not speak the
// workload protocol, and how to read what it prints. Plain data; parsing is pure, and its text is
// hostile: bounded, every key known, every regular expression compiled, each fault with its line.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rig/base/result.hpp"
#include "workloads/exec/pattern.hpp"

namespace soakrig::workloads {

inline constexpr std::size_t kMaxEngineBytes = 64 * 1024;
inline constexpr std::size_t kMaxRules = 64;  // of one file, all kinds together

enum class RuleKind : std::uint8_t { work, gauge, check, accuracy, refused, fallback };
[[nodiscard]] std::string_view to_string(RuleKind kind);

// What one figure or word of the output means. `line` and `json` say where it stands: named groups
// of a line, or JSON pointers by the same names.
struct Rule {
  RuleKind kind = RuleKind::work;
  std::string name;  // of a work, gauge, check or accuracy
  std::string unit;  // of a work (UCUM)
  std::optional<Pattern> line;
  std::optional<Pattern>
      after;  // only behind a line like this, until the first that fits; its groups count too
  std::map<std::string, std::string> json;   // "amount" = "/jobs/0/read/io_bytes"
  std::map<std::string, std::string> where;  // pointer = JSON text that must stand there
  std::map<std::string, double> scale;       // "seconds" = 1e-9
  double amount = 1;                         // of a work whose line gives none
  bool ok = true;                            // of a check: what this line says
  std::string min, max;                      // of an accuracy: numbers, or words in braces
  std::string asked;                         // of a fallback: what was asked for, with words
  std::string part, ran_on, done, of;        // of a fallback whose line gives none, with words
  int at = 0;                                // line of the file
};

enum class OutputForm : std::uint8_t { text, json_lines, json };

struct EngineFile {
  std::string name, summary;
  std::vector<std::string> verified;           // versions that this file was run with
  std::vector<std::string> argv;               // words in braces are options
  std::map<std::string, std::string> options;  // with their defaults; empty = must be given
  std::map<std::string, std::string> environment;
  OutputForm output = OutputForm::text;
  bool side_by_side = false;           // its kinds of work are done at the same time
  std::optional<double> ops_per_work;  // operations in one unit of the first work
  std::vector<std::string> version_argv;
  std::optional<Pattern> version_line;
  std::vector<int> ok{0};           // exit codes of a run that went well
  std::map<int, std::string> skip;  // cannot be run here, and why
  std::map<int, std::string> fail;  // what a code means
  std::vector<Rule> rules;          // in the order of the file
};

// The words in braces of `text`: {seconds}, lower case, digits and '_'. Other braces are text.
[[nodiscard]] std::vector<std::string> words_in(std::string_view text);

// `file` names the place in errors.
[[nodiscard]] Result<EngineFile> parse_engine_file(std::string_view text, const std::string& file);

}  // namespace soakrig::workloads
