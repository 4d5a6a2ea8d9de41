// SPDX-License-Identifier: Apache-2.0
// Also tests: gguf_head.cpp gguf_write.cpp file_map.cpp
//
// What is written is read back, as the same model; and no damage to a file's head does more than
// refuse it: every byte is broken, every length cut, and the claims that hurt (sizes that overflow,
// a million tensors, offsets outside) are made one by one.
#include "workloads/model/gguf.hpp"

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <vector>

#include "tests/support/catch.hpp"
#include "tests/support/temp_dir.hpp"
#include "workloads/model/gguf_write.hpp"

using namespace soakrig;
using namespace soakrig::workloads;

namespace {

using Bytes = std::vector<std::uint8_t>;

Shape small_shape() {
  Shape shape;
  shape.name = "small";
  shape.dim = 64;
  shape.ffn = 96;
  shape.layers = 2;
  shape.heads = 4;
  shape.kv_heads = 2;
  shape.head_dim = 16;
  shape.vocabulary = 272;
  shape.context = 128;
  return shape;
}

Bytes written(const Shape& shape, GgufQuant quant) {
  const test::TempDir dir;
  const std::string path = dir.file("model.gguf");
  REQUIRE(write_gguf(path, {shape, quant, 1}));
  std::ifstream in(path, std::ios::binary);
  Bytes bytes{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  CHECK(bytes.size() == gguf_file_bytes({shape, quant, 1}));
  return bytes;
}

Result<GgufModel> parse(const Bytes& bytes) { return parse_gguf(bytes, bytes.size()); }

// The bytes with `text` found and what follows it, from `skip` bytes on, replaced by `value`.
template <class T>
Bytes with(Bytes bytes, std::string_view text, std::size_t skip, T value) {
  const auto found = std::search(bytes.begin(), bytes.end(), text.begin(), text.end());
  REQUIRE(found != bytes.end());
  std::memcpy(&*found + text.size() + skip, &value, sizeof value);
  return bytes;
}

std::string refusal(const Bytes& bytes) {
  const auto model = parse(bytes);
  return model ? "" : model.error().message();
}

}  // namespace

TEST_CASE("gguf: what is written is read back with every dimension") {
  for (const bool tied : {false, true}) {
    Shape shape = small_shape();
    shape.tied = tied;
    shape.rope_base = 500000;
    for (const auto quant : {GgufQuant::q4_0, GgufQuant::q8_0}) {
      const auto model = parse(written(shape, quant));
      REQUIRE(model);
      const Shape& s = model->shape;
      CHECK(s.dim == 64);
      CHECK(s.ffn == 96);
      CHECK(s.layers == 2);
      CHECK(s.heads == 4);
      CHECK(s.kv_heads == 2);
      CHECK(s.head_dim == 16);
      CHECK(s.vocabulary == 272);
      CHECK(s.context == 128);
      CHECK(s.rope_base == 500000);
      CHECK(s.epsilon == shape.epsilon);
      CHECK(s.tied == tied);
      CHECK(model->format == (quant == GgufQuant::q4_0 ? WeightFormat::q4_0 : WeightFormat::q8_0));
      CHECK(model->name == "small with made-up weights, seed 1");
      CHECK(model->tensors.size() == (tied ? 20 : 21));
    }
  }
}

TEST_CASE("gguf: every shorter file is refused") {
  const Bytes whole = written(small_shape(), GgufQuant::q8_0);
  for (std::size_t size = 0; size < whole.size(); size += size < 12000 ? 1 : 997) {
    const Bytes cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
    REQUIRE_FALSE(parse(cut));
  }
}

TEST_CASE("gguf: a broken byte anywhere in the head is refused or harmless") {
  const Bytes whole = written(small_shape(), GgufQuant::q4_0);
  std::mt19937 random(1);
  for (int round = 0; round < 20000; ++round) {
    Bytes broken = whole;
    for (unsigned flips = 1 + random() % 4; flips > 0; --flips) {
      broken[random() % 13000] = static_cast<std::uint8_t>(random());
    }
    if (const auto model = parse(broken)) {
      for (const auto& [name, tensor] : model->tensors) {
        REQUIRE(tensor.offset + tensor.bytes <= broken.size());
      }
      REQUIRE(model->shape.query_dim() == model->shape.dim);
    }
  }
}

TEST_CASE("gguf: claims that would hurt are refused by name") {
  const Bytes whole = written(small_shape(), GgufQuant::q8_0);
  constexpr std::uint64_t kHuge = UINT64_MAX / 2;
  CHECK(refusal(with(whole, "GGUF", 4, std::uint64_t{1'000'000})).find("1000000 tensors") !=
        std::string::npos);
  CHECK(refusal(with(whole, "GGUF", 12, kHuge)).find("keys") != std::string::npos);
  CHECK(refusal(with(whole, "GGUF", 0, std::uint32_t{4})).find("version is 4") !=
        std::string::npos);
  CHECK(refusal(with(whole, "tokenizer.ggml.tokens", 8, kHuge)).find("beyond") !=
        std::string::npos);
  CHECK(refusal(with(whole, "tokenizer.ggml.scores", 8, kHuge)).find("beyond") !=
        std::string::npos);
  CHECK(refusal(with(whole, "general.architecture", 12, 'm')).find("architecture is mlama") !=
        std::string::npos);
  CHECK(refusal(with(whole, "general.alignment", 4, std::uint32_t{3})).find("alignment is 3") !=
        std::string::npos);
  CHECK(refusal(with(whole, "llama.block_count", 4, std::uint32_t{0})).find("block_count") !=
        std::string::npos);
  CHECK(refusal(with(whole, "llama.block_count", 4, std::uint32_t{3})).find("blk.2.") !=
        std::string::npos);
  CHECK(refusal(with(whole, "llama.block_count", 4, std::uint32_t{1})).find("beyond the plain") !=
        std::string::npos);
  CHECK(refusal(with(whole, "llama.attention.head_count", 4, std::uint32_t{3})).find("heads") !=
        std::string::npos);
  // A tensor's head: dimensions, ne0, ne1, type, offset.
  CHECK(refusal(with(whole, "token_embd.weight", 0, std::uint32_t{5})).find("token_embd") !=
        std::string::npos);
  CHECK(refusal(with(whole, "token_embd.weight", 4, kHuge)).find("impossible dimensions") !=
        std::string::npos);
  CHECK(refusal(with(whole, "token_embd.weight", 12, kHuge)).find("impossible dimensions") !=
        std::string::npos);
  CHECK(refusal(with(whole, "token_embd.weight", 20, std::uint32_t{7})).find("format q5_1") !=
        std::string::npos);
  CHECK(refusal(with(whole, "token_embd.weight", 20, std::uint32_t{99}))
            .find("format 99, which nobody knows") != std::string::npos);
  CHECK(refusal(with(whole, "token_embd.weight", 24, std::uint64_t{1} << 62))
            .find("beyond the end of the file") != std::string::npos);
  CHECK(refusal(with(whole, "token_embd.weight", 24, std::uint64_t{1})).find("not aligned") !=
        std::string::npos);
  CHECK(refusal(with(whole, "blk.0.attn_q.weight", 12, std::uint64_t{32})).find("attn_q") !=
        std::string::npos);
}

TEST_CASE("gguf: files that are none are refused, and the error names them") {
  const test::TempDir dir;
  CHECK_FALSE(GgufFile::open(dir.file("none")));
  CHECK_FALSE(GgufFile::open(dir.path().string()));
  std::ofstream(dir.file("text")) << "this is no model, but long enough to be looked at";
  const auto text = GgufFile::open(dir.file("text"));
  REQUIRE_FALSE(text);
  CHECK(text.error().message().find(dir.file("text")) != std::string::npos);
  CHECK(text.error().message().find("GGUF") != std::string::npos);
}

TEST_CASE("gguf_write: a folder that cannot be written leaves nothing behind") {
  const test::TempDir dir;
  const auto failed = write_gguf(dir.file("no/where.gguf"), {small_shape(), GgufQuant::q8_0, 1});
  REQUIRE_FALSE(failed);
  CHECK(failed.error().message().find("MiB of room") != std::string::npos);
  CHECK(std::filesystem::is_empty(dir.path()));
  CHECK_FALSE(parse_gguf_quant("q5_k"));
}
