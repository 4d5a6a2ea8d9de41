// SPDX-License-Identifier: Apache-2.0
//
// From stored bytes to rows. Bytes that do not match their checksum, or do not decode, become a gap
// event and missing rows (or, where only one column of many is lost, cells with State::error): one
// bad block of a disk must not cost the rest of a run. Pure.
#pragma once

#include "results/store/model.hpp"
#include "results/store/packer.hpp"
#include "results/store/source_bytes.hpp"

namespace soakrig::store {

// The wanted columns of everything in `bytes`, ascending in time.
[[nodiscard]] Rows decode_rows(const WantedSource& wanted, const SourceBytes& bytes,
                               Packer& packer);

// Leaves the rows inside [from, to].
void clip(Batch& rows, Nanos from, Nanos to);

}  // namespace soakrig::store
