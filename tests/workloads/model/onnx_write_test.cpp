// SPDX-License-Identifier: Apache-2.0
//
// The bytes by a small reader of protobuf's wire format; what onnx itself says of them is in
// tests/system/synth_onnx_test.py.
#include "workloads/model/onnx_write.hpp"

#include <algorithm>
#include <cstring>
#include <map>
#include <vector>

#include "tests/support/catch.hpp"

using namespace soakrig;
using namespace soakrig::workloads;

namespace {

std::uint64_t varint(std::string_view& in) {
  std::uint64_t value = 0;
  for (unsigned shift = 0;; shift += 7) {
    REQUIRE(!in.empty());
    const auto byte = static_cast<unsigned char>(in.front());
    in.remove_prefix(1);
    value |= std::uint64_t{byte & 0x7Fu} << shift;
    if (byte < 0x80) return value;
  }
}

// Length-delimited fields of a message by number; numbers are kept as their text.
std::multimap<unsigned, std::string> fields(std::string_view in) {
  std::multimap<unsigned, std::string> out;
  while (!in.empty()) {
    const std::uint64_t key = varint(in);
    const auto number = static_cast<unsigned>(key >> 3);
    const std::uint64_t value = varint(in);
    if ((key & 7) == 0) {
      out.emplace(number, std::to_string(value));
    } else {
      REQUIRE((key & 7) == 2);
      REQUIRE(value <= in.size());
      out.emplace(number, in.substr(0, value));
      in.remove_prefix(value);
    }
  }
  return out;
}

std::vector<std::string> all(const std::multimap<unsigned, std::string>& from, unsigned number) {
  std::vector<std::string> out;
  const auto [first, last] = from.equal_range(number);
  for (auto i = first; i != last; ++i) out.push_back(i->second);
  return out;
}

OnnxModel small(OnnxOp op, OnnxPrecision precision, bool sparse) {
  OnnxModel model;
  model.op = op;
  model.precision = precision;
  model.sparse = sparse;
  model.batch = 2;
  model.size = 8;
  model.side = 5;
  model.layers = 3;
  return model;
}

}  // namespace

TEST_CASE("onnx_write: a chain with the operators of its precision and weights of its size") {
  for (const auto op : {OnnxOp::gemm, OnnxOp::conv}) {
    for (const auto precision : {OnnxPrecision::fp32, OnnxPrecision::fp16, OnnxPrecision::int8}) {
      const auto bytes = make_onnx(small(op, precision, false), 1);
      REQUIRE(bytes);
      const auto model = fields(*bytes);
      CHECK(model.find(1)->second == "7");
      const auto graph = fields(model.find(7)->second);
      std::map<std::string, int> operators;
      for (const std::string& node : all(graph, 1)) ++operators[fields(node).find(4)->second];
      CHECK(operators[op == OnnxOp::conv ? "Conv" : "MatMul"] == 3);
      CHECK(operators["QuantizeLinear"] == (precision == OnnxPrecision::int8 ? 3 : 0));
      CHECK(operators["DequantizeLinear"] == (precision == OnnxPrecision::int8 ? 6 : 0));
      const std::size_t width = precision == OnnxPrecision::fp32   ? 4
                                : precision == OnnxPrecision::fp16 ? 2
                                                                   : 1;
      int found = 0;
      for (const std::string& tensor : all(graph, 5)) {
        const auto parts = fields(tensor);
        if (!parts.find(8)->second.starts_with("w") || parts.find(8)->second[1] == 's') continue;
        CHECK(parts.find(9)->second.size() == width * 8 * 8 * (op == OnnxOp::conv ? 9 : 1));
        ++found;
      }
      CHECK(found == 3);
      CHECK(all(graph, 11).size() == 1);
      CHECK(all(graph, 12).size() == 1);
    }
  }
}

TEST_CASE("onnx_write: a sparse model has two zeros in every four neighbours in depth") {
  for (const auto op : {OnnxOp::gemm, OnnxOp::conv}) {
    const auto bytes = make_onnx(small(op, OnnxPrecision::int8, true), 7);
    REQUIRE(bytes);
    const auto graph = fields(fields(*bytes).find(7)->second);
    for (const std::string& tensor : all(graph, 5)) {
      const auto parts = fields(tensor);
      const std::string& raw = parts.find(9)->second;
      if (raw.size() < 64) continue;
      const std::size_t stride = op == OnnxOp::conv ? 9 : 8;
      const std::size_t groups = op == OnnxOp::conv ? 8 * 8 / 4 : 8 / 4;
      for (std::size_t group = 0; group < groups; ++group) {
        for (std::size_t lane = 0; lane < stride; ++lane) {
          int zeros = 0;
          for (std::size_t k = 0; k < 4; ++k) zeros += raw[(group * 4 + k) * stride + lane] == 0;
          CHECK(zeros >= 2);
        }
      }
      CHECK(std::ranges::count(raw, '\0') < static_cast<std::ptrdiff_t>(raw.size()) * 6 / 10);
    }
  }
}

TEST_CASE("onnx_write: operations are counted, impossible models are refused") {
  CHECK(onnx_operations(small(OnnxOp::gemm, OnnxPrecision::fp32, false)) == 2.0 * 2 * 8 * 8 * 3);
  CHECK(onnx_operations(small(OnnxOp::conv, OnnxPrecision::fp32, false)) ==
        2.0 * 2 * 25 * 8 * 8 * 9 * 3);
  OnnxModel model;
  model.size = 6;
  CHECK_FALSE(make_onnx(model, 1));
  model.size = 65536;
  CHECK_FALSE(make_onnx(model, 1));
  model.size = 8;
  model.batch = 0;
  CHECK_FALSE(make_onnx(model, 1));
  CHECK_FALSE(parse_onnx_op("lstm"));
  CHECK_FALSE(parse_onnx_precision("int4"));
}
