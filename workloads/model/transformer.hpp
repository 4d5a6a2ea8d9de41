// SPDX-License-Identifier: Apache-2.0
//
// A decoder-only transformer: embedding, RMSNorm, rotary positions, grouped-query attention with a
// key-value cache, SwiGLU, greedy choice. It computes; what to compute when, and what it should
// come to, is the caller's. Feeding tokens in one batch or one by one gives the same bits.
//
// Not thread-safe; weights, kernels and pool are borrowed and must outlive it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "rig/base/result.hpp"
#include "workloads/kernels/huge_buffer.hpp"
#include "workloads/kernels/kernels.hpp"
#include "workloads/kernels/thread_pool.hpp"
#include "workloads/model/weights.hpp"

namespace soakrig::workloads {

class Transformer {
 public:
  static constexpr std::size_t kMaxBatch = 64;  // tokens in one call of feed()

  // `context`: the longest sequence. Errc::full when the memory is refused.
  [[nodiscard]] static Result<Transformer> make(const Weights& weights, const Kernels& kernels,
                                                ThreadPool& pool, std::size_t context);

  // Forgets the sequence.
  void reset() { position_ = 0; }
  [[nodiscard]] std::size_t position() const { return position_; }
  // Appends 1..kMaxBatch tokens to the sequence; afterwards logits() belong to the last of them.
  void feed(std::span<const std::uint32_t> tokens);
  // The same in steps, so that a large model on a slow board still answers within moments: begin(),
  // then step() until it says that the logits are there. No reset() in between.
  void begin(std::span<const std::uint32_t> tokens);
  bool step();
  [[nodiscard]] std::size_t steps() const { return weights_->shape().layers + 1; }
  [[nodiscard]] std::size_t steps_done() const { return step_; }
  // Valid until the next begin(); one value for each token of the vocabulary.
  [[nodiscard]] std::span<const float> logits() const { return logits_; }

 private:
  Transformer(const Weights& weights, const Kernels& kernels, ThreadPool& pool,
              std::size_t context);
  void quantized(std::size_t cols, std::size_t tokens);
  void quantize(const float* x, std::size_t cols, std::size_t tokens);
  void multiply(const TileMatrix& matrix, float* out);
  void attention(std::size_t layer, std::size_t tokens);
  void rotate(float* heads, std::size_t count, std::size_t position) const;
  void remember(std::size_t layer, float* row, std::size_t position);
  void norm_and_quantize(const float* gain);
  void add_projected();
  void run_layer(std::size_t index);
  void finish();
  void feed_forward(const Layer& layer, std::size_t tokens);
  [[nodiscard]] float* keys(std::size_t layer, std::size_t kv_head) const;
  [[nodiscard]] float* values(std::size_t layer, std::size_t kv_head) const;

  const Weights* weights_;
  const Kernels* kernels_;
  ThreadPool* pool_;
  std::size_t context_;
  std::size_t position_ = 0;
  std::size_t count_ = 0;               // tokens of the present batch
  std::size_t step_ = 0;                // steps of it that are done
  HugeBuffer cache_;                    // [layer][keys, values][kv head], as AttentionHead has them
  std::vector<float> cosines_, sines_;  // [position][head_dim / 2]
  std::vector<float> x_, qkv_, mixed_, projected_, gate_up_, scores_, logits_;
  std::vector<std::int8_t> q_;
  std::vector<std::uint8_t> magnitudes_;
  std::vector<float> scales_;
  std::vector<std::int32_t> offsets_;
  QuantRows rows_;
};

// The greedy choice: the token of the largest logit, the lowest one among equals.
[[nodiscard]] std::uint32_t greedy_token(std::span<const float> logits);

}  // namespace soakrig::workloads
