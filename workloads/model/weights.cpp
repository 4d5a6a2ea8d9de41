// SPDX-License-Identifier: Apache-2.0
#include "workloads/model/weights.hpp"

#include <algorithm>
#include <atomic>
#include <bit>
#include <cmath>
#include <cstring>
#include <string>

#include "workloads/kernels/half.hpp"
#include "workloads/model/row_key.hpp"

namespace soakrig::workloads {
namespace {

constexpr std::size_t kAlign = 64;

std::uint64_t row_key(std::uint64_t seed, Tensor tensor, std::size_t layer, std::size_t row) {
  return workloads::row_key(seed, static_cast<std::uint8_t>(tensor), layer, row);
}

// Half-precision scale for uniform quants of this format to have the deviation wanted.
std::uint16_t base_scale(WeightFormat format, float deviation) {
  // Deviation of uniform quants: 73.3 over -127..127, 4.18 over -7..7 with 0 twice. Blocks vary by
  // up to an eighth.
  return float_to_half(deviation / (format == WeightFormat::q8_0 ? 73.3f : 4.18f) * 0.94f);
}

Block block_of(WeightFormat format, std::uint64_t row, std::size_t index, std::uint16_t scale) {
  Block block;
  const std::uint64_t key = row + 8 * static_cast<std::uint64_t>(index);
  const std::size_t words = format == WeightFormat::q8_0 ? 4 : 2;
  for (std::size_t i = 0; i < words; ++i) {
    std::uint64_t random = mix(key + i);
    if (format == WeightFormat::q8_0) {
      // -128 is no Q8_0 value that a quantiser writes: its lowest bit is set, which makes -127.
      const std::uint64_t low = random & 0x7F7F7F7F7F7F7F7Fu;
      const std::uint64_t zero = ~(low + 0x7F7F7F7F7F7F7F7Fu) & 0x8080808080808080u;  // low == 0
      random |= (zero & random) >> 7;
    } else {
      // A nibble of 0 (-8) becomes 8 (0): otherwise the mean is -1/2, which drowns everything else.
      const std::uint64_t some = random | random >> 1 | random >> 2 | random >> 3;
      random |= (~some & 0x1111111111111111u) << 3;
    }
    std::memcpy(block.quants.data() + 8 * i, &random, 8);
  }
  // 7 bits of the half's mantissa: up to 12.5 % larger.
  block.scale = static_cast<std::uint16_t>(scale + (mix(key + 4) & 0x7Fu));
  return block;
}

// Puts one row's block into its tile.
void store_block(const TileMatrix& m, std::size_t row, std::size_t index, const Block& block,
                 std::uint8_t* quants, std::uint16_t* scales) {
  const std::size_t tile = row / kTileRows * m.blocks() + index;
  const std::size_t lane = row % kTileRows;
  const std::size_t bytes = tile_quant_bytes(m.format);
  scales[tile * kTileRows + lane] = block.scale;
  std::uint8_t* at = quants + tile * bytes + lane * kGroup;
  for (std::size_t g = 0; g < bytes / (kTileRows * kGroup); ++g) {
    std::memcpy(at + g * kTileRows * kGroup, block.quants.data() + g * kGroup, kGroup);
  }
}

// One of the tensors that share a matrix, by rows.
struct Part {
  Tensor tensor;
  std::size_t rows;
};

// Where weights come from: row() gives a function of the block's number, gain() one norm's value.
struct MadeUp {
  const Shape& shape;
  WeightFormat format;
  std::uint64_t seed;

  auto row(Tensor tensor, std::size_t layer, std::size_t index) const {
    return [format = format, key = row_key(seed, tensor, layer, index),
            scale = base_scale(format, deviation_of(shape, tensor))](std::size_t block) {
      return block_of(format, key, block, scale);
    };
  }
  float gain(Tensor tensor, std::size_t layer, std::size_t index) const {
    return make_gain(seed, tensor, layer, index);
  }
};

std::string tensor_name(Tensor tensor, std::size_t layer) {
  switch (tensor) {
    case Tensor::embedding:
      return "token_embd.weight";
    case Tensor::output:
      return "output.weight";
    case Tensor::output_norm:
      return "output_norm.weight";
    default:
      break;
  }
  constexpr const char* kNames[] = {"attn_q", "attn_k",   "attn_v",    "attn_output", "ffn_gate",
                                    "ffn_up", "ffn_down", "attn_norm", "ffn_norm"};
  const auto which = static_cast<std::size_t>(tensor) - static_cast<std::size_t>(Tensor::query);
  return "blk." + std::to_string(layer) + "." + kNames[which] + ".weight";
}

struct FromFile {
  const GgufFile& file;
  std::atomic<bool>& broken;  // set where a block holds what no quantiser writes

