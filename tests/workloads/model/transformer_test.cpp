// SPDX-License-Identifier: Apache-2.0
//
// The whole model against one written again in plain doubles from the formulas, and the promises
// about equal bits: batches, threads and targets make no difference.
#include "workloads/model/transformer.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "tests/support/catch.hpp"
#include "tests/workloads/support/tiny_shape.hpp"
#include "workloads/kernels/half.hpp"
#include "workloads/model/known_answer.hpp"

using namespace soakrig::workloads;

namespace {

using Vector = std::vector<double>;
constexpr std::uint64_t kSeed = 4;

// One tensor as doubles, block by block from its definition.
std::vector<Vector> dense(WeightFormat format, Tensor tensor, std::size_t layer, std::size_t rows,
                          std::size_t cols) {
  std::vector<Vector> out(rows, Vector(cols));
  const float deviation = deviation_of(kTinyShape, tensor);
  for (std::size_t r = 0; r < rows; ++r) {
    for (std::size_t c = 0; c < cols; ++c) {
      const Block block = make_block(format, kSeed, tensor, layer, r, c / kBlock, deviation);
      const std::size_t k = c % kBlock;
      const int q = format == WeightFormat::q8_0
                        ? static_cast<std::int8_t>(block.quants[k])
                        : (k < 16 ? block.quants[k] & 15 : block.quants[k - 16] >> 4) - 8;
      out[r][c] = static_cast<double>(half_to_float(block.scale)) * q;
    }
  }
  return out;
}

// What 8-bit activations make of x.
Vector rounded(const Vector& x) {
  Vector out(x.size());
  for (std::size_t b = 0; b < x.size(); b += kBlock) {
    double largest = 0;
    for (std::size_t i = b; i < b + kBlock; ++i) largest = std::max(largest, std::fabs(x[i]));
    for (std::size_t i = b; i < b + kBlock; ++i) {
      out[i] = largest > 0 ? std::nearbyint(x[i] * 127 / largest) * largest / 127 : 0;
    }
  }
  return out;
}

Vector product(const std::vector<Vector>& matrix, const Vector& x) {
  const Vector input = rounded(x);
  Vector out;
  for (const Vector& row : matrix) {
    double sum = 0;
    for (std::size_t i = 0; i < row.size(); ++i) sum += row[i] * input[i];
    out.push_back(sum);
  }
  return out;
}

Vector norm(const Vector& x, Tensor tensor, std::size_t layer) {
  double squares = 0;
  for (const double v : x) squares += v * v;
  Vector out(x.size());
  for (std::size_t i = 0; i < x.size(); ++i) {
    out[i] = x[i] / std::sqrt(squares / static_cast<double>(x.size()) + 1e-5) *
             static_cast<double>(make_gain(kSeed, tensor, layer, i));
  }
  return out;
}

void rotate(Vector& x, std::size_t position) {
  const std::size_t dim = kTinyShape.head_dim;
  for (std::size_t i = 0; i < x.size(); i += 2) {
    const double angle =
        static_cast<double>(position) *
        std::pow(10000.0, -static_cast<double>(i % dim) / static_cast<double>(dim));
    const double a = x[i] * std::cos(angle) - x[i + 1] * std::sin(angle);
    x[i + 1] = x[i] * std::sin(angle) + x[i + 1] * std::cos(angle);
    x[i] = a;
  }
}

// Logits after the last of `tokens`, by the formulas.
Vector reference_logits(WeightFormat format, const std::vector<std::uint32_t>& tokens) {
  const Shape& s = kTinyShape;
  const auto embedding = dense(format, Tensor::embedding, 0, s.vocabulary, s.dim);
  std::vector<Vector> x;
  for (const std::uint32_t token : tokens) x.push_back(embedding[token]);
  for (std::size_t l = 0; l < s.layers; ++l) {
    const auto wq = dense(format, Tensor::query, l, s.query_dim(), s.dim);
    const auto wk = dense(format, Tensor::key, l, s.kv_dim(), s.dim);
    const auto wv = dense(format, Tensor::value, l, s.kv_dim(), s.dim);
    const auto wo = dense(format, Tensor::attention_out, l, s.dim, s.query_dim());
    const auto gate = dense(format, Tensor::gate, l, s.ffn, s.dim);
    const auto up = dense(format, Tensor::up, l, s.ffn, s.dim);
    const auto down = dense(format, Tensor::down, l, s.dim, s.ffn);
    std::vector<Vector> keys, values;
    for (std::size_t p = 0; p < tokens.size(); ++p) {
      const Vector in = norm(x[p], Tensor::attention_norm, l);
      Vector query = product(wq, in);
      keys.push_back(product(wk, in));
      values.push_back(product(wv, in));
      rotate(query, p);
      rotate(keys.back(), p);
      Vector mixed(s.query_dim(), 0.0);
      for (std::size_t h = 0; h < s.heads; ++h) {
        const std::size_t kv = h / (s.heads / s.kv_heads) * s.head_dim;
        Vector weight(p + 1);
        double total = 0;
        for (std::size_t t = 0; t <= p; ++t) {
          double score = 0;
          for (std::size_t i = 0; i < s.head_dim; ++i) {
            score += query[h * s.head_dim + i] * keys[t][kv + i];
          }
          total += weight[t] = std::exp(score / std::sqrt(static_cast<double>(s.head_dim)));
        }
        for (std::size_t t = 0; t <= p; ++t) {
          for (std::size_t i = 0; i < s.head_dim; ++i) {
            mixed[h * s.head_dim + i] += weight[t] / total * values[t][kv + i];
          }
        }
      }
      const Vector attended = product(wo, mixed);
      for (std::size_t i = 0; i < s.dim; ++i) x[p][i] += attended[i];
      const Vector inner = norm(x[p], Tensor::ffn_norm, l);
      Vector g = product(gate, inner);
      const Vector u = product(up, inner);
      for (std::size_t i = 0; i < s.ffn; ++i) g[i] = g[i] / (1 + std::exp(-g[i])) * u[i];
      const Vector added = product(down, g);
      for (std::size_t i = 0; i < s.dim; ++i) x[p][i] += added[i];
    }
  }
  return product(dense(format, Tensor::output, 0, s.vocabulary, s.dim),
                 norm(x.back(), Tensor::output_norm, 0));
}

std::vector<float> logits_of(WeightFormat format, const Kernels& kernels, std::size_t threads,
                             const std::vector<std::uint32_t>& tokens, std::size_t batch) {
  ThreadPool pool(threads);
  const auto weights = Weights::make(kTinyShape, format, kSeed, pool);
  REQUIRE(weights);
  auto model = Transformer::make(*weights, kernels, pool, tokens.size());
  REQUIRE(model);
  for (std::size_t at = 0; at < tokens.size(); at += batch) {
    model->feed(std::span(tokens).subspan(at, std::min(batch, tokens.size() - at)));
  }
  CHECK(model->position() == tokens.size());
  return {model->logits().begin(), model->logits().end()};
}

}  // namespace

