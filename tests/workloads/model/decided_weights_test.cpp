// SPDX-License-Identifier: Apache-2.0
#include "workloads/model/decided_weights.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <span>

#include "tests/support/catch.hpp"
#include "tests/support/temp_dir.hpp"
#include "workloads/kernels/half.hpp"
#include "workloads/model/gguf.hpp"
#include "workloads/model/gguf_write.hpp"

using namespace soakrig;
using namespace soakrig::workloads;

namespace {

// A block's numbers as an engine reads them.
BlockNumbers read_back(WeightFormat format, const Block& block) {
  const float scale = half_to_float(block.scale);
  BlockNumbers out{};
  for (std::size_t i = 0; i < kBlock; ++i) {
    const std::uint8_t byte = block.quants[format == WeightFormat::q8_0 ? i : i % (kBlock / 2)];
    const int q = format == WeightFormat::q8_0 ? static_cast<std::int8_t>(byte)
                  : i < kBlock / 2             ? (byte & 15) - 8
                                               : (byte >> 4) - 8;
    out[i] = scale * static_cast<float>(q);
  }
  return out;
}

// Of the block that stands there.
float scale_of(std::span<const std::uint8_t> block) {
  std::uint16_t half = 0;
  std::memcpy(&half, block.data(), sizeof half);
  return half_to_float(half);
}

double error_of(WeightFormat format, std::uint64_t seed, double& power) {
  const Shape shape = find_shape("stories-15m").value();
  double error = 0;
  power = 0;
  for (std::size_t row = 0; row < 200; ++row) {
    const auto numbers = decided_block(shape, seed, Tensor::query, 1, row, 3);
    const auto back = read_back(format, quantised(format, numbers));
    for (std::size_t i = 0; i < kBlock; ++i) {
      const double number = static_cast<double>(numbers[i]);
      const double off = static_cast<double>(back[i]) - number;
      error += off * off;
      power += number * number;
    }
  }
  return std::sqrt(error / power);
}

}  // namespace

TEST_CASE("decided weights: of the wanted deviation, by the seed, each format near its numbers") {
  const Shape shape = find_shape("stories-15m").value();
  double power = 0;
  CHECK(error_of(WeightFormat::q8_0, 1, power) < 0.01);
  CHECK(power / (200 * kBlock) == Approx(1.0 / static_cast<double>(shape.dim)).epsilon(0.05));
  const double four = error_of(WeightFormat::q4_0, 1, power);
  CHECK(four > 0.04);
  CHECK(four < 0.08);
  const auto block = decided_block(shape, 1, Tensor::key, 0, 0, 0);
  CHECK(decided_block(shape, 1, Tensor::key, 0, 0, 0) == block);
  CHECK(decided_block(shape, 2, Tensor::key, 0, 0, 0) != block);
  CHECK(decided_block(shape, 1, Tensor::key, 0, 1, 0) != block);
  CHECK(decided_block(shape, 1, Tensor::key, 0, 0, 1) != block);
}

TEST_CASE("decided weights: quantised as ggml does it") {
  BlockNumbers numbers{};
  CHECK(read_back(WeightFormat::q4_0, quantised(WeightFormat::q4_0, numbers)) == numbers);
  CHECK(read_back(WeightFormat::q8_0, quantised(WeightFormat::q8_0, numbers)) == numbers);
  numbers[5] = -8;  // the largest: met exactly, and the scale is positive
  numbers[6] = 8;   // one step too far for a nibble
  numbers[7] = 2.6f;
  const Block four = quantised(WeightFormat::q4_0, numbers);
  CHECK(half_to_float(four.scale) == 1);
  CHECK(read_back(WeightFormat::q4_0, four)[5] == -8);
  CHECK(read_back(WeightFormat::q4_0, four)[6] == 7);
  CHECK(read_back(WeightFormat::q4_0, four)[7] == 3);
  const auto eight = read_back(WeightFormat::q8_0, quantised(WeightFormat::q8_0, numbers));
  CHECK(eight[5] == Approx(-8).epsilon(1e-3));
  CHECK(eight[6] == -eight[5]);
}

TEST_CASE("decided weights: one model in every format, its output never tied") {
  const test::TempDir dir;
  const Shape shape = find_shape("stories-15m").value();
  for (const auto quant : {GgufQuant::q8_0, GgufQuant::q4_0, GgufQuant::f16}) {
    const GgufModelSpec model{shape, quant, 1, GgufWeights::decided};
    const std::string path = dir.file("m.gguf");
    REQUIRE(write_gguf(path, model));
    CHECK(std::filesystem::file_size(path) == gguf_file_bytes(model));
    if (quant == GgufQuant::f16) continue;  // not one that our own reader runs
    const auto file = GgufFile::open(path);
    REQUIRE(file);
    CHECK_FALSE(file->model().shape.tied);
    const auto query = file->data(file->model().tensors.find("blk.1.attn_q.weight")->second);
    const Block expected =
        quantised(file->model().format, decided_block(shape, 1, Tensor::query, 1, 0, 0));
    CHECK(std::equal(query.begin() + 2, query.begin() + 2 + kBlock / 2, expected.quants.begin()));
    const auto output = file->data(file->model().tensors.find("output.weight")->second);
    const auto spoken = output.subspan(output.size() / shape.vocabulary * kGgufSilentTokens);
    CHECK(scale_of(output) == 0);
    CHECK(scale_of(spoken) != 0);
  }
}
