// SPDX-License-Identifier: Apache-2.0
#include "workloads/model/shape.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string>
#include <vector>

#include "rig/base/fd.hpp"
#include "rig/base/quantity.hpp"

namespace soakrig::workloads {
namespace {

// clang-format off
//  name              dim   ffn    layers heads kv head  vocab   context rope base eps    tied
constexpr std::array<Shape, 9> kShapes{{
    {"stories-15m",    288,  768,   6,  6,  6, 48,  32000,  256,    10000,  1e-5f, true},
    {"smollm2-135m",   576,  1536,  30, 9,  3, 64,  49152,  8192,   100000, 1e-5f, true},
    {"smollm2-360m",   960,  2560,  32, 15, 5, 64,  49152,  8192,   100000, 1e-5f, true},
    {"qwen2.5-0.5b",   896,  4864,  24, 14, 2, 64,  151936, 32768,  1e6,    1e-6f, true},
    {"tinyllama-1.1b", 2048, 5632,  22, 32, 4, 64,  32000,  2048,   10000,  1e-5f, false},
    {"llama-3.2-1b",   2048, 8192,  16, 32, 8, 64,  128256, 131072, 500000, 1e-5f, true},
    {"llama-3.2-3b",   3072, 8192,  28, 24, 8, 128, 128256, 131072, 500000, 1e-5f, true},
    {"qwen2.5-7b",     3584, 18944, 28, 28, 4, 128, 152064, 32768,  1e6,    1e-6f, false},
    {"llama-3-8b",     4096, 14336, 32, 32, 8, 128, 128256, 8192,   500000, 1e-5f, false},
}};
// clang-format on

std::uint64_t layer_parameters(const Shape& s) {
  return s.dim * (s.query_dim() + 2 * s.kv_dim()) + s.query_dim() * s.dim + 3 * s.dim * s.ffn;
}

std::uint64_t format_bytes(WeightFormat format, std::uint64_t weights) {
  return matrix_bytes(format, weights, 1);
}

std::uint64_t norm_bytes(const Shape& s) { return (2 * s.layers + 1) * s.dim * sizeof(float); }

// The number behind "NAME:" in a text like /proc/meminfo, in KiB there.
std::uint64_t number_after(const std::string& text, std::string_view name) {
  const std::size_t at = text.find(name);
  return at == std::string::npos ? 0 : std::strtoull(text.c_str() + at + name.size(), nullptr, 10);
}

std::uint64_t left_in_cgroup(const std::string& limit_file, const std::string& used_file) {
  const auto limit = read_file(limit_file, 4096);
  const auto used = read_file(used_file, 4096);
  if (!limit || !used || limit->starts_with("max")) return UINT64_MAX;
  const std::uint64_t most = std::strtoull(limit->c_str(), nullptr, 10);
  const std::uint64_t now = std::strtoull(used->c_str(), nullptr, 10);
  return most > now ? most - now : 0;
}

}  // namespace

std::span<const Shape> shapes() { return kShapes; }

Result<Shape> find_shape(std::string_view name) {
  std::vector<std::string> known;
  for (const Shape& shape : kShapes) {
    if (shape.name == name) return shape;
    known.emplace_back(shape.name);
  }
  const std::string near = nearest_word(name, known);
  return Error{Errc::not_found, "there is no shape \"" + std::string(name) + "\"",
               (near.empty() ? "" : "did you mean \"" + near + "\"? ") +
                   std::string("see soakrig-work shapes")};
}

std::uint64_t parameter_count(const Shape& s) {
  return s.layers * layer_parameters(s) + s.vocabulary * s.dim * (s.tied ? 1u : 2u) +
         (2 * s.layers + 1) * s.dim;
}

std::uint64_t weight_bytes(const Shape& s, WeightFormat format) {
  return format_bytes(format,
                      s.layers * layer_parameters(s) + s.vocabulary * s.dim * (s.tied ? 1u : 2u)) +
         norm_bytes(s);
}

std::uint64_t bytes_per_token(const Shape& s, WeightFormat format) {
  return format_bytes(format, s.layers * layer_parameters(s) + s.vocabulary * s.dim) +
         norm_bytes(s);
}

std::uint64_t memory_needed(const Shape& s, WeightFormat format, std::size_t context) {
  const std::uint64_t positions = (context + kTileRows - 1) / kTileRows * kTileRows;
  const std::uint64_t cache = 2 * s.layers * s.kv_dim() * positions * sizeof(float);
  const std::uint64_t widest = 4 * s.dim + 2 * s.query_dim() + 3 * s.ffn;
  constexpr std::uint64_t kProgram = 16u << 20;
  return weight_bytes(s, format) + cache + 64 * widest * sizeof(float) +
         s.vocabulary * sizeof(float) + kProgram;
}

const Shape& default_shape(std::uint64_t available, WeightFormat format, std::size_t context) {
  const Shape* best = &kShapes.front();
  for (const Shape& shape : kShapes) {
    if (shape.context >= context && memory_needed(shape, format, context) <= available / 4) {
      best = &shape;
    }
  }
  return *best;
}

std::uint64_t available_memory() {
  std::uint64_t bytes = UINT64_MAX;
  if (const auto info = read_file("/proc/meminfo", 1u << 16)) {
    bytes = number_after(*info, "MemAvailable:") * 1024;
  }
  // Inside a container the cgroup's own files are at the root of the mount: v2, then v1.
  bytes =
      std::min(bytes, left_in_cgroup("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory.current"));
  bytes = std::min(bytes, left_in_cgroup("/sys/fs/cgroup/memory/memory.limit_in_bytes",
                                         "/sys/fs/cgroup/memory/memory.usage_in_bytes"));
  return bytes;
}

}  // namespace soakrig::workloads
