// SPDX-License-Identifier: Apache-2.0
//
// The committed golden output on every target that this processor runs.
#include "workloads/model/known_answer.hpp"

#include "tests/support/catch.hpp"

using namespace soakrig::workloads;

TEST_CASE("known_answer: bit-equal on every target and thread count") {
  for (const auto format : {WeightFormat::q8_0, WeightFormat::q4_0}) {
    for (const Kernels* kernels : runnable_kernels()) {
      for (const std::size_t threads : {1u, 3u}) {
        if (kernels == &scalar_kernels() && threads == 3) continue;  // slow, and split the same
        ThreadPool pool(threads);
        const auto got = compute_known_answer(*kernels, pool, format);
        REQUIRE(got);
        INFO(kernels->target << " threads " << threads << " got " << to_text(*got));
        CHECK(got->tokens == known_answer(format).tokens);
        CHECK(got->logits == known_answer(format).logits);  // exactly, not within the band
      }
    }
  }
}

TEST_CASE("known_answer: prompts depend on the seed and stay in the vocabulary") {
  const Shape& shape = shapes().front();
  CHECK(make_prompt(shape, 1, 50) == make_prompt(shape, 1, 50));
  CHECK(make_prompt(shape, 1, 50) != make_prompt(shape, 2, 50));
  for (const std::uint32_t token : make_prompt(shape, 3, 500)) CHECK(token < shape.vocabulary);
}
