// SPDX-License-Identifier: Apache-2.0
#include "workloads/model/weights.hpp"

#include <cmath>
#include <cstring>

#include "tests/support/catch.hpp"
#include "tests/workloads/support/tiny_shape.hpp"
#include "workloads/kernels/half.hpp"

using namespace soakrig::workloads;

namespace {

// Weight i of a block by the format's definition.
double value(WeightFormat format, const Block& block, std::size_t i) {
  const auto scale = static_cast<double>(half_to_float(block.scale));
  if (format == WeightFormat::q8_0) return scale * static_cast<std::int8_t>(block.quants[i]);
  const std::uint8_t byte = block.quants[i % 16];
  return scale * ((i < 16 ? byte & 15 : byte >> 4) - 8);
}

}  // namespace

TEST_CASE("weights: blocks have the deviation asked for, mean zero and no forbidden quants") {
  for (const auto format : {WeightFormat::q8_0, WeightFormat::q4_0}) {
    double sum = 0;
    double squares = 0;
    bool forbidden = false;
    const std::size_t blocks = 4000;
    for (std::size_t b = 0; b < blocks; ++b) {
      const Block block = make_block(format, 7, Tensor::up, 3, b / 64, b % 64, 0.02f);
      for (std::size_t i = 0; i < kBlock; ++i) {
        const double v = value(format, block, i);
        sum += v;
        squares += v * v;
        if (format == WeightFormat::q8_0 && block.quants[i] == 0x80) forbidden = true;
        if (format == WeightFormat::q4_0 && i < 16 &&
            ((block.quants[i] & 15) == 0 || block.quants[i] >> 4 == 0)) {
          forbidden = true;
        }
      }
    }
    const double n = static_cast<double>(blocks * kBlock);
    CHECK_FALSE(forbidden);
    CHECK(std::fabs(sum / n) < 0.0003);
    CHECK(std::sqrt(squares / n) == Approx(0.02).epsilon(0.03));
  }
}

TEST_CASE("weights: a block depends on each part of its address and on nothing else") {
  const auto make = [](std::uint64_t seed, Tensor tensor, std::size_t layer, std::size_t row,
                       std::size_t block) {
    return make_block(WeightFormat::q8_0, seed, tensor, layer, row, block, 1.0f).quants;
  };
  const auto base = make(1, Tensor::key, 2, 3, 4);
  CHECK(make(1, Tensor::key, 2, 3, 4) == base);
  CHECK(make(2, Tensor::key, 2, 3, 4) != base);
  CHECK(make(1, Tensor::value, 2, 3, 4) != base);
  CHECK(make(1, Tensor::key, 1, 3, 4) != base);
  CHECK(make(1, Tensor::key, 2, 2, 4) != base);
  CHECK(make(1, Tensor::key, 2, 3, 5) != base);
}

TEST_CASE("weights: the embedding's rows are its blocks, whatever the number of threads") {
  for (const auto format : {WeightFormat::q8_0, WeightFormat::q4_0}) {
    ThreadPool one(1);
    ThreadPool three(3);
    const auto a = Weights::make(kTinyShape, format, 9, one);
    const auto b = Weights::make(kTinyShape, format, 9, three);
    REQUIRE(a);
    REQUIRE(b);
    const float deviation = deviation_of(kTinyShape, Tensor::embedding);
    std::vector<float> row(kTinyShape.dim);
    for (const std::size_t token : {0u, 17u, 79u}) {
      a->embed(token, row.data());
      for (std::size_t i = 0; i < row.size(); ++i) {
        const Block block =
            make_block(format, 9, Tensor::embedding, 0, token, i / kBlock, deviation);
        CHECK(static_cast<double>(row[i]) == Approx(value(format, block, i % kBlock)));
      }
    }
    const TileMatrix& x = a->layers()[1].gate_up;
    const TileMatrix& y = b->layers()[1].gate_up;
    CHECK(std::memcmp(x.quants, y.quants, x.tiles() * x.blocks() * tile_quant_bytes(format)) == 0);
    CHECK(std::memcmp(x.scales, y.scales, x.tiles() * x.blocks() * 32) == 0);
  }
}

TEST_CASE("weights: flipping a bit touches one byte of the row named, and flips back") {
  ThreadPool pool(1);
  auto w = Weights::make(kTinyShape, WeightFormat::q8_0, 9, pool);
  REQUIRE(w);
  const TileMatrix& out = w->output();
  const std::size_t bytes = out.tiles() * out.blocks() * 512;
  const std::vector<std::uint8_t> before(out.quants, out.quants + bytes);
  const std::size_t flipped = 37 / kTileRows * out.blocks() * 512 + 37 % kTileRows * 4;
  w->flip_small_bit(37);
  for (std::size_t i = 0; i < bytes; ++i) {
    if (out.quants[i] != (before[i] ^ (i == flipped ? 1 : 0))) FAIL("byte " << i);
  }
  w->flip_small_bit(37);
  CHECK(std::equal(before.begin(), before.end(), out.quants));
  const std::uint16_t scale = *w->layers().front().down.scales;
  w->flip_large_bit();
  CHECK(*w->layers().front().down.scales == (scale ^ 0x4000));
}
