// SPDX-License-Identifier: Apache-2.0
// Also tests: kernels_scalar.cpp kernels_simd.cpp
//
// The scalar kernels against plain doubles, and every vector target that this processor runs
// against the scalar ones, bit for bit.
#include "workloads/kernels/kernels.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <random>
#include <vector>

#include "tests/support/catch.hpp"
#include "workloads/kernels/half.hpp"

using namespace soakrig::workloads;

namespace {

std::vector<float> noise(std::size_t n, unsigned seed, float deviation = 1) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal(0, deviation);
  std::vector<float> out(n);
  for (float& value : out) value = normal(random);
  return out;
}

bool same_bits(const std::vector<float>& a, const std::vector<float>& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0;
}

struct Matrix {
  std::vector<std::uint8_t> quants;
  std::vector<std::uint16_t> scales;
  TileMatrix view;

  Matrix(WeightFormat format, std::size_t rows, std::size_t cols, unsigned seed) {
    std::mt19937 random(seed);
    quants.resize(rows * cols / (format == WeightFormat::q8_0 ? 1 : 2));
    for (auto& q : quants) {
      q = static_cast<std::uint8_t>(random());
      if (format == WeightFormat::q8_0 && q == 128) q = 129;  // never written by a quantiser
    }
    scales.resize(rows * cols / kBlock);
    for (auto& s : scales) s = static_cast<std::uint16_t>(0x1C00 + random() % 0x400);
    view = {format, rows, cols, quants.data(), scales.data()};
  }

  // Weight (row, col) as a number, by the definition in block_format.hpp.
  double at(std::size_t row, std::size_t col) const {
    const std::size_t tile = row / kTileRows * view.blocks() + col / kBlock;
    const std::size_t lane = row % kTileRows;
    const std::size_t k = col % kBlock;
    const double scale = static_cast<double>(half_to_float(scales[tile * kTileRows + lane]));
    const std::uint8_t* bytes = quants.data() + tile * tile_quant_bytes(view.format);
    const auto byte = [&](std::size_t i) {
      return bytes[i / kGroup * kTileRows * kGroup + lane * kGroup + i % kGroup];
    };
    if (view.format == WeightFormat::q8_0) return scale * static_cast<std::int8_t>(byte(k));
    return scale * ((k < 16 ? byte(k) & 15 : byte(k - 16) >> 4) - 8);
  }
};

struct Rows {
  std::vector<std::int8_t> q;
  std::vector<std::uint8_t> magnitudes;
  std::vector<float> scales;
  std::vector<std::int32_t> offsets;
  QuantRows view;

  Rows(const Kernels& kernels, const std::vector<float>& x, std::size_t tokens, std::size_t cols)
      : q(tokens * cols),
        magnitudes(tokens * cols),
        scales(tokens * cols / kBlock),
        offsets(tokens * cols / kBlock),
        view{tokens, cols, q.data(), magnitudes.data(), scales.data(), offsets.data()} {
    for (std::size_t t = 0; t < tokens; ++t) kernels.quantize(x.data() + t * cols, view, t);
  }
};

}  // namespace

TEST_CASE("kernels: the best comes first, the scalar one last, unknown ones are not found") {
  const auto all = runnable_kernels();
  REQUIRE_FALSE(all.empty());
  CHECK(find_kernels("") == all.front());
  CHECK(all.back() == &scalar_kernels());
  CHECK(find_kernels("scalar") == &scalar_kernels());
  CHECK(find_kernels("mmx") == nullptr);
}

TEST_CASE("kernels: quantisation keeps every value within half a step") {
  auto x = noise(256, 3);
  std::fill_n(x.begin() + 64, 32, 0.0f);  // a block of zeros has scale zero
  const Rows rows(scalar_kernels(), x, 1, 256);
  for (std::size_t i = 0; i < 256; ++i) {
    const float scale = rows.scales[i / 32];
    CHECK(std::fabs(static_cast<float>(rows.q[i]) * scale - x[i]) <= scale * 0.5001f);
    CHECK(rows.magnitudes[i] == std::abs(rows.q[i]));
  }
  CHECK(rows.scales[2] == 0.0f);
  std::int32_t sum = 0;
  for (std::size_t i = 0; i < 32; ++i) sum += rows.q[i];
  CHECK(rows.offsets[0] == 8 * sum);
}

TEST_CASE("kernels: block dots are exact, also at the extremes") {
  for (const auto format : {WeightFormat::q8_0, WeightFormat::q4_0}) {
    for (const Kernels* kernels : runnable_kernels()) {
      for (const int extreme : {127, -127}) {
        Matrix m(format, 16, 32, 1);
        // 32 products of the largest magnitude: where 16-bit sums would saturate.
        std::fill(m.quants.begin(), m.quants.end(),
                  static_cast<std::uint8_t>(format == WeightFormat::q8_0 ? 0x81 : 0xFF));
        std::fill(m.scales.begin(), m.scales.end(), std::uint16_t{0x3C00});
        const std::vector<float> x(32, static_cast<float>(extreme));
        const Rows rows(*kernels, x, 1, 32);
        std::vector<float> out(16);
        kernels->multiply(m.view, rows.view, 0, 1, out.data());
        const int weight = format == WeightFormat::q8_0 ? -127 : 7;
        CHECK(out == std::vector<float>(16, static_cast<float>(32 * weight * extreme)));
      }
    }
  }
}

