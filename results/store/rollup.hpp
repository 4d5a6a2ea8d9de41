// SPDX-License-Identifier: Apache-2.0
//
// The condensed levels of a channel: rows into stretches of 32, stretches into stretches, and the
// blob that holds them. Exact by construction: a stretch has the least and the greatest of its rows
// bit for bit, and its sum is added up in integers where the readings are decimal. Pure. Internal
// to results/store; the bytes are in docs/formats/soak_file.md.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "results/store/bytes.hpp"
#include "results/store/packer.hpp"
#include "results/store/view.hpp"
#include "rig/base/result.hpp"

namespace soakrig::store {

inline constexpr std::size_t kFanIn = 32;      // children of a stretch
inline constexpr std::size_t kLeastFanIn = 8;  // before missing rows it may end with these
inline constexpr std::size_t kBlobFanIn = 32;  // blobs of a level that make one of the next
inline constexpr int kMostLevels = 8;          // 32^8 rows are more than anybody stores

// Level 1: the rows of one chunk. `longest`: see longest_step in view_bins.hpp.
[[nodiscard]] std::vector<ViewBin> condense_rows(std::span<const Nanos> times,
                                                 std::span<const double> values,
                                                 std::span<const State> states,
                                                 std::optional<Nanos> longest);
// The next level of consecutive stretches.
[[nodiscard]] std::vector<ViewBin> condense(std::span<const ViewBin> stretches,
                                            std::optional<Nanos> longest);

// Not empty, ascending, not overlapping. Neither the count nor the end of the last stretch is in
// the blob: the row beside it has both.
[[nodiscard]] Bytes encode_rollup(std::span<const ViewBin> stretches, Packer& packer);
[[nodiscard]] Result<std::vector<ViewBin>> decode_rollup(ByteSpan blob, std::size_t count,
                                                         Nanos last, Packer& packer);

}  // namespace soakrig::store
