// SPDX-License-Identifier: Apache-2.0
//
// The committed golden output: what the smallest shape answers to a fixed prompt, the same on every
// target and thread count. Run before every soak, it says whether this board computes rightly
// before it is hot; the answers of the other shapes are only compared with themselves.
#pragma once

#include <cstdint>
#include <vector>

#include "rig/base/result.hpp"
#include "workloads/kernels/kernels.hpp"
#include "workloads/kernels/thread_pool.hpp"
#include "workloads/model/output_check.hpp"
#include "workloads/model/shape.hpp"

namespace soakrig::workloads {

inline constexpr std::uint64_t kKnownSeed = 1;
inline constexpr std::size_t kKnownTokens = 32;  // of the prompt, and of the answer

// The prompt of every cycle: a function of the seed alone.
[[nodiscard]] std::vector<std::uint32_t> make_prompt(const Shape& shape, std::uint64_t seed,
                                                     std::size_t tokens);
// The committed constant.
[[nodiscard]] Checkpoint known_answer(WeightFormat format);
// What this processor answers. Errc::full when the memory (18 MiB) is refused.
[[nodiscard]] Result<Checkpoint> compute_known_answer(const Kernels& kernels, ThreadPool& pool,
                                                      WeightFormat format);

}  // namespace soakrig::workloads
