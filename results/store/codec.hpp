// SPDX-License-Identifier: Apache-2.0
//
// Columns to blobs and back, bit for bit. Pure functions (Packer only keeps zstd's working memory);
// every decoder treats its input as hostile and answers Errc::corrupt. The bytes are specified in
// docs/formats/soak_file.md; what was measured for the choices is in docs/adr/.
//
// A column is first tried as integers over a power of ten (decimal.hpp), which costs about one byte
// a sample; only what is not decimal is kept as the eight bytes of its double.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "results/store/bytes.hpp"
#include "results/store/packer.hpp"
#include "rig/base/channel.hpp"
#include "rig/base/result.hpp"
#include "rig/base/time.hpp"

namespace soakrig::store {

inline constexpr std::size_t kMaxRows = 1u << 20;   // of one blob; a decoder refuses more
inline constexpr std::size_t kMaxCells = 1u << 24;  // rows x channels of one frame

// Finite values. A blob does not hold its count: the row beside it does.
void encode_values(std::span<const double> values, Packer& packer, Bytes& out);
[[nodiscard]] Result<std::vector<double>> decode_values(ByteReader& in, std::size_t count,
                                                        Packer& packer);

// Runs of equal states.
void encode_states(std::span<const State> states, Bytes& out);
[[nodiscard]] Result<std::vector<State>> decode_states(ByteReader& in, std::size_t count);

// Times that never decrease, exact to the nanosecond.
[[nodiscard]] Bytes encode_times(std::span<const Nanos> times, Packer& packer);
[[nodiscard]] Result<std::vector<Nanos>> decode_times(ByteSpan blob, std::size_t count,
                                                      Packer& packer);

// One channel of a chunk: states unless all are good, then the good values only.
struct Column {
  std::vector<double> values;  // 0 where the state is not good
  std::vector<State> states;   // as many as values, or empty = all good
};
[[nodiscard]] Bytes encode_column(std::span<const double> values, std::span<const State> states,
                                  Packer& packer);
[[nodiscard]] Result<Column> decode_column(ByteSpan blob, std::size_t count, Packer& packer);

}  // namespace soakrig::store
