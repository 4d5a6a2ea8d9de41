// SPDX-License-Identifier: Apache-2.0
#include "workloads/model/fit_file.hpp"

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>
#include <vector>

#include "workloads/model/file_map.hpp"

namespace soakrig::workloads {
namespace {

constexpr std::string_view kMixture = "of the file";

// Bytes by the place that a tensor has in a step.
struct Places {
  double layers = 0, embedding = 0, output = 0;
  std::map<std::string_view, double> by_format;
};

Places places_of(const GgufHead& head) {
  Places out;
  for (const auto& [name, tensor] : head.tensors) {
    const auto bytes = static_cast<double>(tensor.bytes);
    if (name == "token_embd.weight") {
      out.embedding += bytes;
    } else if (name == "output.weight") {
      out.output += bytes;
    } else if (name.starts_with("blk.")) {
      out.layers += bytes;
    } else {
      continue;  // the last norm, rope's factors: a few kB
    }
    if (tensor.type != GgufType::f32) out.by_format[gguf_format(tensor.type)->name] += bytes;
  }
  return out;
}

std::string joined(const std::map<std::string_view, double>& by_format) {
  std::vector<std::pair<double, std::string_view>> order;
  for (const auto& [name, bytes] : by_format) order.emplace_back(-bytes, name);
  std::ranges::sort(order);
  std::string out;
  for (const auto& [bytes, name] : order) out += (out.empty() ? "" : "+") + std::string(name);
  return out.empty() ? "f32" : out;
}

}  // namespace

Result<FitFile> fit_file(const GgufHead& head) {
  const std::string experts = head.architecture + ".expert_count";
  if (head.get<std::uint64_t>(experts).value_or(0) > 0) {
    return gguf_unsupported("it has experts, of which a token uses some",
                            "what a step reads of it cannot be told from its head");
  }
  auto shape = gguf_shape(head);
  if (!shape) return shape.error();
  const Places places = places_of(head);
  const double layer = places.layers / static_cast<double>(shape->layers);
  const double rows = static_cast<double>(shape->vocabulary) * static_cast<double>(shape->dim);
  const double linear = layer - norm_weights(*shape) * 4;
  if (linear <= 0 || places.embedding <= 0) {
    return gguf_corrupt("its tensors are not those of the dimensions that its keys tell");
  }
  FitFile out{*shape, {}, joined(places.by_format)};
  out.format.name = out.formats == "q4_0" ? std::string_view("q4_0") : kMixture;
  out.format.linear_bits = linear * 8 / linear_weights(*shape);
  out.format.other_bits = places.embedding * 8 / rows;
  if (!shape->tied) out.format.output_bits = places.output * 8 / rows;
  return out;
}

Result<FitFile> read_fit_file(const std::string& path) {
  const auto named = [&path](Error error) {
    error.file = path;
    return error;
  };
  const auto map = FileMap::open(path, kLeastGgufBytes);
  if (!map) return map.error();
  const auto head = parse_gguf_head(map->bytes(), map->bytes().size());
  if (!head) return named(head.error());
  auto out = fit_file(*head);
  if (!out) return named(out.error());
  return out;
}

}  // namespace soakrig::workloads
