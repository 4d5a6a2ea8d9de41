// SPDX-License-Identifier: Apache-2.0
#include "workloads/model/known_answer.hpp"

#include <optional>

#include "workloads/model/transformer.hpp"

namespace soakrig::workloads {
namespace {

// A change of the kernels' order of arithmetic, of the weights or of the shape changes these, and
// with them every golden that a rig has kept: never by accident.
constexpr Checkpoint kQ8{0x7913E35461E678E5u, -245028778};
constexpr Checkpoint kQ4{0x6081F8BD45597D3Du, -405612700};

}  // namespace

std::vector<std::uint32_t> make_prompt(const Shape& shape, std::uint64_t seed, std::size_t tokens) {
  std::vector<std::uint32_t> prompt(tokens);
  std::uint64_t state = seed ^ 0x5DEECE66D1CE5EEDu;
  for (std::uint32_t& token : prompt) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    token = static_cast<std::uint32_t>((state >> 33) % shape.vocabulary);
  }
  return prompt;
}

Checkpoint known_answer(WeightFormat format) { return format == WeightFormat::q8_0 ? kQ8 : kQ4; }

Result<Checkpoint> compute_known_answer(const Kernels& kernels, ThreadPool& pool,
                                        WeightFormat format) {
  const Shape& shape = shapes().front();
  auto weights = Weights::make(shape, format, kKnownSeed, pool);
  if (!weights) return weights.error();
  auto model = Transformer::make(*weights, kernels, pool, 2 * kKnownTokens);
  if (!model) return model.error();
  OutputCheck check(kKnownTokens, kKnownTokens, std::nullopt);
  model->feed(make_prompt(shape, kKnownSeed, kKnownTokens));
  for (std::size_t i = 0; i < kKnownTokens; ++i) {
    const std::uint32_t token = greedy_token(model->logits());
    check.token(token, model->logits());
    if (i + 1 < kKnownTokens) model->feed({&token, 1});
  }
  RIG_ASSERT(check.learned().has_value());
  return *check.learned();
}

}  // namespace soakrig::workloads