  auto row(Tensor tensor, std::size_t layer, std::size_t index) const {
    const GgufTensor& found = file.model().tensors.find(tensor_name(tensor, layer))->second;
    const std::size_t quants = file.model().format == WeightFormat::q8_0 ? kBlock : kBlock / 2;
    const std::size_t stride = sizeof(std::uint16_t) + quants;
    const std::uint8_t* at = file.data(found).data() + index * (found.cols / kBlock) * stride;
    return [this, at, quants, stride](std::size_t number) {
      Block block;
      std::memcpy(&block.scale, at + number * stride, sizeof block.scale);
      std::memcpy(block.quants.data(), at + number * stride + sizeof block.scale, quants);
      const bool infinite = (block.scale & 0x7C00u) == 0x7C00u;
      // -128: the kernels' products of signed bytes rely on its absence.
      if (infinite || (quants == kBlock && std::ranges::count(block.quants, 128) != 0)) {
        broken = true;
      }
      return block;
    };
  }
  float gain(Tensor tensor, std::size_t layer, std::size_t index) const {
    const GgufTensor& found = file.model().tensors.find(tensor_name(tensor, layer))->second;
    float value = 0;
    std::memcpy(&value, file.data(found).data() + index * sizeof value, sizeof value);
    if (!std::isfinite(value)) broken = true;
    return value;
  }
};

}  // namespace

Block make_block(WeightFormat format, std::uint64_t seed, Tensor tensor, std::size_t layer,
                 std::size_t row, std::size_t block, float deviation) {
  return block_of(format, row_key(seed, tensor, layer, row), block, base_scale(format, deviation));
}

float make_gain(std::uint64_t seed, Tensor tensor, std::size_t layer, std::size_t index) {
  const auto steps = static_cast<float>(row_key(seed, tensor, layer, index) & 0xFFu);
  return 0.875f + steps / 1024.0f;
}

float deviation_of(const Shape& shape, Tensor tensor) {
  // 1 / sqrt(inputs); an untied embedding starts the residual stream at 1. IEEE's square root is
  // exact to the bit everywhere.
  if (tensor == Tensor::embedding && !shape.tied) return 1.0f;
  if (tensor == Tensor::down) return 1.0f / std::sqrt(static_cast<float>(shape.ffn));
  if (tensor == Tensor::attention_out) {
    return 1.0f / std::sqrt(static_cast<float>(shape.query_dim()));
  }
  return 1.0f / std::sqrt(static_cast<float>(shape.dim));
}

Result<Weights> Weights::allocate(const Shape& shape, WeightFormat format) {
  Weights weights;
  weights.shape_ = shape;
  weights.format_ = format;
  // Every array is padded to a cache line; there are 10 or fewer for each layer.
  auto memory =
      HugeBuffer::allocate(weight_bytes(shape, format) + (shape.layers + 1) * 12 * kAlign);
  if (!memory) return memory.error();
  weights.memory_ = std::move(*memory);
  return weights;
}

Result<Weights> Weights::make(const Shape& shape, WeightFormat format, std::uint64_t seed,
                              ThreadPool& pool) {
  auto weights = allocate(shape, format);
  if (weights) weights->place(MadeUp{shape, format, seed}, pool);
  return weights;
}

Result<Weights> Weights::load(const GgufFile& file, ThreadPool& pool) {
  auto weights = allocate(file.model().shape, file.model().format);
  if (!weights) return weights;
  std::atomic<bool> broken{false};
  weights->place(FromFile{file, broken}, pool);
  if (broken) {
    return Error{Errc::corrupt, "the model has weights that no quantiser writes",
                 "the file is damaged; fetch it again"};
  }
  return weights;
}

TileMatrix Weights::place_matrix(std::size_t rows, std::size_t cols) {
  RIG_ASSERT(rows % kTileRows == 0 && cols % kBlock == 0);
  const auto take = [this](std::size_t bytes) {
    std::uint8_t* at = memory_.data() + used_;
    used_ += (bytes + kAlign - 1) / kAlign * kAlign;
    RIG_ASSERT(used_ <= memory_.size());
    return at;
  };
  TileMatrix matrix{format_, rows, cols, nullptr, nullptr};
  const std::size_t tile_blocks = matrix.tiles() * matrix.blocks();
  matrix.quants = take(tile_blocks * tile_quant_bytes(format_));
  matrix.scales =
      reinterpret_cast<const std::uint16_t*>(take(tile_blocks * kTileRows * sizeof(std::uint16_t)));
  return matrix;
}

template <class Source>
const float* Weights::place_gains(const Source& source, Tensor tensor, std::size_t layer) {
  auto* gains = reinterpret_cast<float*>(memory_.data() + used_);
  used_ += (shape_.dim * sizeof(float) + kAlign - 1) / kAlign * kAlign;
  RIG_ASSERT(used_ <= memory_.size());
  for (std::size_t i = 0; i < shape_.dim; ++i) gains[i] = source.gain(tensor, layer, i);
  return gains;
}

template <class Source>
void Weights::place(const Source& source, ThreadPool& pool) {
  const auto fill = [&](std::size_t cols, std::size_t layer, const std::vector<Part>& parts) {
    std::size_t rows = 0;
    for (const Part& part : parts) rows += part.rows;
    const TileMatrix matrix = place_matrix(rows, cols);
    auto* quants = const_cast<std::uint8_t*>(matrix.quants);  // memory_ is ours and writable
    auto* scales = const_cast<std::uint16_t*>(matrix.scales);
    pool.run_ranges(matrix.tiles(), [&](std::size_t first, std::size_t last) {
      for (std::size_t row = first * kTileRows; row < last * kTileRows; ++row) {
        std::size_t local = row;
        std::size_t which = 0;
        while (local >= parts[which].rows) local -= parts[which++].rows;
        const auto block = source.row(parts[which].tensor, layer, local);
        for (std::size_t b = 0; b < matrix.blocks(); ++b) {
          store_block(matrix, row, b, block(b), quants, scales);
        }
      }
    });
    return matrix;
  };
  const Shape& s = shape_;
  embedding_ = fill(s.dim, 0, {{Tensor::embedding, s.vocabulary}});
  for (std::size_t i = 0; i < s.layers; ++i) {
    Layer layer;
    layer.attention_norm = place_gains(source, Tensor::attention_norm, i);
    layer.qkv = fill(
        s.dim, i,
        {{Tensor::query, s.query_dim()}, {Tensor::key, s.kv_dim()}, {Tensor::value, s.kv_dim()}});
    layer.attention_out = fill(s.query_dim(), i, {{Tensor::attention_out, s.dim}});
    layer.ffn_norm = place_gains(source, Tensor::ffn_norm, i);
    layer.gate_up = fill(s.dim, i, {{Tensor::gate, s.ffn}, {Tensor::up, s.ffn}});
    layer.down = fill(s.ffn, i, {{Tensor::down, s.dim}});
    layers_.push_back(layer);
  }
  output_norm_ = place_gains(source, Tensor::output_norm, 0);
  output_ = s.tied ? embedding_ : fill(s.dim, 0, {{Tensor::output, s.vocabulary}});
}

void Weights::embed(std::size_t token, float* out) const {
  const TileMatrix& m = embedding_;
  const std::size_t lane = token % kTileRows;
  const std::size_t bytes = tile_quant_bytes(format_);
  for (std::size_t b = 0; b < m.blocks(); ++b) {
    const std::size_t tile = token / kTileRows * m.blocks() + b;
    const float scale = half_to_float(m.scales[tile * kTileRows + lane]);
    const std::uint8_t* at = m.quants + tile * bytes + lane * kGroup;
    for (std::size_t k = 0; k < kBlock; ++k) {
      int q = 0;
      if (format_ == WeightFormat::q8_0) {
        q = static_cast<std::int8_t>(at[k / kGroup * kTileRows * kGroup + k % kGroup]);
      } else {
        const std::size_t half = k % (kBlock / 2);
        const std::uint8_t byte = at[half / kGroup * kTileRows * kGroup + half % kGroup];
        q = (k < kBlock / 2 ? byte & 15 : byte >> 4) - 8;
      }
      out[b * kBlock + k] = scale * static_cast<float>(q);
    }
  }
}

// Both views are of memory_, which is ours and writable.
void Weights::flip_small_bit(std::size_t row) {
  const std::size_t tile = row / kTileRows * output_.blocks();
  const std::size_t byte = tile * tile_quant_bytes(format_) + row % kTileRows * kGroup;
  const_cast<std::uint8_t*>(output_.quants)[byte] ^= 1;
}

void Weights::flip_large_bit() {
  *const_cast<std::uint16_t*>(layers_.front().down.scales) ^= 0x4000;  // 2^16 times as large
}

}  // namespace soakrig::workloads
