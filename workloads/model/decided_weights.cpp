// SPDX-License-Identifier: Apache-2.0
#include "workloads/model/decided_weights.hpp"

#include <algorithm>
#include <cmath>

#include "workloads/kernels/half.hpp"
#include "workloads/model/row_key.hpp"

namespace soakrig::workloads {
namespace {

// Standard deviation of the logits. The likeliest of 32 000 tokens has a large share of the chance
// from about sqrt(2 ln 32000) = 4.6 on.
constexpr float kLogits = 5;
// Of what a layer adds to the residual stream: little enough that rounding errors do not pile up
// over the layers, enough that the text before the last token counts.
constexpr float kLayers = 0.3f;

float decided_deviation(const Shape& shape, Tensor tensor) {
  const float usual = deviation_of(shape, tensor);
  if (tensor == Tensor::output) return kLogits * usual;
  if (tensor == Tensor::down || tensor == Tensor::attention_out) return kLayers * usual;
  return usual;
}

}  // namespace

BlockNumbers decided_block(const Shape& shape, std::uint64_t seed, Tensor tensor, std::size_t layer,
                           std::size_t row, std::size_t block) {
  constexpr std::int32_t kHalf = 1 << 23;                           // of the range, in steps
  constexpr float kSteps = static_cast<float>(kHalf) / 1.7320508f;  // standard deviation
  const float scale = decided_deviation(shape, tensor) / kSteps;
  const std::uint64_t key =
      row_key(seed, static_cast<std::uint8_t>(tensor), layer, row) + kBlock * block;
  BlockNumbers out{};
  for (std::size_t i = 0; i < kBlock; ++i) {
    out[i] = static_cast<float>(static_cast<std::int32_t>(mix(key + i) >> 40) - kHalf) * scale;
  }
  return out;
}

Block quantised(WeightFormat format, const BlockNumbers& numbers) {
  const float largest = *std::ranges::max_element(numbers, {}, [](float x) { return std::abs(x); });
  const bool eight = format == WeightFormat::q8_0;
  const float step = eight ? std::abs(largest) / 127.0f : largest / -8.0f;
  const float inverse = step != 0 ? 1.0f / step : 0.0f;
  Block out;
  out.scale = float_to_half(step);
  for (std::size_t i = 0; i < kBlock; ++i) {
    const float steps = numbers[i] * inverse;
    if (eight) {
      out.quants[i] = static_cast<std::uint8_t>(static_cast<std::int8_t>(std::round(steps)));
      continue;
    }
    const int nibble = std::min(15, static_cast<int>(steps + 8.5f));
    const auto bits = static_cast<std::uint8_t>(nibble);
    std::uint8_t& byte = out.quants[i % (kBlock / 2)];
    byte = static_cast<std::uint8_t>(i < kBlock / 2 ? bits : byte | bits << 4);
  }
  return out;
}

}  // namespace soakrig::workloads
