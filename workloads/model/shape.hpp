// SPDX-License-Identifier: Apache-2.0
//
// The dimensions of well-known language models. Only the shape is theirs: the weights are made up
// (weights.hpp), so there is nothing to download and no licence to mind, while memory traffic and
// arithmetic are those of the real model. Dimensions are from the models' published configurations;
// biases and rope scaling, which cost nothing measurable, are left out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "rig/base/result.hpp"
#include "workloads/kernels/block_format.hpp"

namespace soakrig::workloads {

struct Shape {
  std::string_view name;
  std::size_t dim = 0;  // of the residual stream; a multiple of 32
  std::size_t ffn = 0;  // inner width of the feed-forward part; a multiple of 32
  std::size_t layers = 0;
  std::size_t heads = 0;       // query heads
  std::size_t kv_heads = 0;    // key and value heads, shared by heads / kv_heads queries
  std::size_t head_dim = 0;    // a multiple of 16
  std::size_t vocabulary = 0;  // a multiple of 16
  std::size_t context = 0;     // longest sequence it was made for
  double rope_base = 10000;
  float epsilon = 1e-5f;  // of RMSNorm
  bool tied = false;      // the output projection is the embedding

  [[nodiscard]] std::size_t query_dim() const { return heads * head_dim; }
  [[nodiscard]] std::size_t kv_dim() const { return kv_heads * head_dim; }
};

// By size, the smallest first. The first is the one whose golden output is committed.
[[nodiscard]] std::span<const Shape> shapes();
// Errc::not_found with the nearest name.
[[nodiscard]] Result<Shape> find_shape(std::string_view name);

[[nodiscard]] std::uint64_t parameter_count(const Shape& shape);
// Quantised weights, norms included.
[[nodiscard]] std::uint64_t weight_bytes(const Shape& shape, WeightFormat format);
// What decoding one token reads of the weights: all but the rows of the embedding not looked up.
[[nodiscard]] std::uint64_t bytes_per_token(const Shape& shape, WeightFormat format);
// Weights, key-value cache for `context` tokens, and buffers.
[[nodiscard]] std::uint64_t memory_needed(const Shape& shape, WeightFormat format,
                                          std::size_t context);
// The largest shape that needs at most a quarter of `available` bytes, so that the load leaves the
// board room for its own work; the smallest if none does.
[[nodiscard]] const Shape& default_shape(std::uint64_t available, WeightFormat format,
                                         std::size_t context);
// Bytes that this process can still have: MemAvailable, or what its cgroup has left if less.
[[nodiscard]] std::uint64_t available_memory();

}  // namespace soakrig::workloads