TEST_CASE("kernels: the scalar matrix product agrees with doubles") {
  for (const auto format : {WeightFormat::q8_0, WeightFormat::q4_0}) {
    const Matrix m(format, 32, 128, 5);
    const auto x = noise(128, 6);
    const Rows rows(scalar_kernels(), x, 1, 128);
    std::vector<float> out(32);
    scalar_kernels().multiply(m.view, rows.view, 0, 2, out.data());
    for (std::size_t r = 0; r < 32; ++r) {
      double truth = 0;
      for (std::size_t c = 0; c < 128; ++c) {
        truth += m.at(r, c) * rows.q[c] * static_cast<double>(rows.scales[c / 32]);
      }
      CHECK(static_cast<double>(out[r]) == Approx(truth).epsilon(1e-5).margin(1e-5));
    }
  }
}

TEST_CASE("kernels: every target gives the scalar bits") {
  const Kernels& reference = scalar_kernels();
  for (const Kernels* kernels : runnable_kernels()) {
    INFO("target " << kernels->target);
    for (const std::size_t tokens : {1u, 3u, 4u, 13u, 130u}) {
      const std::size_t cols = tokens == 130 ? 64 : 2080;  // 65 blocks: more than one chunk
      const auto x = noise(tokens * cols, 11);
      const Rows rows(*kernels, x, tokens, cols);
      const Rows expected(reference, x, tokens, cols);
      CHECK(rows.q == expected.q);
      CHECK(rows.magnitudes == expected.magnitudes);
      CHECK(same_bits(rows.scales, expected.scales));
      CHECK(rows.offsets == expected.offsets);
      for (const auto format : {WeightFormat::q8_0, WeightFormat::q4_0}) {
        const Matrix m(format, 48, cols, 12);
        std::vector<float> out(tokens * 48);
        std::vector<float> truth(tokens * 48);
        kernels->multiply(m.view, rows.view, 0, 1, out.data());  // in two calls, as threads do
        kernels->multiply(m.view, rows.view, 1, 3, out.data());
        reference.multiply(m.view, expected.view, 0, 3, truth.data());
        CHECK(same_bits(out, truth));
      }
    }
    const auto x = noise(2048, 21);
    const auto gain = noise(2048, 22);
    std::vector<float> a(2048);
    std::vector<float> b(2048);
    kernels->rms_norm(x.data(), gain.data(), 2048, 1e-5f, a.data());
    reference.rms_norm(x.data(), gain.data(), 2048, 1e-5f, b.data());
    CHECK(same_bits(a, b));
    a = noise(2048, 23, 30);  // wide enough to reach both ends of exp
    b = a;
    kernels->swiglu(a.data(), x.data(), 2048);
    reference.swiglu(b.data(), x.data(), 2048);
    CHECK(same_bits(a, b));
    kernels->add(a.data(), x.data(), 2048);
    reference.add(b.data(), x.data(), 2048);
    CHECK(same_bits(a, b));
    for (const std::size_t positions : {1u, 16u, 37u}) {
      for (const std::size_t dim : {16u, 48u, 128u}) {
        const auto keys = noise(48 * dim, 31);  // whole tiles of positions
        const auto values = noise(positions * dim, 32);
        std::vector<float> scratch(48), out(dim), truth(dim);
        AttentionHead head{x.data(), keys.data(), values.data(),  positions,
                           dim,      0.3f,        scratch.data(), out.data()};
        kernels->attend(head);
        head.out = truth.data();
        reference.attend(head);
        CHECK(same_bits(out, truth));
      }
    }
  }
}

TEST_CASE("kernels: norm, attention and SwiGLU agree with plain doubles") {
  const Kernels& kernels = *find_kernels("");
  const std::size_t n = 64;
  const auto x = noise(n, 41);
  const auto gain = noise(n, 42);
  std::vector<float> out(n);
  kernels.rms_norm(x.data(), gain.data(), n, 1e-5f, out.data());
  double squares = 0;
  for (const float v : x) squares += static_cast<double>(v) * static_cast<double>(v);
  for (std::size_t i = 0; i < n; ++i) {
    const double truth = static_cast<double>(x[i]) /
                         std::sqrt(squares / static_cast<double>(n) + 1e-5) *
                         static_cast<double>(gain[i]);
    CHECK(static_cast<double>(out[i]) == Approx(truth).epsilon(1e-5));
  }
  std::vector<float> gate = x;
  kernels.swiglu(gate.data(), gain.data(), n);
  for (std::size_t i = 0; i < n; ++i) {
    const auto g = static_cast<double>(x[i]);
    CHECK(static_cast<double>(gate[i]) ==
          Approx(g / (1 + std::exp(-g)) * static_cast<double>(gain[i])).epsilon(1e-5));
  }
  const std::size_t positions = 21;
  const auto keys = noise(32 * n, 43);  // whole tiles of positions
  const auto values = noise(positions * n, 44);
  std::vector<float> scratch(32);
  kernels.attend(
      {x.data(), keys.data(), values.data(), positions, n, 0.125f, scratch.data(), out.data()});
  std::vector<double> weights(positions);
  double total = 0;
  for (std::size_t p = 0; p < positions; ++p) {
    double score = 0;
    for (std::size_t i = 0; i < n; ++i) {
      score += static_cast<double>(x[i]) * static_cast<double>(keys[key_at(p, i, n)]);
    }
    total += weights[p] = std::exp(score * 0.125);
  }
  for (std::size_t i = 0; i < n; ++i) {
    double truth = 0;
    for (std::size_t p = 0; p < positions; ++p) {
      truth += weights[p] / total * static_cast<double>(values[p * n + i]);
    }
    CHECK(static_cast<double>(out[i]) == Approx(truth).epsilon(1e-4).margin(1e-6));
  }
}