TEST_CASE("transformer: agrees with the formulas in doubles") {
  const auto tokens = make_prompt(kTinyShape, 1, 11);
  for (const auto format : {WeightFormat::q8_0, WeightFormat::q4_0}) {
    const Vector truth = reference_logits(format, tokens);
    const auto got = logits_of(format, *find_kernels(""), 2, tokens, 4);
    double difference = 0;
    double size = 0;
    for (std::size_t i = 0; i < truth.size(); ++i) {
      difference += std::pow(static_cast<double>(got[i]) - truth[i], 2);
      size += truth[i] * truth[i];
    }
    // Rounding to 8 bits may fall to the other side here and there; anything wrong is 100 times it.
    CHECK(std::sqrt(difference / size) < 0.01);
    CHECK(size > 1);
  }
}

TEST_CASE("transformer: batches, threads and targets give the same bits") {
  const auto tokens = make_prompt(kTinyShape, 2, 40);
  for (const auto format : {WeightFormat::q8_0, WeightFormat::q4_0}) {
    const auto expected = logits_of(format, scalar_kernels(), 1, tokens, 1);
    for (const Kernels* kernels : runnable_kernels()) {
      for (const std::size_t threads : {1u, 2u, 3u}) {
        for (const std::size_t batch : {1u, 7u, 40u}) {
          const auto got = logits_of(format, *kernels, threads, tokens, batch);
          INFO(kernels->target << " threads " << threads << " batch " << batch);
          CHECK(std::memcmp(got.data(), expected.data(), got.size() * sizeof(float)) == 0);
        }
      }
    }
  }
}

TEST_CASE("transformer: steps add up to a feed, and a reset forgets") {
  ThreadPool pool(1);
  const auto weights = Weights::make(kTinyShape, WeightFormat::q8_0, kSeed, pool);
  auto model = Transformer::make(*weights, *find_kernels(""), pool, 16);
  REQUIRE(model);
  const auto tokens = make_prompt(kTinyShape, 3, 5);
  model->feed(tokens);
  const std::vector<float> whole(model->logits().begin(), model->logits().end());
  model->reset();
  CHECK(model->position() == 0);
  model->begin(tokens);
  std::size_t steps = 0;
  while (!model->step()) CHECK(model->steps_done() == ++steps);
  CHECK(steps + 1 == model->steps());
  CHECK(std::equal(whole.begin(), whole.end(), model->logits().begin()));
}

TEST_CASE("transformer: the greedy choice is the lowest of the largest") {
  const std::vector<float> logits{1, 5, 5, -9};
  CHECK(greedy_token(logits) == 1);
}
