// SPDX-License-Identifier: Apache-2.0
//
// CTest `fuzz.gguf`: a model's file, broken at random, through the reader of its head. Nothing may
// crash, take long or ask for memory that the file does not justify; what is accepted lies inside
// the file. Seeded; SOAKRIG_CAMPAIGN=full runs 10 minutes.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <new>
#include <random>
#include <string>
#include <vector>

#include "workloads/model/gguf.hpp"
#include "workloads/model/gguf_write.hpp"

namespace {

using namespace soakrig::workloads;

using Bytes = std::vector<std::uint8_t>;
using Random = std::mt19937_64;

// The largest single piece of memory asked for since it was set to zero.
std::size_t largest_asked = 0;

constexpr std::size_t kMostAsked = 1u << 20;  // no head of ours is larger

std::size_t below(Random& random, std::size_t bound) { return bound == 0 ? 0 : random() % bound; }

Bytes seed_file(GgufQuant quant, bool tied) {
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
  shape.tied = tied;
  const std::string path = "gguf_fuzz_seed.gguf";
  if (!write_gguf(path, {.shape = shape, .quant = quant})) std::abort();
  std::ifstream in(path, std::ios::binary);
  Bytes bytes{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  std::remove(path.c_str());
  return bytes;
}

template <class T>
void put(Bytes& bytes, std::size_t at, T value) {
  if (at + sizeof value <= bytes.size()) std::memcpy(bytes.data() + at, &value, sizeof value);
}

// Where a field follows a name: the names that the format's traps hang on.
std::size_t behind_a_name(const Bytes& bytes, Random& random) {
  static const std::string kNames[] = {"GGUF",
                                       "general.alignment",
                                       "general.architecture",
                                       "llama.block_count",
                                       "llama.embedding_length",
                                       "tokenizer.ggml.tokens",
                                       "tokenizer.ggml.scores",
                                       "token_embd.weight",
                                       "blk.0.attn_q.weight",
                                       "output_norm.weight"};
  const std::string& name = kNames[below(random, std::size(kNames))];
  const auto found = std::search(bytes.begin(), bytes.end(), name.begin(), name.end());
  return static_cast<std::size_t>(found - bytes.begin()) + name.size() + below(random, 36);
}

Bytes broken(Bytes bytes, std::size_t head, Random& random) {
  static const std::uint64_t kValues[] = {0,
                                          1,
                                          2,
                                          3,
                                          31,
                                          255,
                                          4096,
                                          1'000'000,
                                          0x7fffffff,
                                          0xffffffff,
                                          std::uint64_t{1} << 40,
                                          UINT64_MAX / 2,
                                          UINT64_MAX - 7,
                                          UINT64_MAX};
  for (std::size_t i = 1 + below(random, 4); i > 0; --i) {
    const std::size_t at =
        below(random, 3) == 0 ? below(random, head) : behind_a_name(bytes, random);
    const std::uint64_t value = kValues[below(random, std::size(kValues))];
    switch (below(random, 5)) {
      case 0:
        put(bytes, at, static_cast<std::uint8_t>(random()));
        break;
      case 1:
        put(bytes, at, static_cast<std::uint32_t>(value));
        break;
      case 2:
        put(bytes, at, value);
        break;
      case 3:
        if (at < bytes.size()) bytes.erase(bytes.begin() + static_cast<std::ptrdiff_t>(at));
        break;
      default:
        bytes.resize(std::min(bytes.size(), at));
        break;
    }
  }
  return bytes;
}

// What is wrong with how the file was taken; empty = nothing.
std::string judge(const Bytes& bytes) {
  largest_asked = 0;
  const auto model = parse_gguf(bytes, bytes.size());
  if (largest_asked > kMostAsked) {
    return "it asked for " + std::to_string(largest_asked) + " bytes at once";
  }
  if (!model) return model.error().message().size() < 1000 ? "" : "its message is endless";
  for (const auto& [name, tensor] : model->tensors) {
    if (tensor.bytes > bytes.size() || tensor.offset > bytes.size() - tensor.bytes) {
      return name + " lies outside";
    }
  }
  return model->shape.query_dim() == model->shape.dim ? "" : "its heads are not its dimensions";
}

}  // namespace

void* operator new(std::size_t bytes) {
  largest_asked = std::max(largest_asked, bytes);
  if (void* memory = std::malloc(std::max<std::size_t>(1, bytes))) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

int main() {
  const char* campaign = std::getenv("SOAKRIG_CAMPAIGN");
  const auto length = campaign != nullptr && std::string(campaign) == "full"
                          ? std::chrono::seconds(600)
                          : std::chrono::seconds(4);
  std::vector<Bytes> seeds;
  for (const bool tied : {false, true}) {
    seeds.push_back(seed_file(GgufQuant::q4_0, tied));
    seeds.push_back(seed_file(GgufQuant::q8_0, tied));
  }
  constexpr std::size_t kHead = 13000;  // of these files, a little more than it is
  Random random(20260101);
  unsigned long long count = 0, accepted = 0;
  const auto end = std::chrono::steady_clock::now() + length;
  while (std::chrono::steady_clock::now() < end) {
    const Bytes file = broken(seeds[count++ % seeds.size()], kHead, random);
    const std::string wrong = judge(file);
    if (wrong.empty()) {
      if (parse_gguf(file, file.size())) ++accepted;
      continue;
    }
    std::ofstream("gguf_fuzz_failed.gguf", std::ios::binary)
        .write(reinterpret_cast<const char*>(file.data()),
               static_cast<std::streamsize>(file.size()));
    std::fprintf(stderr, "file %llu (kept as gguf_fuzz_failed.gguf): %s\n", count, wrong.c_str());
    return 1;
  }
  std::printf("%llu broken files, %llu harmless\n", count, accepted);
  return count > 1000 && accepted < count ? 0 : 1;
}
