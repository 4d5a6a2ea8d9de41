// SPDX-License-Identifier: Apache-2.0
//
// The few messages of onnx.proto that are needed, encoded by hand: field numbers and enumerations
// are from the ONNX IR specification (onnx/onnx.proto), operators from opset 13.
#include "workloads/model/onnx_write.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <initializer_list>
#include <vector>

#include "workloads/kernels/half.hpp"

namespace soakrig::workloads {
namespace {

constexpr int kFloat = 1, kInt8 = 3, kHalf = 10;  // TensorProto.DataType
constexpr std::uint64_t kOpset = 13;
constexpr std::uint64_t kIrVersion = 7;
constexpr std::size_t kKernel = 3;  // of a convolution, in both directions

// A protobuf message under construction.
class Message {
 public:
  Message& number(unsigned field, std::uint64_t value) {
    varint(field << 3);
    varint(value);
    return *this;
  }
  Message& bytes(unsigned field, std::string_view value) {
    varint((field << 3) | 2);
    varint(value.size());
    text_ += value;
    return *this;
  }
  Message& message(unsigned field, const Message& value) { return bytes(field, value.text_); }
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  void varint(std::uint64_t value) {
    for (; value >= 0x80; value >>= 7) text_ += static_cast<char>((value & 0x7F) | 0x80);
    text_ += static_cast<char>(value);
  }
  std::string text_;
};

using Dims = std::vector<std::size_t>;

Message tensor(const std::string& name, int type, const Dims& dims, std::string_view raw) {
  Message out;
  for (const std::size_t d : dims) out.number(1, d);
  out.number(2, static_cast<std::uint64_t>(type)).bytes(8, name).bytes(9, raw);
  return out;
}

Message value_info(const std::string& name, int type, const Dims& dims) {
  Message shape;
  for (const std::size_t d : dims) shape.message(1, Message().number(1, d));
  Message tensor_type;
  tensor_type.number(1, static_cast<std::uint64_t>(type)).message(2, shape);
  Message out;
  out.bytes(1, name).message(2, Message().message(1, tensor_type));
  return out;
}

Message node(const std::string& op, std::initializer_list<std::string> inputs,
             const std::string& output) {
  Message out;
  for (const std::string& input : inputs) out.bytes(1, input);
  out.bytes(2, output).bytes(3, "make_" + output).bytes(4, op);
  return out;
}

Message integers(const std::string& name, std::initializer_list<std::uint64_t> values) {
  Message out;
  out.bytes(1, name);
  for (const std::uint64_t v : values) out.number(8, v);
  out.number(20, 7);  // AttributeProto.INTS
  return out;
}

constexpr std::uint64_t mixed(std::uint64_t x) {
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
  return x ^ (x >> 31);
}

// Weights of one layer, `count` of them; neighbours in depth are `stride` apart. Of each four in
// depth the two that are zero are chosen anew.
std::string weights(const OnnxModel& m, std::uint64_t seed, std::size_t count, std::size_t stride,
                    float deviation) {
  std::string raw;
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint64_t random = mixed(seed + i * 0x9E3779B97F4A7C15u);
    auto q = static_cast<int>(random % 255) - 127;
    if (m.sparse) {
      const std::size_t depth = i / stride;
      const std::size_t group = depth / 4 * stride + i % stride;
      const std::uint64_t first = mixed(seed ^ (group * 0xD1B54A32D192ED03u + 1)) % 4;
      const std::size_t place = depth % 4;
      if (place == first || place == (first + 2) % 4) q = 0;
    }
    if (m.precision == OnnxPrecision::int8) {
      raw += static_cast<char>(static_cast<std::int8_t>(q));
      continue;
    }
    const float value = static_cast<float>(q) / 73.3f * deviation;
    if (m.precision == OnnxPrecision::fp32) {
      raw.append(reinterpret_cast<const char*>(&value), sizeof value);
    } else {
      const std::uint16_t half = float_to_half(value);
      raw.append(reinterpret_cast<const char*>(&half), sizeof half);
    }
  }
  return raw;
}

// A graph as it grows.
struct Graph {
  Message message;

