// SPDX-License-Identifier: Apache-2.0
#include "workloads/model/shape.hpp"

#include <set>

#include "tests/support/catch.hpp"

using namespace soakrig;
using namespace soakrig::workloads;

TEST_CASE("shape: all divide as the kernels need, sorted by size, names once") {
  std::set<std::string_view> names;
  std::uint64_t before = 0;
  for (const Shape& s : shapes()) {
    INFO(s.name);
    CHECK(names.insert(s.name).second);
    CHECK(s.dim % 32 == 0);
    CHECK(s.ffn % 32 == 0);
    CHECK(s.query_dim() % 32 == 0);
    CHECK(s.kv_dim() % 16 == 0);
    CHECK(s.head_dim % 16 == 0);
    CHECK(s.vocabulary % 16 == 0);
    CHECK(s.heads % s.kv_heads == 0);
    CHECK(parameter_count(s) > before);
    before = parameter_count(s);
  }
  CHECK(shapes().front().name == "stories-15m");
}

TEST_CASE("shape: parameters are those of the published models") {
  // Qwen's biases are left out: 24 * (896 + 2 * 128) = 27 648 fewer than its 494 032 768.
  CHECK(parameter_count(*find_shape("stories-15m")) == 15'191'712);
  CHECK(parameter_count(*find_shape("smollm2-135m")) == 134'515'008);
  CHECK(parameter_count(*find_shape("qwen2.5-0.5b")) == 494'032'768 - 27'648);
  CHECK(parameter_count(*find_shape("tinyllama-1.1b")) == 1'100'048'384);
  CHECK(parameter_count(*find_shape("llama-3.2-1b")) == 1'235'814'400);
  CHECK(parameter_count(*find_shape("llama-3.2-3b")) == 3'212'749'824);
  CHECK(parameter_count(*find_shape("llama-3-8b")) == 8'030'261'248);
}

TEST_CASE("shape: bytes follow the block formats") {
  const Shape s = *find_shape("tinyllama-1.1b");
  const std::uint64_t norms = (2 * 22 + 1) * 2048 * 4;
  const std::uint64_t weights = 1'100'048'384 - norms / 4;
  CHECK(weight_bytes(s, WeightFormat::q8_0) == weights / 32 * 34 + norms);
  CHECK(weight_bytes(s, WeightFormat::q4_0) == weights / 32 * 18 + norms);
  // The embedding's 32 000 rows are looked up, not read through.
  CHECK(weight_bytes(s, WeightFormat::q8_0) - bytes_per_token(s, WeightFormat::q8_0) ==
        std::uint64_t{32000} * 2048 / 32 * 34);
  CHECK(memory_needed(s, WeightFormat::q8_0, 2048) > memory_needed(s, WeightFormat::q8_0, 128));
}

TEST_CASE("shape: an unknown name gets a suggestion") {
  const auto wrong = find_shape("tinylama-1.1b");
  REQUIRE_FALSE(wrong);
  CHECK(wrong.error().code == Errc::not_found);
  CHECK(wrong.error().message().find("did you mean \"tinyllama-1.1b\"") != std::string::npos);
  CHECK_FALSE(find_shape(""));
}

TEST_CASE("shape: the default fits a quarter of the memory") {
  const auto pick = [](std::uint64_t gib, WeightFormat format) {
    return default_shape(gib << 30, format, 128).name;
  };
  CHECK(pick(0, WeightFormat::q8_0) == "stories-15m");
  CHECK(pick(4, WeightFormat::q8_0) == "qwen2.5-0.5b");
  CHECK(pick(8, WeightFormat::q8_0) == "llama-3.2-1b");
  CHECK(pick(8, WeightFormat::q4_0) == "llama-3.2-3b");
  CHECK(pick(64, WeightFormat::q8_0) == "llama-3-8b");
  CHECK(default_shape(std::uint64_t{256} << 30, WeightFormat::q8_0, 100'000).name ==
        "llama-3.2-3b");  // the largest whose context is long enough
  CHECK(available_memory() > 0);
}
