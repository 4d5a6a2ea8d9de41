// SPDX-License-Identifier: Apache-2.0
#include "workloads/model/gguf.hpp"

#include <cmath>
#include <utility>

namespace soakrig::workloads {
namespace {

// What else of the model must be as this program computes it.
Result<void> check_layout(const GgufHead& head, Shape& shape) {
  const auto turned = head.get<std::uint64_t>("llama.rope.dimension_count");
  if (shape.dim % shape.heads != 0 || shape.heads % shape.kv_heads != 0 ||
      shape.head_dim % kTileRows != 0 || turned.value_or(shape.head_dim) != shape.head_dim ||
      shape.dim / shape.heads != shape.head_dim) {
    return gguf_unsupported(
        "its heads have a layout that is not run: " + std::to_string(shape.heads) + " heads in " +
            std::to_string(shape.dim) + " dimensions",
        "heads must divide the dimensions into multiples of 16");
  }
  const double base = head.get<double>("llama.rope.freq_base").value_or(10000);
  const auto epsilon = head.get<double>("llama.attention.layer_norm_rms_epsilon");
  if (!(base >= 1 && base <= 1e12) || !epsilon || !(*epsilon > 0 && *epsilon < 1)) {
    return gguf_corrupt("its rope base or norm epsilon is missing or impossible");
  }
  shape.rope_base = base;
  shape.epsilon = static_cast<float>(*epsilon);
  const auto scaling = head.get<std::string>("llama.rope.scaling.type");
  if (scaling && *scaling != "none") {
    return gguf_unsupported("its rope is scaled (" + *scaling + "), which is not run",
                            "choose a model without");
  }
  return {};
}

Result<void> check_formats(const GgufModel& model) {
  for (const auto& [name, tensor] : model.tensors) {
    const bool known = tensor.type == GgufType::f32 || tensor.type == GgufType::f16 ||
                       tensor.type == GgufType::q4_0 || tensor.type == GgufType::q8_0;
    if (!known || tensor.depth != 1) {
      return gguf_unsupported("tensor \"" + name + "\" has format " +
                                  std::string(gguf_format(tensor.type)->name) +
                                  (tensor.depth == 1 ? "" : " and more than two dimensions") +
                                  ", and only matrices in F32, Q4_0 and Q8_0 are run",
                              "make one with llama-quantize --pure MODEL OUT Q8_0 (or Q4_0)");
    }
  }
  return {};
}

// Every tensor that the architecture has, with its dimensions, and no other.
Result<void> match_tensors(GgufModel& model) {
  const Shape& s = model.shape;
  const auto embedding = model.tensors.find("token_embd.weight");
  if (s.vocabulary % kTileRows != 0 || s.vocabulary > (1u << 22)) {
    return gguf_unsupported("its vocabulary of " + std::to_string(s.vocabulary) + " is not run",
                            "it must be a multiple of 16, up to 4 million");
  }
  if (embedding->second.type != GgufType::q4_0 && embedding->second.type != GgufType::q8_0) {
    return gguf_unsupported("its weights are neither Q4_0 nor Q8_0", "quantise it");
  }
  const GgufType format = embedding->second.type;
  model.format = format == GgufType::q4_0 ? WeightFormat::q4_0 : WeightFormat::q8_0;
  std::size_t matched = 0;
  std::string wrong;
  const auto expect = [&](const std::string& name, std::size_t cols, std::size_t rows, bool norm) {
    const auto found = model.tensors.find(name);
    const GgufType type = norm ? GgufType::f32 : format;
    if (found != model.tensors.end() && found->second.cols == cols && found->second.rows == rows &&
        found->second.type == type) {
      ++matched;
    } else if (wrong.empty()) {
      wrong = name + (found == model.tensors.end() ? " is missing"
                      : found->second.type != type ? " has another format than the embedding"
                                                   : " has other dimensions than the keys say");
    }
  };
  expect("token_embd.weight", s.dim, s.vocabulary, false);
  expect("output_norm.weight", s.dim, 1, true);
  if (!s.tied) expect("output.weight", s.dim, s.vocabulary, false);
  for (std::size_t i = 0; i < s.layers && wrong.empty(); ++i) {
    const std::string block = "blk." + std::to_string(i) + ".";
    expect(block + "attn_norm.weight", s.dim, 1, true);
    expect(block + "ffn_norm.weight", s.dim, 1, true);
    expect(block + "attn_q.weight", s.dim, s.query_dim(), false);
    expect(block + "attn_k.weight", s.dim, s.kv_dim(), false);
    expect(block + "attn_v.weight", s.dim, s.kv_dim(), false);
    expect(block + "attn_output.weight", s.query_dim(), s.dim, false);
    expect(block + "ffn_gate.weight", s.dim, s.ffn, false);
    expect(block + "ffn_up.weight", s.dim, s.ffn, false);
    expect(block + "ffn_down.weight", s.ffn, s.dim, false);
  }
  if (!wrong.empty()) {
    return gguf_unsupported("tensor " + wrong,
                            "make one with llama-quantize --pure MODEL OUT Q8_0");
  }
  if (matched != model.tensors.size()) {
    return gguf_unsupported("it has tensors beyond the plain llama architecture (" +
                                std::to_string(model.tensors.size() - matched) +
                                " such as biases, experts or rope factors)",
                            "choose a model without");
  }
  return {};
}

}  // namespace

Result<GgufModel> parse_gguf(std::span<const std::uint8_t> bytes, std::uint64_t size) {
  auto head = parse_gguf_head(bytes, size);
  if (!head) return head.error();
  if (head->architecture != "llama") {
    return gguf_unsupported("its architecture is " + head->architecture, "only llama is run");
  }
  GgufModel model;
  model.name = head->get<std::string>("general.name").value_or("");
  auto shape = gguf_shape(*head);
  if (!shape) return shape.error();
  model.shape = *shape;
  if (const auto done = check_layout(*head, model.shape); !done) return done.error();
  model.tensors = std::move(head->tensors);
  if (const auto done = check_formats(model); !done) return done.error();
  if (const auto done = match_tensors(model); !done) return done.error();
  return model;
}

Result<GgufFile> GgufFile::open(const std::string& path) {
  auto map = FileMap::open(path, kLeastGgufBytes);
  if (!map) return map.error();
  auto model = parse_gguf(map->bytes(), map->bytes().size());
  if (!model) {
    Error error = model.error();
    error.file = path;
    return error;
  }
  return GgufFile(std::move(*map), std::move(*model));
}

}  // namespace soakrig::workloads
