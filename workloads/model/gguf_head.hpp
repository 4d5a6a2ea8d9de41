// SPDX-License-Identifier: Apache-2.0
//
// The head of a GGUF file (version 2 or 3, little endian; ggml's docs/gguf.md), whatever model it
// holds: its keys, and where its tensors lie. Every byte is hostile: sizes are compared with what
// is there before anything is allocated or multiplied.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "rig/base/result.hpp"
#include "workloads/model/shape.hpp"

namespace soakrig::workloads {

// ggml's number of a format; those that this program computes with have a name here.
enum class GgufType : std::uint32_t { f32 = 0, f16 = 1, q4_0 = 2, q8_0 = 8 };

struct GgufFormat {
  std::string_view name;
  std::uint64_t elements = 1;  // of a block
  std::uint64_t bytes = 0;     // likewise
};
// Null for a number that nobody knows.
[[nodiscard]] const GgufFormat* gguf_format(GgufType type);

struct GgufTensor {
  GgufType type = GgufType::f32;  // one that gguf_format knows
  std::size_t cols = 0;           // ne0, a row's length
  std::size_t rows = 1;           // ne1
  std::size_t depth = 1;          // ne2 times ne3; 1 in a matrix
  std::uint64_t offset = 0;       // from the file's start; offset + bytes lie inside the file
  std::uint64_t bytes = 0;
};

// Counts of any width, fractions, printable text (its beginning); nothing for the rest.
using GgufValue = std::variant<std::monostate, std::uint64_t, double, std::string>;

struct GgufHead {
  std::string architecture;
  std::map<std::string, GgufValue, std::less<>> values;  // by key, without the tokenizer's
  std::map<std::string, GgufTensor, std::less<>> tensors;

  // Nothing where the key is not there or of another kind.
  template <class T>
  [[nodiscard]] std::optional<T> get(std::string_view key) const {
    const auto found = values.find(key);
    const T* value = found == values.end() ? nullptr : std::get_if<T>(&found->second);
    return value == nullptr ? std::nullopt : std::optional(*value);
  }
};

// Pure. Errc::corrupt for a file that breaks the format, Errc::unsupported for a version or a
// format that nobody knows. `size` is the whole file's; `bytes` its first, all of the head among
// them.
[[nodiscard]] Result<GgufHead> parse_gguf_head(std::span<const std::uint8_t> bytes,
                                               std::uint64_t size);

// The dimensions that the keys of its architecture tell, those of rope and norm left alone; named
// "gguf".
[[nodiscard]] Result<Shape> gguf_shape(const GgufHead& head);

// No file of this format is shorter.
inline constexpr std::size_t kLeastGgufBytes = 24;

[[nodiscard]] Error gguf_corrupt(std::string what);
[[nodiscard]] Error gguf_unsupported(std::string what, std::string remedy);

}  // namespace soakrig::workloads
