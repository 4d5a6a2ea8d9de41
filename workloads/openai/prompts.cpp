// SPDX-License-Identifier: Apache-2.0
#include "workloads/openai/prompts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "rig/base/json_guard.hpp"

namespace soakrig::workloads {

namespace {

constexpr std::size_t kMostTexts = 100'000;

struct BuiltIn {
  std::string_view set, language, text;
};

constexpr std::string_view kPumpEn =
    "A pump feeds a tank of 1200 litres at 45 litres a minute while a valve drains 15 litres a "
    "minute. After twenty minutes the valve is shut.";
constexpr std::string_view kPumpZh =
    "一台水泵以每分钟45升的速度向容量1200升的水箱注水，同时阀门每分钟排出15升。二十分钟后关闭阀门"
    "。";

constexpr std::array kBuiltIn = {
    BuiltIn{"chat", "en",
            "Which three things should I check first when a fanless computer gets slow?"},
    BuiltIn{"chat", "en",
            "Suggest a short, friendly reply to a customer whose delivery is two days late."},
    BuiltIn{"chat", "en", "Explain to a new colleague what a heat sink does, in four sentences."},
    BuiltIn{"chat", "en",
            "Plan a walk of one hour for somebody who has a free afternoon in a harbour town."},
    BuiltIn{"chat", "zh", "一台无风扇的小电脑变慢时，应该先检查哪三件事？"},
    BuiltIn{"chat", "zh", "请用四句话向新同事说明散热片的作用。"},
    BuiltIn{"chat", "zh", "客户的货晚到了两天，请写一段简短而友好的回复。"},
    BuiltIn{"code", "en",
            "Write a function that merges two sorted lists of numbers without sorting again, and "
            "say what it costs."},
    BuiltIn{"code", "en",
            "This loop reads one element too many: for (i = 0; i <= n; i++) sum += a[i]; Mend it "
            "and explain."},
    BuiltIn{"code", "en",
            "Write a query that finds the three machines with the highest mean temperature of the "
            "last day."},
    BuiltIn{"code", "zh", "写一个函数，合并两个已经排好序的数字列表，并说明它的代价。"},
    BuiltIn{"code", "zh",
            "下面的循环多读了一个元素：for (i = 0; i <= n; i++) sum += a[i]; 请改正并说明原因。"},
    BuiltIn{"reasoning", "en",
            "A pump feeds a tank of 1200 litres at 45 litres a minute while a valve drains 15 "
            "litres a minute. When is the tank full? Show each step."},
    BuiltIn{"reasoning", "en",
            "Four boards lose power one after another. B went after A, D before A, C last. In "
            "which order did they go? Reason step by step."},
    BuiltIn{
        "reasoning", "zh",
        "一台水泵每分钟向1200升的水箱注水45升，阀门每分钟排水15升。水箱何时注满？请写出每一步。"},
    BuiltIn{"reasoning", "zh",
            "四块板子先后断电。B在A之后，D在A之前，C最后。顺序如何？请逐步推理。"},
    BuiltIn{"long", "en", kPumpEn},
    BuiltIn{"long", "zh", kPumpZh},
};

constexpr std::int64_t kLongWords = 1500;  // of the set `long`, where no length is asked for

bool wanted(const BuiltIn& entry, const PromptOptions& o) {
  return (o.set == "mixed" || o.set == entry.set) &&
         (o.language == "both" || o.language == entry.language);
}

// A word ends at a blank; a Chinese character (three bytes in UTF-8) counts as one.
std::size_t end_of_word(std::string_view text, std::size_t at) {
  while (at < text.size() && text[at] == ' ') ++at;
  if (at >= text.size()) return at;
  if (static_cast<unsigned char>(text[at]) >= 0xE0) return std::min(at + 3, text.size());
  while (at < text.size() && text[at] != ' ' && static_cast<unsigned char>(text[at]) < 0xE0) ++at;
  return at;
}

std::string stretched(std::string_view text, std::int64_t words) {
  std::string out;
  std::size_t at = 0;
  for (std::int64_t i = 0; i < words; ++i) {
    if (at >= text.size()) {
      at = 0;
      out += ' ';
    }
    const std::size_t end = end_of_word(text, at);
    out += text.substr(at, end - at);
    at = end;
  }
  return out;
}

// In [0, 1): the 53 bits that a double holds.
double unit(std::uint64_t random) { return static_cast<double>(random >> 11) * 0x1p-53; }

Error wrong(std::string what, std::string remedy) {
  return {Errc::invalid, std::move(what), std::move(remedy)};
}

}  // namespace

Result<Prompts> Prompts::make(PromptOptions o) {
  const bool given = !o.texts.empty();
  if (!given) {
    for (const BuiltIn& entry : kBuiltIn) {
      if (!wanted(entry, o)) continue;
      o.texts.emplace_back(entry.text);
      o.labels.emplace_back(entry.set);
    }
    if (o.texts.empty()) {
      return wrong("there are no prompts \"" + o.set + "\" in \"" + o.language + "\"",
                   "sets are chat, long, code, reasoning and mixed; languages en, zh and both");
    }
    if (o.set == "long" && o.words.shape == WordLengths::Shape::as_it_is) {
      o.words.shape = WordLengths::Shape::uniform;
      o.words.least = o.words.most = kLongWords;
    }
  }
  return Prompts(std::move(o));
}

// splitmix64 (Steele, Lea, Flood 2014).
std::uint64_t Prompts::draw() {
  std::uint64_t z = (state_ += 0x9E3779B97F4A7C15ULL);
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
  return z ^ (z >> 31);
}

LabelledPrompt Prompts::next_labelled() {
  const std::size_t which = draw() % options_.texts.size();
  const std::string& text = options_.texts[which];
  const std::string label = which < options_.labels.size() ? options_.labels[which] : "";
  std::string out = options_.unique ? fmt::format("[{}-{}] ", options_.seed, count_) : "";
  ++count_;
  if (options_.words.shape == WordLengths::Shape::as_it_is) return {out + text, label};
  const double one = unit(draw()), other = unit(draw());
  return {out + stretched(text, options_.words.at(one, other)), label};
}

std::uint64_t count_words(std::string_view text) {
  std::uint64_t words = 0;
  for (std::size_t at = text.find_first_not_of(' '); at < text.size();
       at = text.find_first_not_of(' ', at)) {
    at = end_of_word(text, at);
    ++words;
  }
  return words;
}

Result<std::vector<std::string>> parse_prompts(std::string_view text, const std::string& name) {
  auto labelled = parse_labelled_prompts(text, name);
  if (!labelled) return labelled.error();
  std::vector<std::string> out;
  for (LabelledPrompt& prompt : *labelled) out.push_back(std::move(prompt.text));
  return out;
}

Result<std::vector<LabelledPrompt>> parse_labelled_prompts(std::string_view text,
                                                           const std::string& name) {
  std::vector<LabelledPrompt> out;
  int number = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    ++number;
    if (line.find_first_not_of(" \r\t") == std::string_view::npos) continue;
    const auto object = parse_json(line);
    std::optional<std::string> prompt;
    if (object) {
      prompt = json_get<std::string>(*object, "prompt");
      const auto messages = object->is_object() ? object->find("messages") : object->end();
      if (!prompt && object->is_object() && messages != object->end() && messages->is_array() &&
          !messages->empty()) {
        prompt = json_get<std::string>(messages->back(), "content");
      }
    }
    if (!prompt || prompt->empty()) {
      return Error{Errc::invalid, "this is no prompt", "write {\"prompt\":\"…\"} on each line",
                   name, number};
    }
    if (out.size() == kMostTexts) {
      return Error{Errc::full, "there are more than 100000 prompts", "shorten the file", name,
                   number};
    }
    out.push_back({std::move(*prompt), json_get<std::string>(*object, "label").value_or("")});
  }
  if (out.empty())
    return Error{Errc::invalid, "there is no prompt in it", "write one a line", name};
  return out;
}

}  // namespace soakrig::workloads
