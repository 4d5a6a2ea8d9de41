// SPDX-License-Identifier: Apache-2.0
//
// Reads the head of a GGUF file (version 2 or 3, little endian; ggml's docs/gguf.md) of the llama
// architecture: its dimensions and where its tensors lie. Every byte is hostile: sizes are compared
// with what is there before anything is allocated or multiplied, and what this program would
// compute wrongly (another architecture, scaled rope, biases, other formats) is refused by name.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>

#include "rig/base/result.hpp"
#include "workloads/model/shape.hpp"

namespace soakrig::workloads {

enum class GgufType : std::uint32_t { f32 = 0, f16 = 1, q4_0 = 2, q8_0 = 8 };

struct GgufTensor {
  GgufType type = GgufType::f32;
  std::size_t cols = 0;      // ne0, a row's length
  std::size_t rows = 1;      // ne1
  std::uint64_t offset = 0;  // from the file's start; offset + bytes lie inside the file
  std::uint64_t bytes = 0;
};

struct GgufModel {
  Shape shape;  // named "gguf"
  WeightFormat format = WeightFormat::q8_0;
  std::string name;  // general.name, printable, may be empty
  std::map<std::string, GgufTensor, std::less<>> tensors;
};

// Pure. Errc::corrupt for a file that breaks the format, Errc::unsupported for one that this
// program does not run. `size` is the whole file's; `head` its first bytes, all of the head among
// them.
[[nodiscard]] Result<GgufModel> parse_gguf(std::span<const std::uint8_t> head, std::uint64_t size);

// A file mapped read-only for as long as this lives. The file must not shrink meanwhile.
class GgufFile {
 public:
  // Errors name the file.
  [[nodiscard]] static Result<GgufFile> open(const std::string& path);
  GgufFile(GgufFile&& other) noexcept;
  GgufFile& operator=(GgufFile&& other) noexcept;
  GgufFile(const GgufFile&) = delete;
  GgufFile& operator=(const GgufFile&) = delete;
  ~GgufFile();

  [[nodiscard]] const GgufModel& model() const { return model_; }
  [[nodiscard]] std::span<const std::uint8_t> data(const GgufTensor& tensor) const {
    return {bytes_ + tensor.offset, static_cast<std::size_t>(tensor.bytes)};
  }

 private:
  GgufFile() = default;
  const std::uint8_t* bytes_ = nullptr;
  std::size_t size_ = 0;
  GgufModel model_;
};

}  // namespace soakrig::workloads
