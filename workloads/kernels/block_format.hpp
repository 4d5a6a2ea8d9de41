// SPDX-License-Identifier: Apache-2.0
//
// How weights are quantised and how they lie in memory. A block is 32 consecutive weights of one
// row with one half-precision scale, with the meaning that GGUF gives them:
//   Q8_0: value = scale * q,       q in -127..127      (34 bytes in a file)
//   Q4_0: value = scale * (q - 8), q in 0..15          (18 bytes; low nibbles hold weights 0..15,
//                                                       high nibbles 16..31)
// In memory, 16 rows of a matrix are interleaved to a tile, so that one vector lane belongs to one
// row on every target: a row's sum is then always added in the order of its blocks, whatever the
// vector's width, and results are equal to the bit.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace soakrig::workloads {

enum class WeightFormat : std::uint8_t { q8_0, q4_0 };

[[nodiscard]] constexpr std::string_view to_string(WeightFormat format) {
  return format == WeightFormat::q8_0 ? "q8_0" : "q4_0";
}
[[nodiscard]] constexpr std::optional<WeightFormat> parse_weight_format(std::string_view text) {
  if (text == "q8_0") return WeightFormat::q8_0;
  if (text == "q4_0") return WeightFormat::q4_0;
  return std::nullopt;
}

inline constexpr std::size_t kBlock = 32;     // weights that share a scale
inline constexpr std::size_t kTileRows = 16;  // rows interleaved
inline constexpr std::size_t kGroup = 4;      // weights of one row that lie side by side in a tile

// Bytes of quants in one tile block (16 rows x 32 weights).
// Q8_0: eight groups of [row][4 weights]. Q4_0: four groups of [row][4 bytes], group g holding the
// weights 4g..4g+3 in its low and 16+4g..16+4g+3 in its high nibbles.
[[nodiscard]] constexpr std::size_t tile_quant_bytes(WeightFormat format) {
  return kTileRows * (format == WeightFormat::q8_0 ? kBlock : kBlock / 2);
}

// One matrix of `rows` x `cols` (multiples of 16 and 32), a view of memory that somebody else owns.
// quants: tile by tile, block by block. scales: beside them, 16 half floats for each tile block.
struct TileMatrix {
  WeightFormat format = WeightFormat::q8_0;
  std::size_t rows = 0;
  std::size_t cols = 0;
  const std::uint8_t* quants = nullptr;
  const std::uint16_t* scales = nullptr;

  [[nodiscard]] std::size_t tiles() const { return rows / kTileRows; }
  [[nodiscard]] std::size_t blocks() const { return cols / kBlock; }
};

// Bytes that a kernel reads to go once over the whole matrix.
[[nodiscard]] constexpr std::size_t matrix_bytes(WeightFormat format, std::size_t rows,
                                                 std::size_t cols) {
  return rows * cols / (kTileRows * kBlock) *
         (tile_quant_bytes(format) + kTileRows * sizeof(std::uint16_t));
}

// Activations of `tokens` rows, quantised to 8 bits in blocks of 32. All arrays are row-major and
// owned by the caller. magnitudes = |q|; offsets = 8 * sum(q) of the block, what Q4_0 must
// subtract.
struct QuantRows {
  std::size_t tokens = 0;
  std::size_t cols = 0;
  std::int8_t* q = nullptr;
  std::uint8_t* magnitudes = nullptr;
  float* scales = nullptr;
  std::int32_t* offsets = nullptr;
};

}  // namespace soakrig::workloads