  void scalar(const std::string& name, float value) {
    message.message(
        5, tensor(name, kFloat, {}, {reinterpret_cast<const char*>(&value), sizeof value}));
  }
  void zero(const std::string& name) { message.message(5, tensor(name, kInt8, {}, {"\0", 1})); }
  void add(const Message& a_node) { message.message(1, a_node); }
};

std::size_t weights_of(const OnnxModel& m) {
  return m.size * m.size * (m.op == OnnxOp::conv ? kKernel * kKernel : 1);
}

void add_layer(const OnnxModel& m, std::uint64_t seed, std::size_t index, Graph& graph,
               std::string& current) {
  const std::string tag = std::to_string(index);
  const bool conv = m.op == OnnxOp::conv;
  const Dims dims = conv ? Dims{m.size, m.size, kKernel, kKernel} : Dims{m.size, m.size};
  // Depth is the first dimension of a matrix on the right, the second of a kernel.
  const std::size_t stride = conv ? kKernel * kKernel : m.size;
  const float deviation = 1.0f / std::sqrt(static_cast<float>(m.size * (conv ? 9 : 1)));
  const int type = m.precision == OnnxPrecision::fp32   ? kFloat
                   : m.precision == OnnxPrecision::fp16 ? kHalf
                                                        : kInt8;
  graph.message.message(5,
                        tensor("w" + tag, type, dims,
                               weights(m, mixed(seed + index), weights_of(m), stride, deviation)));
  std::string weight = "w" + tag;
  if (m.precision == OnnxPrecision::int8) {
    graph.scalar("ws" + tag, deviation / 73.3f);
    graph.add(node("QuantizeLinear", {current, "xs", "z"}, "q" + tag));
    graph.add(node("DequantizeLinear", {"q" + tag, "xs", "z"}, "d" + tag));
    graph.add(node("DequantizeLinear", {weight, "ws" + tag, "z"}, "dw" + tag));
    current = "d" + tag;
    weight = "dw" + tag;
  }
  Message product = node(conv ? "Conv" : "MatMul", {current, weight}, "y" + tag);
  if (conv) {
    product.message(5, integers("kernel_shape", {kKernel, kKernel}));
    product.message(5, integers("pads", {1, 1, 1, 1}));
  }
  graph.add(product);
  current = "y" + tag;
}

}  // namespace

Result<OnnxOp> parse_onnx_op(std::string_view text) {
  if (text == "gemm") return OnnxOp::gemm;
  if (text == "conv") return OnnxOp::conv;
  return Error{Errc::invalid, "there is no operation \"" + std::string(text) + "\"",
               "use gemm or conv"};
}

Result<OnnxPrecision> parse_onnx_precision(std::string_view text) {
  if (text == "fp32") return OnnxPrecision::fp32;
  if (text == "fp16") return OnnxPrecision::fp16;
  if (text == "int8") return OnnxPrecision::int8;
  return Error{Errc::invalid, "there is no precision \"" + std::string(text) + "\"",
               "use fp32, fp16 or int8"};
}

double onnx_operations(const OnnxModel& m) {
  const double places = m.op == OnnxOp::conv ? static_cast<double>(m.side * m.side) : 1;
  return 2 * static_cast<double>(m.batch) * places * static_cast<double>(weights_of(m)) *
         static_cast<double>(m.layers);
}

Result<std::string> make_onnx(const OnnxModel& m, std::uint64_t seed) {
  constexpr std::size_t kMost = 1u << 16;
  const auto possible = [](std::size_t n) { return n >= 1 && n <= kMost; };
  if (!possible(m.batch) || !possible(m.size) || m.size % 4 != 0 || !possible(m.side) ||
      !possible(m.layers)) {
    return Error{Errc::invalid, "a dimension of the model is impossible",
                 "use 1 to 65536, and a size that four divides"};
  }
  const double bytes = static_cast<double>(weights_of(m)) * static_cast<double>(m.layers) *
                       (m.precision == OnnxPrecision::fp32   ? 4
                        : m.precision == OnnxPrecision::fp16 ? 2
                                                             : 1);
  if (bytes > 1.9e9) {
    return Error{Errc::invalid, "the model would have more than 1.9 GB, and ONNX ends at 2",
                 "choose a smaller size or fewer layers"};
  }
  const bool conv = m.op == OnnxOp::conv;
  const Dims dims = conv ? Dims{m.batch, m.size, m.side, m.side} : Dims{m.batch, m.size};
  const int type = m.precision == OnnxPrecision::fp16 ? kHalf : kFloat;
  Graph graph;
  if (m.precision == OnnxPrecision::int8) {
    graph.scalar("xs", 4.0f / 127);  // activations stay near 1: four deviations fit
    graph.zero("z");
  }
  std::string current = "x";
  for (std::size_t i = 0; i < m.layers; ++i) add_layer(m, seed, i, graph, current);
  graph.message.bytes(2, "soakrig_synth")
      .message(11, value_info("x", type, dims))
      .message(12, value_info(current, type, dims));
  Message model;
  model.number(1, kIrVersion)
      .bytes(2, "soakrig")
      .message(7, graph.message)
      .message(8, Message().bytes(1, "").number(2, kOpset));
  return model.text();
}

}  // namespace soakrig::workloads
