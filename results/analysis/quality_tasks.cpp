// SPDX-License-Identifier: Apache-2.0
#include "results/analysis/quality_tasks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>

#include "results/analysis/tiny_program.hpp"
#include "rig/base/json_guard.hpp"

namespace soakrig::analysis {

namespace {

using Json = nlohmann::json;

// The same numbers everywhere, unlike the distributions of the standard library.
class Draw {
 public:
  explicit Draw(std::uint64_t seed) : state_(seed) {}
  int upto(int below) {
    state_ += 0x9E3779B97F4A7C15ull;
    std::uint64_t x = state_;
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ull;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBull;
    return static_cast<int>((x ^ (x >> 31)) % static_cast<std::uint64_t>(below));
  }

 private:
  std::uint64_t state_;
};

constexpr std::array<std::string_view, 5> kNames{"Ann", "Bo", "Cy", "Dee", "Eve"};
constexpr std::array<std::string_view, 5> kParts{"pump", "valve", "motor", "fan", "sensor"};

QualityTask arithmetic(Draw& draw, bool zh) {
  const int boxes = 2 + draw.upto(8), each = 3 + draw.upto(9), gone = 1 + draw.upto(5);
  QualityTask out{"arithmetic", zh ? "zh" : "en", "", std::to_string(boxes * each - gone),
                  TaskCheck::number};
  out.prompt =
      zh ? fmt::format("有 {} 个箱子，每箱 {} 个零件，取走 {} 个。还剩多少个？只回答数字。\n答：",
                       boxes, each, gone)
         : fmt::format(
               "There are {} boxes with {} parts each; {} parts are taken away. How "
               "many are left? Answer with the number only.\nAnswer:",
               boxes, each, gone);
  return out;
}

QualityTask logic(Draw& draw, bool zh) {
  const auto first = static_cast<std::size_t>(draw.upto(5));
  const auto second = (first + 1 + static_cast<std::size_t>(draw.upto(4))) % 5;
  auto third = (second + 1) % 5;
  if (third == first) third = (third + 1) % 5;
  const bool tallest = draw.upto(2) == 0;
  QualityTask out{"logic", zh ? "zh" : "en", "", std::string(kNames[tallest ? first : third]),
                  TaskCheck::word};
  out.prompt =
      zh ? fmt::format("{0} 比 {1} 高，{1} 比 {2} 高。谁最{3}？只回答名字。\n答：", kNames[first],
                       kNames[second], kNames[third], tallest ? "高" : "矮")
         : fmt::format(
               "{0} is taller than {1}. {1} is taller than {2}. Who is the {3}? Answer "
               "with the name only.\nAnswer:",
               kNames[first], kNames[second], kNames[third], tallest ? "tallest" : "shortest");
  return out;
}

QualityTask format(Draw& draw, bool zh) {
  const int a = draw.upto(100), b = draw.upto(100);
  QualityTask out{"format", zh ? "zh" : "en", "",
                  Json{{"min", std::min(a, b)}, {"max", std::max(a, b)}}.dump(), TaskCheck::json};
  out.prompt = zh ? fmt::format("数字 {} 和 {}。只回答 JSON，键为 min 与 max。\n答：", a, b)
                  : fmt::format(
                        "The numbers are {} and {}. Answer with JSON only, keys min and "
                        "max.\nAnswer:",
                        a, b);
  return out;
}

QualityTask extraction(Draw& draw, bool zh) {
  const auto part = kParts[static_cast<std::size_t>(draw.upto(5))];
  const int line = 1 + draw.upto(9), degrees = 40 + draw.upto(60);
  QualityTask out{"extraction", zh ? "zh" : "en", "", std::to_string(degrees), TaskCheck::number};
  out.prompt = zh ? fmt::format("日志：产线 {} 的 {} 温度为 {} 度。温度是多少？只回答数字。\n答：",
                                line, part, degrees)
                  : fmt::format(
                        "Log: the {} of line {} is at {} degrees. What is its temperature? "
                        "Answer with the number only.\nAnswer:",
                        part, line, degrees);
  return out;
}

// What a code task asks for, and what is printed for an input.
struct CodeGoal {
  std::string_view en, zh;  // {} = the task's own number
  std::vector<std::int64_t> (*answer)(std::int64_t n, std::int64_t own);
};
constexpr std::array<CodeGoal, 4> kGoals{{
    {"the sum of the numbers from 1 to n, times {}", "1 到 n 的和的 {} 倍",
     [](std::int64_t n, std::int64_t own) { return std::vector{n * (n + 1) / 2 * own}; }},
    {"the first n multiples of {}, one a line", "{} 的前 n 个倍数，每行一个",
     [](std::int64_t n, std::int64_t own) {
       std::vector<std::int64_t> out;
       for (std::int64_t i = 1; i <= n; ++i) out.push_back(i * own);
       return out;
     }},
    {"the larger one of n and {}", "n 与 {} 中较大的数",
     [](std::int64_t n, std::int64_t own) { return std::vector{std::max(n, own)}; }},
    {"{} to the power of n", "{} 的 n 次方",
     [](std::int64_t n, std::int64_t own) {
       std::int64_t out = 1;
       for (std::int64_t i = 0; i < n; ++i) out *= own;
       return std::vector{out};
     }},
}};

QualityTask code(Draw& draw, bool zh) {
  const CodeGoal& goal = kGoals[static_cast<std::size_t>(draw.upto(4))];
  const int own = 3 + draw.upto(4);
  Json expect = Json::object();
  for (const int n : {1, 4, 9}) expect[std::to_string(n)] = goal.answer(n, own);
  QualityTask out{"code", zh ? "zh" : "en", "", expect.dump(), TaskCheck::code};
  const std::string what = fmt::format(fmt::runtime(zh ? goal.zh : goal.en), own);
  out.prompt =
      zh ? fmt::format(
               "语言：每行一条指令：let V = A；let V = A + B（还有 - * / %）；print A；repeat A … "
               "end；"
               "if A < B（还有 > =）… end。V 是字母，A 和 B 是字母或整数，n 是输入。"
               "写一个程序，打印{}。只回答程序。\n程序：\n",
               what)
         : fmt::format(
               "A language, one instruction a line: let V = A; let V = A + B (also - * / %); print "
               "A; "
               "repeat A … end; if A < B (also > =) … end. V is a letter, A and B are letters or "
               "whole "
               "numbers, n is the input. Write a program that prints {}. Answer with the program "
               "only.\nProgram:\n",
               what);
  return out;
}

std::optional<double> last_number(std::string_view text) {
  std::optional<double> out;
  for (std::size_t at = 0; at < text.size();) {
    const bool sign = text[at] == '-' && at + 1 < text.size();
    const char digit = text[at + (sign ? 1 : 0)];
    if (digit < '0' || digit > '9') {
      ++at;
      continue;
    }
    double value = 0;
    const auto read = std::from_chars(text.data() + at, text.data() + text.size(), value,
                                      std::chars_format::fixed);
    if (read.ec != std::errc{}) return std::nullopt;
    out = value;
    at = static_cast<std::size_t>(read.ptr - text.data());
  }
  return out;
}

std::string first_word(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t\r\n\"'*");
  if (begin == std::string_view::npos) return {};
  text.remove_prefix(begin);
  text = text.substr(0, text.find_first_of("\r\n"));
  constexpr std::string_view kStop = "。";
  while (!text.empty()) {
    if (text.ends_with(kStop)) {
      text.remove_suffix(kStop.size());
    } else if (std::string_view(" \t.\"'*").find(text.back()) != std::string_view::npos) {
      text.remove_suffix(1);
    } else {
      break;
    }
  }
  std::string out(text);
  for (char& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

std::optional<Json> first_object(std::string_view text) {
  const std::size_t begin = text.find('{'), end = text.find('}');
  if (begin == std::string_view::npos || end == std::string_view::npos || end < begin) {
    return std::nullopt;
  }
  const std::string_view object = text.substr(begin, end - begin + 1);
  if (!json_nesting_within(object, kMaxJsonDepth)) return std::nullopt;
  Json out = Json::parse(object, nullptr, false);
  return out.is_object() ? std::optional(std::move(out)) : std::nullopt;
}

struct CodeCase {
  std::int64_t input = 0;
  std::vector<std::int64_t> printed;
};

// Absent where it is not {"INPUT":[PRINTED…],…}.
std::optional<std::vector<CodeCase>> code_cases(std::string_view expect) {
  const auto object = first_object(expect);
  if (!object || object->empty()) return std::nullopt;
  std::vector<CodeCase> out;
  for (const auto& [input, printed] : object->items()) {
    CodeCase one;
    const char* end = input.data() + input.size();
    const auto read = std::from_chars(input.data(), end, one.input);
    if (read.ec != std::errc{} || read.ptr != end || !printed.is_array()) return std::nullopt;
    for (const Json& number : printed) {
      if (!number.is_number_integer()) return std::nullopt;
      one.printed.push_back(number.get<std::int64_t>());
    }
    out.push_back(std::move(one));
  }
  return out;
}

bool solves(std::string_view answer, std::string_view expect) {
  const auto program = parse_tiny(tiny_text(answer));
  const auto cases = code_cases(expect);
  return program && cases && std::ranges::all_of(*cases, [&](const CodeCase& c) {
           const auto printed = run_tiny(*program, c.input);
           return printed && *printed == c.printed;
         });
}

}  // namespace

int answer_tokens(const QualityTask& task) {
  constexpr int kShort = 48, kProgram = 160;
  return task.check == TaskCheck::code ? kProgram : kShort;
}

std::vector<QualityTask> built_in_tasks(std::uint64_t seed, std::size_t each) {
  std::vector<QualityTask> out;
  Draw draw(seed);
  for (const auto make : {arithmetic, logic, format, extraction, code}) {
    for (const bool zh : {false, true}) {
      for (std::size_t i = 0; i < each; ++i) out.push_back(make(draw, zh));
    }
  }
  return out;
}

Result<std::vector<QualityTask>> parse_tasks(std::string_view jsonl, const std::string& file) {
  std::vector<QualityTask> out;
  const std::string own_set = std::filesystem::path(file).stem().string();
  for (int line = 1; !jsonl.empty(); ++line) {
    const std::size_t end = std::min(jsonl.find('\n'), jsonl.size());
    const std::string_view text = jsonl.substr(0, end);
    jsonl.remove_prefix(std::min(end + 1, jsonl.size()));
    if (text.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    const auto wrong = [&](std::string what) {
      return Error{Errc::invalid, std::move(what),
                   R"(write {"prompt":"…","expect":"…","check":"number"})", file, line};
    };
    if (!json_nesting_within(text, kMaxJsonDepth)) return wrong("it nests too deep");
    const Json task = Json::parse(text, nullptr, false);
    if (!task.is_object()) return wrong("it is no JSON object");
    const auto member = [&](const char* key, const std::string& or_else) {
      const auto at = task.find(key);
      return at != task.end() && at->is_string() ? at->get<std::string>() : or_else;
    };
    QualityTask one{member("set", own_set), member("language", ""), member("prompt", ""),
                    member("expect", ""), TaskCheck::word};
    const std::string check = member("check", "word");
    if (one.prompt.empty()) return wrong("it has no prompt");
    if (one.expect.empty()) return wrong("it has no expect");
    if (check == "number") {
      one.check = TaskCheck::number;
      if (!last_number(one.expect)) return wrong("its expect is no number");
    } else if (check == "json") {
      one.check = TaskCheck::json;
      if (!first_object(one.expect)) return wrong("its expect is no JSON object");
    } else if (check == "code") {
      one.check = TaskCheck::code;
      if (!code_cases(one.expect)) return wrong(R"(its expect is not {"INPUT":[PRINTED,…],…})");
    } else if (check != "word") {
      return wrong("there is no check '" + check.substr(0, 40) + "'");
    }
    if (out.size() == kMostTasks) return wrong("too many tasks");
    out.push_back(std::move(one));
  }
  if (out.empty()) {
    return Error{Errc::invalid, "it holds no task", "write one a line", file};
  }
  return out;
}

bool solved(const QualityTask& task, std::string_view answer) {
  switch (task.check) {
    case TaskCheck::number: {
      const auto got = last_number(answer);
      return got && got == last_number(task.expect);
    }
    case TaskCheck::word:
      return first_word(answer) == first_word(task.expect);
    case TaskCheck::json:
      return first_object(answer) && first_object(answer) == first_object(task.expect);
    case TaskCheck::code:
      return solves(answer, task.expect);
  }
  return false;
}

}  // namespace soakrig::analysis
