// SPDX-License-Identifier: Apache-2.0
#include "workloads/model/gguf_write.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>
#include <vector>

#include "rig/base/fd.hpp"
#include "workloads/kernels/half.hpp"
#include "workloads/model/decided_weights.hpp"
#include "workloads/model/weights.hpp"

namespace soakrig::workloads {
namespace {

constexpr std::uint64_t kAlignment = 32;
constexpr std::uint32_t kF32 = 0, kF16 = 1, kQ4 = 2, kQ8 = 8;  // tensor types

// What is there before a tensor's data is written: its place in the file and its source.
struct Entry {
  std::string name;
  Tensor tensor = Tensor::embedding;
  std::size_t layer = 0;
  std::size_t cols = 0;
  std::size_t rows = 1;
  bool norm = false;
};

std::vector<Entry> entries_of(const Shape& s) {
  std::vector<Entry> out{{"token_embd.weight", Tensor::embedding, 0, s.dim, s.vocabulary},
                         {"output_norm.weight", Tensor::output_norm, 0, s.dim, 1, true}};
  if (!s.tied) out.push_back({"output.weight", Tensor::output, 0, s.dim, s.vocabulary});
  for (std::size_t i = 0; i < s.layers; ++i) {
    const std::string block = "blk." + std::to_string(i) + ".";
    out.push_back({block + "attn_norm.weight", Tensor::attention_norm, i, s.dim, 1, true});
    out.push_back({block + "attn_q.weight", Tensor::query, i, s.dim, s.query_dim()});
    out.push_back({block + "attn_k.weight", Tensor::key, i, s.dim, s.kv_dim()});
    out.push_back({block + "attn_v.weight", Tensor::value, i, s.dim, s.kv_dim()});
    out.push_back({block + "attn_output.weight", Tensor::attention_out, i, s.query_dim(), s.dim});
    out.push_back({block + "ffn_norm.weight", Tensor::ffn_norm, i, s.dim, 1, true});
    out.push_back({block + "ffn_gate.weight", Tensor::gate, i, s.dim, s.ffn});
    out.push_back({block + "ffn_up.weight", Tensor::up, i, s.dim, s.ffn});
    out.push_back({block + "ffn_down.weight", Tensor::down, i, s.ffn, s.dim});
  }
  return out;
}

std::uint32_t type_of(const Entry& entry, GgufQuant quant) {
  if (entry.norm) return kF32;
  return quant == GgufQuant::q4_0 ? kQ4 : quant == GgufQuant::q8_0 ? kQ8 : kF16;
}

std::uint64_t bytes_of(const Entry& entry, GgufQuant quant) {
  const std::uint64_t elements = std::uint64_t{entry.cols} * entry.rows;
  switch (type_of(entry, quant)) {
    case kF32:
      return elements * 4;
    case kF16:
      return elements * 2;
    case kQ4:
      return elements / kBlock * 18;
    default:
      return elements / kBlock * 34;
  }
}

constexpr std::uint64_t aligned(std::uint64_t n) {
  return (n + kAlignment - 1) / kAlignment * kAlignment;
}

// Little-endian values into a string.
class Head {
 public:
  template <class T>
  void put(T value) {
    text_.append(reinterpret_cast<const char*>(&value), sizeof value);
  }
  void put_text(std::string_view text) {
    put(static_cast<std::uint64_t>(text.size()));
    text_ += text;
  }
  void key(std::string_view name, std::uint32_t type) {
    put_text(name);
    put(type);
    ++keys_;
  }
  void number(std::string_view name, std::uint64_t value) {
    key(name, 4);
    put(static_cast<std::uint32_t>(value));
  }
  void real(std::string_view name, float value) {
    key(name, 6);
    put(value);
  }
  void words(std::string_view name, std::string_view value) {
    key(name, 8);
    put_text(value);
  }
  void array(std::string_view name, std::uint32_t type, std::uint64_t count) {
    key(name, 9);
    put(type);
    put(count);
  }
  [[nodiscard]] std::uint64_t keys() const { return keys_; }
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  std::string text_;
  std::uint64_t keys_ = 0;
};

std::string token_text(std::size_t token) {
  constexpr std::array<std::string_view, 3> kSpecial{"<unk>", "<s>", "</s>"};
  if (token < kSpecial.size()) return std::string(kSpecial[token]);
  char text[32];
  if (token < kGgufSilentTokens) {
    std::snprintf(text, sizeof text, "<0x%02X>", static_cast<unsigned>(token - kSpecial.size()));
  } else {
    std::snprintf(text, sizeof text, "\xE2\x96\x81w%zu", token);  // U+2581 stands for the space
  }
  return text;
}

// unknown, control, byte, normal: as sentencepiece numbers them.
std::int32_t token_type(std::size_t token) {
  if (token == 0) return 2;
  if (token < 3) return 3;
  return token < kGgufSilentTokens ? 6 : 1;
}

void put_vocabulary(Head& head, std::size_t tokens) {
  head.words("tokenizer.ggml.model", "llama");
  head.array("tokenizer.ggml.tokens", 8, tokens);
  for (std::size_t i = 0; i < tokens; ++i) head.put_text(token_text(i));
  head.array("tokenizer.ggml.scores", 6, tokens);
  for (std::size_t i = 0; i < tokens; ++i) head.put(-static_cast<float>(i));
  head.array("tokenizer.ggml.token_type", 5, tokens);
  for (std::size_t i = 0; i < tokens; ++i) head.put(token_type(i));
  head.number("tokenizer.ggml.unknown_token_id", 0);
  head.number("tokenizer.ggml.bos_token_id", 1);
  head.number("tokenizer.ggml.eos_token_id", 2);
}

std::string head_of(const GgufModelSpec& model, const std::vector<Entry>& entries) {
  const Shape& s = model.shape;
  const GgufQuant quant = model.quant;
  Head keys;
  keys.words("general.architecture", "llama");
  keys.words("general.name",
             std::string(s.name) + " with made-up weights, seed " + std::to_string(model.seed));
  keys.number("general.file_type", quant == GgufQuant::q4_0 ? 2 : quant == GgufQuant::q8_0 ? 7 : 1);
  keys.number("general.alignment", kAlignment);
  keys.number("llama.context_length", s.context);
  keys.number("llama.embedding_length", s.dim);
  keys.number("llama.block_count", s.layers);
  keys.number("llama.feed_forward_length", s.ffn);
  keys.number("llama.attention.head_count", s.heads);
  keys.number("llama.attention.head_count_kv", s.kv_heads);
  keys.real("llama.attention.layer_norm_rms_epsilon", s.epsilon);
  keys.number("llama.rope.dimension_count", s.head_dim);
  keys.real("llama.rope.freq_base", static_cast<float>(s.rope_base));
  keys.number("llama.vocab_size", s.vocabulary);
  put_vocabulary(keys, s.vocabulary);
  Head head;
  head.put(std::uint32_t{0x46554747});
  head.put(std::uint32_t{3});
  head.put(static_cast<std::uint64_t>(entries.size()));
  head.put(keys.keys());
  std::string text = head.text() + keys.text();
  Head tensors;
  std::uint64_t offset = 0;
  for (const Entry& entry : entries) {
    tensors.put_text(entry.name);
    tensors.put(std::uint32_t{entry.norm ? 1u : 2u});
    tensors.put(static_cast<std::uint64_t>(entry.cols));
    if (!entry.norm) tensors.put(static_cast<std::uint64_t>(entry.rows));
    tensors.put(type_of(entry, quant));
    tensors.put(offset);
    offset += aligned(bytes_of(entry, quant));
  }
  text += tensors.text();
  text.resize(aligned(text.size()), '\0');
  return text;
}

void put_block(const Block& block, GgufQuant quant, std::string& out) {
  out.append(reinterpret_cast<const char*>(&block.scale), sizeof block.scale);
  const std::size_t bytes = quant == GgufQuant::q4_0 ? kBlock / 2 : kBlock;
  out.append(reinterpret_cast<const char*>(block.quants.data()), bytes);
}

void put_halves(const BlockNumbers& numbers, std::string& out) {
  for (const float number : numbers) {
    const std::uint16_t half = float_to_half(number);
    out.append(reinterpret_cast<const char*>(&half), sizeof half);
  }
}

BlockNumbers numbers_of(const Block& q8) {
  const float scale = half_to_float(q8.scale);
  BlockNumbers out{};
  for (std::size_t i = 0; i < kBlock; ++i) {
    out[i] = scale * static_cast<float>(static_cast<std::int8_t>(q8.quants[i]));
  }
  return out;
}

void put_row(const GgufModelSpec& model, const Entry& entry, std::size_t row, std::string& out) {
  const Shape& s = model.shape;
  if (entry.norm) {
    for (std::size_t i = 0; i < entry.cols; ++i) {
      const float gain = make_gain(model.seed, entry.tensor, entry.layer, i);
      out.append(reinterpret_cast<const char*>(&gain), sizeof gain);
    }
    return;
  }
  const bool silent = row < kGgufSilentTokens && (entry.tensor == Tensor::output ||
                                                  (s.tied && entry.tensor == Tensor::embedding));
  const bool half = model.quant == GgufQuant::f16;
  const auto format = model.quant == GgufQuant::q4_0 ? WeightFormat::q4_0 : WeightFormat::q8_0;
  const float deviation = deviation_of(s, entry.tensor);
  for (std::size_t b = 0; b < entry.cols / kBlock; ++b) {
    if (model.weights == GgufWeights::decided) {
      const auto numbers =
          silent ? BlockNumbers{} : decided_block(s, model.seed, entry.tensor, entry.layer, row, b);
      if (half) {
        put_halves(numbers, out);
      } else {
        put_block(quantised(format, numbers), model.quant, out);
      }
      continue;
    }
    Block block = make_block(format, model.seed, entry.tensor, entry.layer, row, b, deviation);
    if (silent) block.scale = 0;
    if (half) {
      put_halves(numbers_of(block), out);
    } else {
      put_block(block, model.quant, out);
    }
  }
}

// As it is written.
GgufModelSpec settled(GgufModelSpec model) {
  if (model.weights == GgufWeights::decided) model.shape.tied = false;
  return model;
}

// Removes a half-written file unless told that it is whole.
class Partial {
 public:
  explicit Partial(std::string path) : path_(std::move(path)) {}
  ~Partial() {
    if (!path_.empty()) static_cast<void>(::unlink(path_.c_str()));
  }
  Partial(const Partial&) = delete;
  Partial& operator=(const Partial&) = delete;
  void keep() { path_.clear(); }

