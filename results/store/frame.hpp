// SPDX-License-Identifier: Apache-2.0
//
// A tail frame: the rows of one source between two commits, as one blob. Written once a second for
// every source, so it is made for cheap writing and few bytes, not for long runs. Pure.
#pragma once

#include "results/store/bytes.hpp"
#include "rig/base/batch.hpp"
#include "rig/base/result.hpp"

namespace soakrig::store {

[[nodiscard]] Bytes encode_frame(const Batch& rows);
[[nodiscard]] Result<Batch> decode_frame(ByteSpan blob, std::size_t rows, std::size_t columns);

}  // namespace soakrig::store
