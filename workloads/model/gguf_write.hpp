// SPDX-License-Identifier: Apache-2.0
//
// Writes the made-up weights of a shape as a GGUF file of the llama architecture, with a vocabulary
// of bytes and invented words, so that any engine that reads GGUF can be loaded with a model of any
// size without a download. Where the weights are noise, they are those, to the bit, that `llm
// --shape` makes from the same seed. Two things differ: output rows of special and byte tokens are
// zero (scale 0), so that greedy text neither ends early nor is full of broken UTF-8; where the
// output is tied, so are those of the embedding.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "rig/base/result.hpp"
#include "workloads/model/shape.hpp"

namespace soakrig::workloads {

enum class GgufQuant { q4_0, q8_0, f16 };

// noise: what `llm --shape` computes with, made in the format itself; f16 holds the values of q8_0,
// q4_0 is another model. decided (decided_weights.hpp): one model in every format, whose output is
// never tied.
enum class GgufWeights { noise, decided };

struct GgufModelSpec {
  Shape shape;
  GgufQuant quant = GgufQuant::q4_0;
  std::uint64_t seed = 1;
  GgufWeights weights = GgufWeights::noise;
};

[[nodiscard]] Result<GgufQuant> parse_gguf_quant(std::string_view text);

// Tokens whose output rows are zero: <unk>, <s>, </s> and the 256 bytes.
inline constexpr std::size_t kGgufSilentTokens = 259;

// Bytes of the file that write_gguf() would make.
[[nodiscard]] std::uint64_t gguf_file_bytes(const GgufModelSpec& model);
// Writes beside `path` and renames: a file of that name is whole or not there. Errors name it.
[[nodiscard]] Result<void> write_gguf(const std::string& path, const GgufModelSpec& model);

}  // namespace soakrig::workloads