 private:
  std::string path_;
};

bool write_all(const Fd& fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::write(fd.get(), bytes.data(), bytes.size());
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

}  // namespace

Result<GgufQuant> parse_gguf_quant(std::string_view text) {
  if (text == "q4_0") return GgufQuant::q4_0;
  if (text == "q8_0") return GgufQuant::q8_0;
  if (text == "f16") return GgufQuant::f16;
  return Error{Errc::invalid, "there is no quantisation \"" + std::string(text) + "\"",
               "use q4_0, q8_0 or f16"};
}

std::uint64_t gguf_file_bytes(const GgufModelSpec& wanted) {
  const GgufModelSpec model = settled(wanted);
  const std::vector<Entry> entries = entries_of(model.shape);
  std::uint64_t bytes = head_of(model, entries).size();
  for (const Entry& entry : entries) bytes += aligned(bytes_of(entry, model.quant));
  return bytes;
}

Result<void> write_gguf(const std::string& path, const GgufModelSpec& wanted) {
  constexpr std::size_t kPiece = 4u << 20;
  const GgufModelSpec model = settled(wanted);
  const std::string remedy = "the model needs " + std::to_string(gguf_file_bytes(model) >> 20) +
                             " MiB of room in a folder that can be written";
  const std::string unfinished = path + ".part";
  const Fd fd(::open(unfinished.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
  if (!fd) return sys_error("cannot create the model", path, remedy);
  Partial partial(unfinished);
  const std::vector<Entry> entries = entries_of(model.shape);
  std::string out = head_of(model, entries);
  for (const Entry& entry : entries) {
    for (std::size_t row = 0; row < entry.rows; ++row) {
      put_row(model, entry, row, out);
      if (out.size() < kPiece) continue;
      if (!write_all(fd, out)) return sys_error("cannot write the model", path, remedy);
      out.clear();
    }
    const std::uint64_t bytes = bytes_of(entry, model.quant);
    out.append(aligned(bytes) - bytes, '\0');
  }
  if (!write_all(fd, out) || ::fsync(fd.get()) != 0 ||
      ::rename(unfinished.c_str(), path.c_str()) != 0) {
    return sys_error("cannot write the model", path, remedy);
  }
  partial.keep();
  return {};
}

}  // namespace soakrig::workloads
