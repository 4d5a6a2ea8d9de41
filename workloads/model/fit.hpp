// SPDX-License-Identifier: Apache-2.0
//
// Whether a model fits a board, and how fast it can answer at most: arithmetic on dimensions, no
// measurement. Sizes of blocks are those of the formats' definitions; what an engine adds is what
// it is known to allocate. Pure.
//
//   weights = sum over tensors of elements x bits / 8
//   KV      = 2 x layers x kv heads x head dim x bytes x context x streams
//   ceiling = streams / sum over devices of (weights + KV read there) / bandwidth there
//
// Decoding reads every weight once a step, whatever the software, so no engine beats the ceiling.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "rig/base/result.hpp"
#include "workloads/model/shape.hpp"

namespace soakrig::workloads {

struct FitFormat {
  std::string_view name;
  double linear_bits = 16;                 // of a weight of the projections, scales included
  double other_bits = 16;                  // of the embedding and the output
  double input_bytes = 0;                  // for each input of a projection (GPTQ's group index)
  std::optional<double> output_bits = {};  // of the output alone, where it is not as the embedding
};
// By name; q4_k_m and the like are mixtures, whose bits are the average over real files.
[[nodiscard]] std::span<const FitFormat> fit_formats();
[[nodiscard]] Result<FitFormat> find_fit_format(std::string_view name);
// Bytes of one value in the key-value cache: f32, f16 (fp16), bf16, q8_0 (q8), q4_0 (q4).
[[nodiscard]] Result<double> kv_value_bytes(std::string_view name);

enum class FitEngine { soakrig, llama_cpp, other };
[[nodiscard]] Result<FitEngine> parse_fit_engine(std::string_view name);

struct FitQuestion {
  Shape shape;
  FitFormat format;
  double kv_bytes = 2;  // of a value
  FitEngine engine = FitEngine::other;
  std::size_t context = 4096;  // tokens of each stream
  std::size_t streams = 1;
  std::uint64_t memory = 0;    // of the board, for all of it
  std::uint64_t reserve = 0;   // of it, for everything else
  std::size_t gpu_layers = 0;  // of the shape's layers, held by a device with its own memory
  std::uint64_t gpu_memory = 0;
  std::optional<double> bandwidth, gpu_bandwidth;  // bytes/s
};

struct FitAnswer {
  double weights = 0, kv = 0, buffers = 0;  // bytes, all devices together
  double repacked = 0;                      // a second copy that the engine makes in memory
  double host = 0, gpu = 0;                 // bytes needed on each, without the reserve
  bool fits = false;
  std::size_t largest_context = 0;  // of each stream, that fits; 0: none. At most the model's own
  std::optional<double> ceiling;    // tokens/s of all streams together
};

[[nodiscard]] FitAnswer fit(const FitQuestion& question);

// Weights of the projections of one layer, and values of its norms.
[[nodiscard]] double linear_weights(const Shape& shape);
[[nodiscard]] double norm_weights(const Shape& shape);

}  // namespace soakrig::workloads
