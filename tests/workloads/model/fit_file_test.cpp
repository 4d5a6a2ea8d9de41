// SPDX-License-Identifier: Apache-2.0
//
// Heads with nothing behind them: what fit needs is in the head. A mixture such as no writer of ours makes
// is put together tensor by tensor.
#include "workloads/model/fit_file.hpp"

#include <cmath>
#include <cstdint>
#include <fstream>
#include <string>

#include "tests/support/catch.hpp"
#include "tests/support/temp_dir.hpp"
#include "workloads/model/gguf.hpp"
#include "workloads/model/gguf_write.hpp"

using namespace soakrig;
using namespace soakrig::workloads;

namespace {

constexpr std::size_t kDim = 256, kFfn = 512, kLayers = 2, kVocabulary = 512;

// A model of one layer's worth of tensors, each a matrix of its own format, as llama.cpp names them.
class Head {
 public:
  Head() {
    values_.architecture = "qwen2";
    number("context_length", 4096);
    number("embedding_length", kDim);
    number("block_count", kLayers);
    number("feed_forward_length", kFfn);
    number("attention.head_count", 8);
    number("attention.head_count_kv", 2);
    for (std::size_t i = 0; i < kLayers; ++i) {
      const std::string block = "blk." + std::to_string(i) + ".";
      tensor(block + "attn_norm.weight", "f32", kDim, 1);
      tensor(block + "ffn_norm.weight", "f32", kDim, 1);
      tensor(block + "attn_q.weight", "q4_k", kDim, kDim);
      tensor(block + "attn_k.weight", "q4_k", kDim, kDim / 4);
      tensor(block + "attn_v.weight", "q6_k", kDim, kDim / 4);
      tensor(block + "attn_output.weight", "q4_k", kDim, kDim);
      tensor(block + "ffn_gate.weight", "q4_k", kDim, kFfn);
      tensor(block + "ffn_up.weight", "q4_k", kDim, kFfn);
      tensor(block + "ffn_down.weight", "q6_k", kFfn, kDim);
    }
    tensor("token_embd.weight", "q4_k", kDim, kVocabulary);
    tensor("output.weight", "q6_k", kDim, kVocabulary);
  }
  void number(const std::string& key, std::uint64_t value) {
    values_.values[values_.architecture + "." + key] = value;
  }
  void tensor(const std::string& name, std::string_view format, std::size_t cols,
              std::size_t rows) {
    for (std::uint32_t type = 0; type < 64; ++type) {
      const GgufFormat* known = gguf_format(static_cast<GgufType>(type));
      if (known == nullptr || known->name != format) continue;
      const std::uint64_t bytes = cols * rows / known->elements * known->bytes;
      values_.tensors[name] = {static_cast<GgufType>(type), cols, rows, 1, 0, bytes};
      all_ += bytes;
      return;
    }
    FAIL("no format " << format);
  }
  [[nodiscard]] const GgufHead& head() const { return values_; }
  [[nodiscard]] std::uint64_t bytes() const { return all_; }

 private:
  GgufHead values_;
  std::uint64_t all_ = 0;
};

FitAnswer sized(const FitFile& file, double bandwidth) {
  FitQuestion q;
  q.shape = file.shape;
  q.format = file.format;
  q.context = 1;
  q.memory = std::uint64_t{1} << 30;
  q.bandwidth = bandwidth;
  return fit(q);
}

}  // namespace

TEST_CASE("fit_file: a mixture weighs what its tensors weigh, whatever the architecture") {
  const Head mixture;
  const auto file = fit_file(mixture.head());
  REQUIRE(file);
  CHECK(file->formats == "q4_k+q6_k");
  CHECK(file->shape.vocabulary == kVocabulary);
  CHECK(file->shape.head_dim == kDim / 8);
  CHECK_FALSE(file->shape.tied);
  const double norm = kDim * 4;  // the last norm, which this head has not
  CHECK(std::fabs(sized(*file, 1e9).weights - norm - static_cast<double>(mixture.bytes())) < 1);
}

TEST_CASE("fit_file: a step reads the output in its own format, the embedding's rows not at all") {
  const Head mixture;
  const auto file = fit_file(mixture.head());
  REQUIRE(file);
  const double embedding = kVocabulary * kDim / 256 * 144;
  const double kv = 2.0 * kLayers * (kDim / 4) * 2;
  const double read = static_cast<double>(mixture.bytes()) - embedding + kv;
  CHECK(std::fabs(*sized(*file, 1e9).ceiling * read / 1e9 - 1) < 1e-9);
}

TEST_CASE("fit_file: experts and dimensions that the tensors contradict are refused by name") {
  Head experts;
  experts.number("expert_count", 8);
  const auto refused = fit_file(experts.head());
  REQUIRE_FALSE(refused);
  CHECK(refused.error().message().find("experts") != std::string::npos);

  GgufHead empty = Head().head();
  std::erase_if(empty.tensors, [](const auto& entry) { return entry.first.starts_with("blk."); });
  const auto contradicted = fit_file(empty);
  REQUIRE_FALSE(contradicted);
  CHECK(contradicted.error().code == Errc::corrupt);
}

TEST_CASE("fit_file: a file of one format is that format, and weighs what fit computes for it") {
  const test::TempDir dir;
  const std::string path = dir.file("model.gguf");
  for (const auto& [quant, name] :
       {std::pair{GgufQuant::q4_0, "q4_0"}, std::pair{GgufQuant::q8_0, "q8_0"}}) {
    GgufModelSpec spec;
    spec.shape = find_shape("stories-15m").value();
    spec.quant = quant;
    REQUIRE(write_gguf(path, spec));
    const auto file = read_fit_file(path);
    REQUIRE(file);
    CHECK(file->formats == name);
    FitFile known = *file;
    known.format = find_fit_format(name).value();
    CHECK(std::fabs(sized(*file, 1e9).weights / sized(known, 1e9).weights - 1) < 1e-9);
    CHECK(std::fabs(*sized(*file, 1e9).ceiling / *sized(known, 1e9).ceiling - 1) < 1e-9);
  }
}

TEST_CASE("fit_file: an error names the file") {
  const test::TempDir dir;
  std::ofstream(dir.file("text.gguf")) << "this is no model, but long enough to be looked at";
  for (const std::string& path : {dir.file("text.gguf"), dir.file("none.gguf")}) {
    const auto file = read_fit_file(path);
    REQUIRE_FALSE(file);
    CHECK(file.error().message().find(path) != std::string::npos);
  }
}
