// SPDX-License-Identifier: Apache-2.0
#include "workloads/model/fit.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

namespace soakrig::workloads {
namespace {

// Group-quantised formats keep a 16-bit scale and a zero point as wide as the weight for each
// group, on the projections alone; GPTQ also a 32-bit group number for each input.
constexpr double grouped(double bits, double group) { return bits + (16 + bits) / group; }

constexpr std::array<FitFormat, 18> kFormats{{
    {"awq3-g128", grouped(3, 128), 16, 0},
    {"awq3-g64", grouped(3, 64), 16, 0},
    {"awq3-g32", grouped(3, 32), 16, 0},
    {"awq4-g128", grouped(4, 128), 16, 0},
    {"awq4-g64", grouped(4, 64), 16, 0},
    {"awq4-g32", grouped(4, 32), 16, 0},
    {"fp16", 16, 16, 0},
    {"gptq3-g128", grouped(3, 128), 16, 4},
    {"gptq3-g64", grouped(3, 64), 16, 4},
    {"gptq3-g32", grouped(3, 32), 16, 4},
    {"gptq4-g128", grouped(4, 128), 16, 4},
    {"gptq4-g64", grouped(4, 64), 16, 4},
    {"gptq4-g32", grouped(4, 32), 16, 4},
    {"q4_0", 4.5, 4.5, 0},
    {"q4_k_m", 4.85, 4.85, 0},
    {"q5_k_m", 5.68, 5.68, 0},
    {"q6_k", 6.5625, 6.5625, 0},
    {"q8_0", 8.5, 8.5, 0},
}};

double layer_bytes(const FitQuestion& q) {
  const Shape& s = q.shape;
  const double inputs = static_cast<double>(5 * s.dim + s.query_dim() + s.ffn);
  return linear_weights(s) * q.format.linear_bits / 8 + inputs * q.format.input_bytes +
         norm_weights(s) * 4;
}

double embedding_bytes(const FitQuestion& q) {
  return static_cast<double>(q.shape.vocabulary * q.shape.dim) * q.format.other_bits / 8;
}

double output_bytes(const FitQuestion& q) {
  return static_cast<double>(q.shape.vocabulary * q.shape.dim) *
         q.format.output_bits.value_or(q.format.other_bits) / 8;
}

double kv_layer_bytes(const FitQuestion& q, std::size_t context) {
  return 2 * static_cast<double>(q.shape.kv_dim()) * q.kv_bytes *
         static_cast<double>(context * q.streams);
}

// What is touched, not what is reserved: llama.cpp sets aside room for the logits of a whole batch,
// but a server writes those of the last token alone.
double buffer_bytes(const FitQuestion& q, std::size_t context) {
  const Shape& s = q.shape;
  const auto row = static_cast<double>(4 * s.dim + 2 * s.query_dim() + 3 * s.ffn);
  constexpr double kProgram = 4 << 20;
  constexpr double kLlamaCpp = 30 << 20;  // its libraries and the vocabulary's tables, as measured
  switch (q.engine) {
    case FitEngine::soakrig:  // batches of 64 tokens, logits of the last
      return 64 * row * 4 + static_cast<double>(s.vocabulary) * 4 + kProgram;
    case FitEngine::llama_cpp:  // batches of 512
      return static_cast<double>(std::min<std::size_t>(512, context)) * row * 4 +
             static_cast<double>(s.vocabulary) * 4 + kLlamaCpp;
    case FitEngine::other:
      return 512 * row * 4 + static_cast<double>(s.vocabulary) * 4 + 64 * kProgram;
  }
  return 0;
}

struct Need {
  double host = 0;
  double gpu = 0;
};

Need need(const FitQuestion& q, std::size_t context, FitAnswer* parts) {
  const auto gpu_layers = static_cast<double>(std::min(q.gpu_layers, q.shape.layers));
  const auto layers = static_cast<double>(q.shape.layers);
  const double outer = embedding_bytes(q) + (q.shape.tied ? 0 : output_bytes(q)) +
                       static_cast<double>(q.shape.dim) * 4;
  const double one = layer_bytes(q);
  const double kv = kv_layer_bytes(q, context);
  const double buffers = buffer_bytes(q, context);
  const double host_weights = outer + (layers - gpu_layers) * one;
  // llama.cpp repacks Q4_0 for the CPU in memory of its own, while the file stays mapped: all that
  // is multiplied, so not an embedding that is looked up alone.
  const double repacked = q.engine == FitEngine::llama_cpp && q.format.name == "q4_0"
                              ? host_weights - (q.shape.tied ? 0 : embedding_bytes(q))
                              : 0;
  if (parts != nullptr) {
    parts->weights = outer + layers * one;
    parts->kv = layers * kv;
    parts->buffers = buffers * (gpu_layers > 0 ? 2 : 1);
    parts->repacked = repacked;
  }
  return {host_weights + (layers - gpu_layers) * kv + buffers + repacked,
          gpu_layers > 0 ? gpu_layers * (one + kv) + buffers : 0};
}

bool room_for(const FitQuestion& q, const Need& n) {
  return n.host + static_cast<double>(q.reserve) <= static_cast<double>(q.memory) &&
         n.gpu <= static_cast<double>(q.gpu_memory);
}

std::size_t largest_context(const FitQuestion& q) {
  std::size_t low = 0;
  std::size_t high = q.shape.context;
  while (low < high) {
    const std::size_t middle = low + (high - low + 1) / 2;
    if (room_for(q, need(q, middle, nullptr))) {
      low = middle;
    } else {
      high = middle - 1;
    }
  }
  return low;
}

std::optional<double> ceiling(const FitQuestion& q) {
  const auto gpu_layers = static_cast<double>(std::min(q.gpu_layers, q.shape.layers));
  if (!q.bandwidth || (gpu_layers > 0 && !q.gpu_bandwidth)) return std::nullopt;
  // A step reads every layer, the output once, and each stream's keys and values.
  const double one = layer_bytes(q) + kv_layer_bytes(q, q.context);
  const double host = (static_cast<double>(q.shape.layers) - gpu_layers) * one +
                      (q.shape.tied ? embedding_bytes(q) : output_bytes(q));
  double seconds = host / *q.bandwidth;
  if (gpu_layers > 0) seconds += gpu_layers * one / *q.gpu_bandwidth;
  return static_cast<double>(q.streams) / seconds;
}

}  // namespace

double linear_weights(const Shape& s) {
  return static_cast<double>(s.dim * (2 * s.query_dim() + 2 * s.kv_dim()) + 3 * s.dim * s.ffn);
}

double norm_weights(const Shape& s) { return static_cast<double>(2 * s.dim); }

std::span<const FitFormat> fit_formats() { return kFormats; }

Result<FitFormat> find_fit_format(std::string_view name) {
  std::string known;
  for (const FitFormat& format : kFormats) {
    if (format.name == name) return format;
    known += (known.empty() ? "" : ", ") + std::string(format.name);
  }
  return Error{Errc::not_found, "there is no format \"" + std::string(name) + "\"",
               "there are " + known};
}

Result<double> kv_value_bytes(std::string_view name) {
  if (name == "f32") return 4.0;
  if (name == "f16" || name == "fp16" || name == "bf16") return 2.0;
  if (name == "q8_0" || name == "q8") return 34.0 / 32;
  if (name == "q4_0" || name == "q4") return 18.0 / 32;
  return Error{Errc::not_found, "there is no cache format \"" + std::string(name) + "\"",
               "use f32, f16, bf16, q8_0 or q4_0"};
}

Result<FitEngine> parse_fit_engine(std::string_view name) {
  if (name == "soakrig") return FitEngine::soakrig;
  if (name == "llama.cpp") return FitEngine::llama_cpp;
  if (name == "other") return FitEngine::other;
  return Error{Errc::not_found, "no engine \"" + std::string(name) + "\" is known",
               "use soakrig, llama.cpp or other"};
}

FitAnswer fit(const FitQuestion& q) {
  FitAnswer out;
  const Need n = need(q, q.context, &out);
  out.host = n.host;
  out.gpu = n.gpu;
  out.fits = q.context <= q.shape.context && room_for(q, n);
  out.largest_context = largest_context(q);
  out.ceiling = ceiling(q);
  return out;
}

}  // namespace soakrig::workloads
