// SPDX-License-Identifier: Apache-2.0
//
// A GGUF file of the llama architecture as `soakrig-work llm` runs it. What this program would
// compute wrongly (another architecture, scaled rope, biases, other formats) is refused by name.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <utility>

#include "rig/base/result.hpp"
#include "workloads/model/file_map.hpp"
#include "workloads/model/gguf_head.hpp"
#include "workloads/model/shape.hpp"

namespace soakrig::workloads {

struct GgufModel {
  Shape shape;  // named "gguf"
  WeightFormat format = WeightFormat::q8_0;
  std::string name;  // general.name, printable, may be empty
  std::map<std::string, GgufTensor, std::less<>> tensors;
};

// Pure. As parse_gguf_head, and Errc::unsupported for a model that this program does not run.
[[nodiscard]] Result<GgufModel> parse_gguf(std::span<const std::uint8_t> bytes, std::uint64_t size);

// The file stays mapped for as long as this lives.
class GgufFile {
 public:
  // Errors name the file.
  [[nodiscard]] static Result<GgufFile> open(const std::string& path);

  [[nodiscard]] const GgufModel& model() const { return model_; }
  [[nodiscard]] std::span<const std::uint8_t> data(const GgufTensor& tensor) const {
    return map_.bytes().subspan(tensor.offset, static_cast<std::size_t>(tensor.bytes));
  }

 private:
  GgufFile(FileMap map, GgufModel model) : map_(std::move(map)), model_(std::move(model)) {}
  FileMap map_;
  GgufModel model_;
};

}  // namespace soakrig::workloads
