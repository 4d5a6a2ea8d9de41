// SPDX-License-Identifier: Apache-2.0
//
// Made-up weights of a model that is seldom in doubt about the next token, as a trained one is, so
// that two quantisations of it can be compared. Other than those of weights.hpp they are numbers
// first, the same whatever format they are stored in, and are quantised as llama.cpp does it. Pure.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "workloads/model/shape.hpp"
#include "workloads/model/weights.hpp"

namespace soakrig::workloads {

using BlockNumbers = std::array<float, kBlock>;

// One block of a matrix: uniform numbers, by the seed alone.
[[nodiscard]] BlockNumbers decided_block(const Shape& shape, std::uint64_t seed, Tensor tensor,
                                         std::size_t layer, std::size_t row, std::size_t block);

// As ggml's reference does it: Q8_0 = round(x / (largest / 127)); Q4_0 with the scale
// largest ÷ -8, signed, so that the number of largest magnitude is met exactly.
[[nodiscard]] Block quantised(WeightFormat format, const BlockNumbers& numbers);

}  // namespace soakrig::workloads
