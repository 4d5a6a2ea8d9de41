// SPDX-License-Identifier: Apache-2.0
//
// The weights of a model, from a file or made up. Of made-up ones every block is a pure function of
// (seed, tensor, row, block), in integers only, so that all targets and thread counts make the same
// model, and so that a file writer can make it again block by block. Owns the memory that its
// matrices view. Immutable once made, but for corrupt(); then safe to read from many threads.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "rig/base/result.hpp"
#include "workloads/kernels/block_format.hpp"
#include "workloads/kernels/huge_buffer.hpp"
#include "workloads/kernels/thread_pool.hpp"
#include "workloads/model/gguf.hpp"
#include "workloads/model/shape.hpp"

namespace soakrig::workloads {

// Which tensor of the model; the numbers are part of the seeding and never change.
enum class Tensor : std::uint8_t {
  embedding = 0,
  output = 1,
  output_norm = 2,
  query = 3,
  key = 4,
  value = 5,
  attention_out = 6,
  gate = 7,
  up = 8,
  down = 9,
  attention_norm = 10,
  ffn_norm = 11
};

struct Block {
  std::uint16_t scale = 0;  // half precision
  // Q8_0: 32 signed bytes. Q4_0: 16 bytes, low nibbles first.
  std::array<std::uint8_t, kBlock> quants{};
};

// One block of a matrix whose weights are to have about `deviation` as standard deviation.
[[nodiscard]] Block make_block(WeightFormat format, std::uint64_t seed, Tensor tensor,
                               std::size_t layer, std::size_t row, std::size_t block,
                               float deviation);
// One gain of a norm, in 0.875 .. 1.125.
[[nodiscard]] float make_gain(std::uint64_t seed, Tensor tensor, std::size_t layer,
                              std::size_t index);
// The standard deviation that a tensor is made with: keeps activations near 1 at every depth.
[[nodiscard]] float deviation_of(const Shape& shape, Tensor tensor);

struct Layer {
  const float* attention_norm = nullptr;
  const float* ffn_norm = nullptr;
  TileMatrix qkv;  // rows: queries, keys, values
  TileMatrix attention_out;
  TileMatrix gate_up;  // rows: gate, up
  TileMatrix down;
};

class Weights {
 public:
  // Errc::full when the memory is refused.
  [[nodiscard]] static Result<Weights> make(const Shape& shape, WeightFormat format,
                                            std::uint64_t seed, ThreadPool& pool);
  // Those of a file, repacked; the file is not needed afterwards. Errc::corrupt where a block holds
  // what no quantiser writes.
  [[nodiscard]] static Result<Weights> load(const GgufFile& file, ThreadPool& pool);

  [[nodiscard]] const Shape& shape() const { return shape_; }
  [[nodiscard]] WeightFormat format() const { return format_; }
  [[nodiscard]] const std::vector<Layer>& layers() const { return layers_; }
  [[nodiscard]] const TileMatrix& output() const { return output_; }
  [[nodiscard]] const float* output_norm() const { return output_norm_; }
  // Row `token` of the embedding as numbers; out has room for dim.
  void embed(std::size_t token, float* out) const;

  // Flips the lowest bit of one weight of the output matrix's row `row`: that token's logit moves a
  // little, the rest stays.
  void flip_small_bit(std::size_t row);
  // Flips the highest exponent bit of one scale in the first layer: everything after it is wrong.
  void flip_large_bit();

 private:
  Weights() = default;
  TileMatrix place_matrix(std::size_t rows, std::size_t cols);
  template <class Source>
  const float* place_gains(const Source& source, Tensor tensor, std::size_t layer);
  template <class Source>
  void place(const Source& source, ThreadPool& pool);
  [[nodiscard]] static Result<Weights> allocate(const Shape& shape, WeightFormat format);

  Shape shape_;
  WeightFormat format_ = WeightFormat::q8_0;
  HugeBuffer memory_;
  std::size_t used_ = 0;
  TileMatrix embedding_;
  TileMatrix output_;
  const float* output_norm_ = nullptr;
  std::vector<Layer> layers_;
};

}  // namespace soakrig::workloads
