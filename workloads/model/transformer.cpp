// SPDX-License-Identifier: Apache-2.0
#include "workloads/model/transformer.hpp"

#include <algorithm>
#include <cmath>

#include "workloads/kernels/det_math.hpp"

namespace soakrig::workloads {
namespace {

// Keys and scores come in tiles of positions.
constexpr std::size_t round_up(std::size_t n) {
  return (n + kTileRows - 1) / kTileRows * kTileRows;
}

}  // namespace

Transformer::Transformer(const Weights& weights, const Kernels& kernels, ThreadPool& pool,
                         std::size_t context)
    : weights_(&weights), kernels_(&kernels), pool_(&pool), context_(context) {
  const Shape& s = weights.shape();
  const std::size_t half = s.head_dim / 2;
  cosines_.resize(context * half);
  sines_.resize(context * half);
  const double step = det_log(s.rope_base) / static_cast<double>(half);
  for (std::size_t i = 0; i < half; ++i) {
    const double frequency = det_exp(-step * static_cast<double>(i));
    for (std::size_t p = 0; p < context; ++p) {
      const SinCos angle = det_sincos(static_cast<double>(p) * frequency);
      cosines_[p * half + i] = static_cast<float>(angle.cosine);
      sines_[p * half + i] = static_cast<float>(angle.sine);
    }
  }
  const std::size_t batch = std::min(context, kMaxBatch);
  const std::size_t widest = std::max({s.dim, s.query_dim(), s.ffn});
  x_.resize(batch * s.dim);
  qkv_.resize(batch * (s.query_dim() + 2 * s.kv_dim()));
  mixed_.resize(batch * s.query_dim());
  projected_.resize(batch * s.dim);
  gate_up_.resize(batch * 2 * s.ffn);
  scores_.resize(pool.threads() * 4 * round_up(context));
  logits_.resize(s.vocabulary);
  q_.resize(batch * widest);
  magnitudes_.resize(batch * widest);
  scales_.resize(batch * widest / kBlock);
  offsets_.resize(batch * widest / kBlock);
}

Result<Transformer> Transformer::make(const Weights& weights, const Kernels& kernels,
                                      ThreadPool& pool, std::size_t context) {
  const Shape& s = weights.shape();
  auto cache = HugeBuffer::allocate(2 * s.layers * s.kv_dim() * round_up(context) * sizeof(float));
  if (!cache) return cache.error();
  Transformer model(weights, kernels, pool, context);
  model.cache_ = std::move(*cache);
  return model;
}

float* Transformer::keys(std::size_t layer, std::size_t kv_head) const {
  const Shape& s = weights_->shape();
  return reinterpret_cast<float*>(cache_.data()) +
         (2 * layer * s.kv_heads + kv_head) * round_up(context_) * s.head_dim;
}

float* Transformer::values(std::size_t layer, std::size_t kv_head) const {
  return keys(layer, weights_->shape().kv_heads + kv_head);
}

// rows_ for so many tokens, still to be filled.
void Transformer::quantized(std::size_t cols, std::size_t tokens) {
  rows_ = {tokens, cols, q_.data(), magnitudes_.data(), scales_.data(), offsets_.data()};
}

// Leaves x's rows quantised in rows_.
void Transformer::quantize(const float* x, std::size_t cols, std::size_t tokens) {
  quantized(cols, tokens);
  pool_->run_ranges(tokens, [&](std::size_t first, std::size_t last) {
    for (std::size_t t = first; t < last; ++t) kernels_->quantize(x + t * cols, rows_, t);
  });
}

// out = matrix . rows_, split over the threads by tiles.
void Transformer::multiply(const TileMatrix& matrix, float* out) {
  pool_->run_ranges(matrix.tiles(), [&](std::size_t first, std::size_t last) {
    kernels_->multiply(matrix, rows_, first, last, out);
  });
}

// Turns each head's pairs of neighbours (2i, 2i + 1) by position * base^(-2i / head_dim).
void Transformer::rotate(float* heads, std::size_t count, std::size_t position) const {
  const std::size_t half = weights_->shape().head_dim / 2;
  const float* cosine = cosines_.data() + position * half;
  const float* sine = sines_.data() + position * half;
  for (std::size_t h = 0; h < count; ++h) {
    float* pair = heads + h * 2 * half;
    for (std::size_t i = 0; i < half; ++i) {
      const float a = pair[2 * i];
      const float b = pair[2 * i + 1];
      pair[2 * i] = a * cosine[i] - b * sine[i];
      pair[2 * i + 1] = a * sine[i] + b * cosine[i];
    }
  }
}

// Rotates one token's queries and keys, and keeps its keys and values.
void Transformer::remember(std::size_t layer, float* row, std::size_t position) {
  const Shape& s = weights_->shape();
  rotate(row, s.heads + s.kv_heads, position);
  for (std::size_t h = 0; h < s.kv_heads; ++h) {
    const float* key = row + s.query_dim() + h * s.head_dim;
    float* kept = keys(layer, h);
    for (std::size_t i = 0; i < s.head_dim; ++i) kept[key_at(position, i, s.head_dim)] = key[i];
    std::copy_n(key + s.kv_dim(), s.head_dim, values(layer, h) + position * s.head_dim);
  }
}

// Queries, keys and values of the batch are in qkv_; leaves the heads' results in mixed_.
void Transformer::attention(std::size_t layer, std::size_t tokens) {
  const Shape& s = weights_->shape();
  const std::size_t width = s.query_dim() + 2 * s.kv_dim();
  pool_->run_ranges(tokens, [&](std::size_t first, std::size_t last) {
    for (std::size_t t = first; t < last; ++t)
      remember(layer, qkv_.data() + t * width, position_ + t);
  });
  const float scale = 1.0f / std::sqrt(static_cast<float>(s.head_dim));
  const std::size_t items = tokens * s.heads;
  const std::size_t pieces = std::min(items, scores_.size() / round_up(context_));
  pool_->run(pieces, [&](std::size_t piece) {
    for (std::size_t i = items * piece / pieces; i < items * (piece + 1) / pieces; ++i) {
      const std::size_t t = i / s.heads;
      const std::size_t h = i % s.heads;
      const std::size_t kv = h / (s.heads / s.kv_heads);
      kernels_->attend({qkv_.data() + t * width + h * s.head_dim, keys(layer, kv),
                        values(layer, kv), position_ + t + 1, s.head_dim, scale,
                        scores_.data() + piece * round_up(context_),
                        mixed_.data() + t * s.query_dim() + h * s.head_dim});
    }
  });
}

void Transformer::feed_forward(const Layer& layer, std::size_t tokens) {
  const Shape& s = weights_->shape();
  multiply(layer.gate_up, gate_up_.data());
  quantized(s.ffn, tokens);
  const auto one = [&](std::size_t t) {
    float* gate = gate_up_.data() + t * 2 * s.ffn;
    kernels_->swiglu(gate, gate + s.ffn, s.ffn);
    kernels_->quantize(gate, rows_, t);
  };
  pool_->run(tokens, one);
  multiply(layer.down, projected_.data());
}

void Transformer::feed(std::span<const std::uint32_t> tokens) {
  begin(tokens);
  while (!step()) {
  }
}

void Transformer::begin(std::span<const std::uint32_t> tokens) {
  const std::size_t dim = weights_->shape().dim;
  count_ = tokens.size();
  step_ = 0;
  RIG_ASSERT(count_ >= 1 && count_ <= kMaxBatch && position_ + count_ <= context_);
  for (std::size_t t = 0; t < count_; ++t) weights_->embed(tokens[t], x_.data() + t * dim);
}

bool Transformer::step() {
  RIG_ASSERT(step_ < steps());
  if (step_ < weights_->shape().layers) {
    run_layer(step_++);
    return false;
  }
  ++step_;
  finish();
  return true;
}

// Of x_; projected_, which is free whenever a part of a layer begins, takes the norm.
void Transformer::norm_and_quantize(const float* gain) {
  const Shape& s = weights_->shape();
  quantized(s.dim, count_);
  pool_->run_ranges(count_, [&](std::size_t first, std::size_t last) {
    for (std::size_t t = first; t < last; ++t) {
      float* normed = projected_.data() + t * s.dim;
      kernels_->rms_norm(x_.data() + t * s.dim, gain, s.dim, s.epsilon, normed);
      kernels_->quantize(normed, rows_, t);
    }
  });
}

// x_ += projected_
void Transformer::add_projected() {
  const std::size_t dim = weights_->shape().dim;
  pool_->run_ranges(count_, [&](std::size_t first, std::size_t last) {
    kernels_->add(x_.data() + first * dim, projected_.data() + first * dim, (last - first) * dim);
  });
}

void Transformer::run_layer(std::size_t index) {
  const Shape& s = weights_->shape();
  const Layer& layer = weights_->layers()[index];
  norm_and_quantize(layer.attention_norm);
  multiply(layer.qkv, qkv_.data());
  attention(index, count_);
  quantize(mixed_.data(), s.query_dim(), count_);
  multiply(layer.attention_out, projected_.data());
  add_projected();
  norm_and_quantize(layer.ffn_norm);
  feed_forward(layer, count_);
  add_projected();
}

// Only the last token's logits are wanted.
void Transformer::finish() {
  const Shape& s = weights_->shape();
  kernels_->rms_norm(x_.data() + (count_ - 1) * s.dim, weights_->output_norm(), s.dim, s.epsilon,
                     projected_.data());
  quantize(projected_.data(), s.dim, 1);
  multiply(weights_->output(), logits_.data());
  position_ += count_;
}

std::uint32_t greedy_token(std::span<const float> logits) {
  const auto largest = std::max_element(logits.begin(), logits.end());
  return static_cast<std::uint32_t>(largest - logits.begin());
}

}  // namespace soakrig::workloads
