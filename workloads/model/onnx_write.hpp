// SPDX-License-Identifier: Apache-2.0
//
// Writes ONNX models of which the operations are known exactly: a chain of equal matrix products or
// of equal 3x3 convolutions, with made-up weights. So a TOPS claim can be tried on the device, the
// precision and the density that it names, with whatever runs ONNX there; rate x operations = TOPS.
// Only multiplications and additions of the products count, two for each pair, as spec sheets
// count; zeros of a sparse model are counted too, as vendors do who quote sparse figures: half is
// real work.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "rig/base/result.hpp"

namespace soakrig::workloads {

enum class OnnxOp { gemm, conv };
enum class OnnxPrecision { fp32, fp16, int8 };  // int8: QuantizeLinear and DequantizeLinear around

struct OnnxModel {
  OnnxOp op = OnnxOp::gemm;
  OnnxPrecision precision = OnnxPrecision::fp32;
  bool sparse = false;      // two of four neighbours in depth are zero
  std::size_t batch = 128;  // rows of the input; for conv: images
  std::size_t size = 1024;  // columns and depth; for conv: channels
  std::size_t side = 56;    // conv: height and width of an image
  std::size_t layers = 8;   // of the chain
};

[[nodiscard]] Result<OnnxOp> parse_onnx_op(std::string_view text);
[[nodiscard]] Result<OnnxPrecision> parse_onnx_precision(std::string_view text);

// Of one inference: 2 x multiplications.
[[nodiscard]] double onnx_operations(const OnnxModel& model);
// The file's bytes. Errc::invalid beyond the 2 GB that a protobuf message holds, or for a dimension
// of zero or a size that is no multiple of four.
[[nodiscard]] Result<std::string> make_onnx(const OnnxModel& model, std::uint64_t seed);

}  // namespace soakrig::workloads
