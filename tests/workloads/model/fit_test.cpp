// SPDX-License-Identifier: Apache-2.0
//
// Against published figures: bits of a weight by the formats' definitions, the cache of Llama 3 8B,
// files of the llama-peer facts.
#include "workloads/model/fit.hpp"

#include <cmath>

#include "tests/support/catch.hpp"

using namespace soakrig::workloads;

namespace {

FitQuestion question(const char* shape, const char* format) {
  FitQuestion q;
  q.shape = find_shape(shape).value();
  q.format = find_fit_format(format).value();
  q.context = 2048;
  q.memory = std::uint64_t{64} << 30;
  return q;
}

bool near(double a, double b, double share) { return std::fabs(a - b) <= share * b; }

}  // namespace

TEST_CASE("fit: weights are those of the file") {
  // TinyLlama 1.1B: 619.9 MB in Q4_0, 1169.9 MB in Q8_0.
  CHECK(near(fit(question("tinyllama-1.1b", "q4_0")).weights, 619.9e6, 0.005));
  CHECK(near(fit(question("tinyllama-1.1b", "q8_0")).weights, 1169.9e6, 0.005));
  // Our own quantised weights, to the byte.
  for (const char* name : {"stories-15m", "smollm2-135m", "tinyllama-1.1b", "llama-3-8b"}) {
    const auto q = question(name, "q8_0");
    CHECK(
        near(fit(q).weights, static_cast<double>(weight_bytes(q.shape, WeightFormat::q8_0)), 1e-9));
  }
}

TEST_CASE("fit: group-quantised formats leave embedding and output in 16 bits") {
  CHECK(find_fit_format("awq4-g128").value().linear_bits == 4.15625);
  CHECK(find_fit_format("gptq3-g64").value().linear_bits == 3 + 19.0 / 64);
  CHECK(find_fit_format("awq3-g128").value().linear_bits == 3 + 19.0 / 128);
  const auto awq = question("llama-3-8b", "awq4-g128");
  const double outer = 2.0 * 128256 * 4096 * 2;
  CHECK(fit(awq).weights > outer);
  CHECK(near(fit(awq).weights, 6979321856.0 * 4.15625 / 8 + outer, 0.001));
  CHECK(fit(question("llama-3-8b", "gptq4-g128")).weights > fit(awq).weights);  // its group index
}

TEST_CASE("fit: the cache of Llama 3 8B takes 128 KiB a token in 16 bits") {
  auto q = question("llama-3-8b", "q8_0");
  q.context = 1;
  CHECK(fit(q).kv == 131072);
  q.context = 8192;
  CHECK(fit(q).kv == 1 << 30);
  q.streams = 4;
  q.kv_bytes = kv_value_bytes("q8_0").value();
  CHECK(fit(q).kv == 4.0 * (1 << 30) * 34 / 64);
}

TEST_CASE("fit: the largest context is the last one that fits") {
  auto q = question("llama-3-8b", "q4_0");
  q.memory = 6'000'000'000;
  q.reserve = 500'000'000;
  const FitAnswer answer = fit(q);
  REQUIRE(answer.largest_context > 0);
  REQUIRE(answer.largest_context < q.shape.context);
  q.context = answer.largest_context;
  CHECK(fit(q).fits);
  ++q.context;
  CHECK_FALSE(fit(q).fits);
  q.memory = 1 << 30;
  CHECK(fit(q).largest_context == 0);
  CHECK_FALSE(fit(q).fits);
  q.memory = std::uint64_t{1} << 40;
  CHECK(fit(q).largest_context == q.shape.context);
  q.context = q.shape.context + 1;  // room, but the model was not made for it
  CHECK_FALSE(fit(q).fits);
}

TEST_CASE("fit: llama.cpp keeps Q4_0 twice on a CPU, and nothing else") {
  auto q = question("tinyllama-1.1b", "q4_0");
  q.engine = FitEngine::llama_cpp;
  const FitAnswer twice = fit(q);
  CHECK(twice.repacked < twice.weights);
  // All but the embedding, which is looked up and never multiplied.
  CHECK(near(twice.weights - twice.repacked, 32000.0 * 2048 * 4.5 / 8, 1e-9));
  auto tied = question("smollm2-360m", "q4_0");
  tied.engine = FitEngine::llama_cpp;
  CHECK(fit(tied).repacked == fit(tied).weights);  // it is the output too
  q.gpu_layers = q.shape.layers;
  CHECK(fit(q).repacked < twice.repacked / 4);  // the layers went elsewhere
  q = question("tinyllama-1.1b", "q8_0");
  q.engine = FitEngine::llama_cpp;
  CHECK(fit(q).repacked == 0);
}

TEST_CASE("fit: the ceiling is bandwidth over what a step reads, on both devices") {
  auto q = question("tinyllama-1.1b", "q4_0");
  CHECK_FALSE(fit(q).ceiling);
  q.context = 0;
  q.bandwidth = 30.2e9;
  CHECK(near(fit(q).ceiling.value(), 52, 0.02));  // 581.9 MB a token
  q.gpu_layers = 11;
  CHECK_FALSE(fit(q).ceiling);  // the other device's is not known
  q.gpu_bandwidth = 30.2e9;
  CHECK(near(fit(q).ceiling.value(), 52, 0.02));
  q.gpu_bandwidth = 302e9;
  const double mixed = fit(q).ceiling.value();
  q.gpu_layers = 22;
  CHECK(mixed > 52);
  CHECK(fit(q).ceiling.value() > mixed);
  const FitAnswer split = fit(q);
  CHECK(split.gpu > 0);
  CHECK_FALSE(split.fits);  // on a device without memory
}

TEST_CASE("fit: names that are none say which there are") {
  CHECK(find_fit_format("q9").error().remedy.find("q4_0") != std::string::npos);
  CHECK(kv_value_bytes("q4").value() == kv_value_bytes("q4_0").value());
  CHECK(kv_value_bytes("fp16").value() == 2);
  CHECK_FALSE(kv_value_bytes("f64"));
  CHECK_FALSE(parse_fit_engine("vllm"));
  for (const FitFormat& format : fit_formats()) CHECK(find_fit_format(format.name));
}
