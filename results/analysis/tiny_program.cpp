// SPDX-License-Identifier: Apache-2.0
#include "results/analysis/tiny_program.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>

namespace soakrig::analysis {

namespace {

using Words = std::vector<std::string_view>;

Words words_of(std::string_view line) {
  Words out;
  for (std::size_t at = 0; at < line.size();) {
    const std::size_t begin = line.find_first_not_of(" \t\r", at);
    if (begin == std::string_view::npos) break;
    at = std::min(line.find_first_of(" \t\r", begin), line.size());
    out.push_back(line.substr(begin, at - begin));
  }
  return out;
}

bool is_letter(std::string_view word) {
  return word.size() == 1 && word[0] >= 'a' && word[0] <= 'z';
}

std::optional<TinyTerm> term_of(std::string_view word) {
  if (is_letter(word)) return TinyTerm{word[0] - 'a', 0};
  TinyTerm out;
  const char* end = word.data() + word.size();
  const auto read = std::from_chars(word.data(), end, out.number);
  if (word.empty() || read.ec != std::errc{} || read.ptr != end) return std::nullopt;
  return out;
}

bool is_sign(std::string_view word, std::string_view signs) {
  return word.size() == 1 && signs.find(word[0]) != std::string_view::npos;
}

// A sign between two terms.
bool read_pair(const Words& words, std::size_t from, std::string_view signs, TinyInstruction& out) {
  if (words.size() != from + 3 || !is_sign(words[from + 1], signs)) return false;
  const auto a = term_of(words[from]), b = term_of(words[from + 2]);
  if (!a || !b) return false;
  out.sign = words[from + 1][0];
  out.a = *a;
  out.b = *b;
  return true;
}

bool read_one(const Words& words, std::size_t from, TinyInstruction& out) {
  const auto a = words.size() == from + 1 ? term_of(words[from]) : std::nullopt;
  if (a) out.a = *a;
  return a.has_value();
}

std::optional<TinyInstruction> instruction_of(const Words& words) {
  TinyInstruction out;
  const std::string_view name = words.front();
  bool good = false;
  if (name == "let" && words.size() > 3 && is_letter(words[1]) && words[2] == "=") {
    out.op = TinyOp::let;
    out.letter = words[1][0] - 'a';
    good = read_one(words, 3, out) || read_pair(words, 3, "+-*/%", out);
  } else if (name == "print") {
    out.op = TinyOp::print;
    good = read_one(words, 1, out);
  } else if (name == "repeat") {
    out.op = TinyOp::repeat;
    good = read_one(words, 1, out);
  } else if (name == "if") {
    out.op = TinyOp::when;
    good = read_pair(words, 1, "<>=", out);
  } else {
    good = name == "end" && words.size() == 1;
  }
  return good ? std::optional(out) : std::nullopt;
}

std::string_view take_line(std::string_view& text) {
  const std::size_t end = std::min(text.find('\n'), text.size());
  const std::string_view out = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return out;
}

Error wrong(std::string what, int line) {
  return {Errc::invalid, "line " + std::to_string(line) + " of the program " + std::move(what),
          "write let, print, repeat, if and end"};
}

class Machine {
 public:
  Machine(const TinyProgram& program, std::int64_t input) : program_(program) {
    letters_['n' - 'a'] = input;
  }

  Result<std::vector<std::int64_t>> run() {
    std::vector<std::int64_t> left(program_.size());  // rounds of each repeat
    for (std::size_t at = 0; at < program_.size(); ++at) {
      if (++steps_ > kMostTinySteps) return full("takes too many steps");
      const TinyInstruction& now = program_[at];
      switch (now.op) {
        case TinyOp::let: {
          const auto result = calculate(now);
          if (!result) {
            return Error{Errc::invalid, "the program leaves the whole numbers of 64 bits", ""};
          }
          letters_[static_cast<std::size_t>(now.letter)] = *result;
          break;
        }
        case TinyOp::print:
          if (printed_.size() == kMostTinyPrinted) return full("prints too much");
          printed_.push_back(value(now.a));
          break;
        case TinyOp::repeat:
          left[at] = value(now.a);
          if (left[at] <= 0) at = now.partner;
          break;
        case TinyOp::when:
          if (!holds(now)) at = now.partner;
          break;
        case TinyOp::end:
          if (program_[now.partner].op == TinyOp::repeat && --left[now.partner] > 0) {
            at = now.partner;
          }
          break;
      }
    }
    return printed_;
  }

 private:
  static Error full(const char* what) {
    return {Errc::full, std::string("the program ") + what, ""};
  }
  std::int64_t value(const TinyTerm& t) const {
    return t.letter < 0 ? t.number : letters_[static_cast<std::size_t>(t.letter)];
  }
  bool holds(const TinyInstruction& now) const {
    const std::int64_t a = value(now.a), b = value(now.b);
    return now.sign == '<' ? a < b : now.sign == '>' ? a > b : a == b;
  }
  std::optional<std::int64_t> calculate(const TinyInstruction& now) const {
    const std::int64_t a = value(now.a), b = value(now.b);
    std::int64_t out = 0;
    bool beyond = false;
    switch (now.sign) {
      case '+':
        beyond = __builtin_add_overflow(a, b, &out);
        break;
      case '-':
        beyond = __builtin_sub_overflow(a, b, &out);
        break;
      case '*':
        beyond = __builtin_mul_overflow(a, b, &out);
        break;
      case '/':
      case '%':
        beyond = b == 0 || (a == INT64_MIN && b == -1);
        if (!beyond) out = now.sign == '/' ? a / b : a % b;
        break;
      default:
        out = a;
    }
    return beyond ? std::nullopt : std::optional(out);
  }

  const TinyProgram& program_;
  std::array<std::int64_t, 26> letters_{};
  std::vector<std::int64_t> printed_;
  std::size_t steps_ = 0;
};

}  // namespace

Result<TinyProgram> parse_tiny(std::string_view text) {
  TinyProgram out;
  std::vector<std::size_t> open;
  int line = 0;
  while (!text.empty()) {
    const Words words = words_of(take_line(text));
    ++line;
    if (words.empty() || words.front().front() == '#') continue;
    auto instruction = instruction_of(words);
    if (!instruction) return wrong("is no instruction", line);
    if (out.size() == kMostTinyLines) return wrong("is one too many", line);
    if (instruction->op == TinyOp::end) {
      if (open.empty()) return wrong("ends nothing", line);
      instruction->partner = open.back();
      out[open.back()].partner = out.size();
      open.pop_back();
    } else if (instruction->op == TinyOp::repeat || instruction->op == TinyOp::when) {
      open.push_back(out.size());
    }
    out.push_back(*instruction);
  }
  if (!open.empty()) return wrong("was not ended", line);
  if (out.empty()) return wrong("holds no instruction", line);
  return out;
}

Result<std::vector<std::int64_t>> run_tiny(const TinyProgram& program, std::int64_t input) {
  return Machine(program, input).run();
}

std::string_view tiny_text(std::string_view answer) {
  constexpr std::string_view kFence = "```";
  if (const std::size_t fence = answer.find(kFence); fence != std::string_view::npos) {
    std::string_view inside = answer.substr(fence + kFence.size());
    take_line(inside);  // the name of a language
    return inside.substr(0, inside.find(kFence));
  }
  std::string_view left = answer;
  while (!left.empty()) {
    std::string_view after = left;
    const Words words = words_of(take_line(after));
    if (!words.empty() && words.front().front() != '#' && !instruction_of(words)) break;
    left = after;
  }
  return answer.substr(0, answer.size() - left.size());
}

}  // namespace soakrig::analysis
