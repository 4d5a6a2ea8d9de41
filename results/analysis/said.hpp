// SPDX-License-Identifier: Apache-2.0
//
// What an analysis says, as data: which sentence, and its values. Whoever shows it renders it in
// the language of the page (results/report/decision/sentences.hpp). Plain data.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace soakrig::analysis {

// How a figure is written.
enum class As : std::uint8_t {
  general,       // four digits
  whole,         // 321
  money,         // 1.50
  factor,        // 2.5
  seconds,       // 0.60 s
  milliseconds,  // 40 ms
  percent,       // of a share: 99.5 %
  duration,      // 45 s, 2.5 h
};

struct Said;
struct Figure {
  std::optional<double> value;  // absent: "unknown" in the language
  As as = As::general;
};
struct Named {
  std::string text;  // a name or a key of a file: the same in every language
};
struct Word {
  std::string key;  // of the words of the language: "edge"
};
using SaidValue = std::variant<Figure, Named, Word, std::vector<Said>>;

// A code without a sentence is a name: it stands for itself ("site.first_token").
struct Said {
  std::string code;
  std::vector<SaidValue> values = {};
};

}  // namespace soakrig::analysis
