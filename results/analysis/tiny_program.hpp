// SPDX-License-Identifier: Apache-2.0
//
// A tiny language of our own for code tasks, and its bounded interpreter: what a model wrote is
// never run as a program of this machine. One instruction a line; words are apart by blanks:
//
//   let V = A            let V = A + B      also - * / %
//   print A
//   repeat A … end       if A < B … end     also > =
//   # a comment
//
// V is a letter a to z, all 0 at first but n, the input; A and B are letters or whole numbers.
// Pure.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "rig/base/result.hpp"

namespace soakrig::analysis {

// A letter or a number.
struct TinyTerm {
  int letter = -1;  // 0 = a; -1 = a number
  std::int64_t number = 0;
};

enum class TinyOp : std::uint8_t { let, print, repeat, when, end };

struct TinyInstruction {
  TinyOp op = TinyOp::end;
  int letter = 0;  // that is let
  char sign = 0;   // of let: 0 + - * / %; of when: < > =
  TinyTerm a, b;
  std::size_t partner = 0;  // of repeat and when: their end; of end: what it ends
};

using TinyProgram = std::vector<TinyInstruction>;

// What is more than these is refused, not cut.
inline constexpr std::size_t kMostTinyLines = 200, kMostTinySteps = 10'000, kMostTinyPrinted = 100;

// Errc::invalid with the line for what is no program.
[[nodiscard]] Result<TinyProgram> parse_tiny(std::string_view text);

// What it prints for an input. Errc::full beyond a bound, Errc::invalid for a division by zero or a
// number beyond 64 bits.
[[nodiscard]] Result<std::vector<std::int64_t>> run_tiny(const TinyProgram& program,
                                                         std::int64_t input);

// The program in a model's answer: its first ``` block, else its lines up to the first that is no
// instruction.
[[nodiscard]] std::string_view tiny_text(std::string_view answer);

}  // namespace soakrig::analysis
