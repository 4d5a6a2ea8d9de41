// SPDX-License-Identifier: Apache-2.0
//
// CRC-32C (Castagnoli, reflected 0x82f63b78, as in iSCSI RFC 3720): the checksum of every stored
// blob. The processor's instruction where it has one, a table otherwise; both give the same number.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace soakrig::store {

// `seed` is the result over the bytes before: crc32c(b, crc32c(a)) == crc32c(a + b).
[[nodiscard]] std::uint32_t crc32c(std::span<const std::uint8_t> bytes, std::uint32_t seed = 0);

// The table alone: for machines without the instruction, and for the test that compares the two.
[[nodiscard]] std::uint32_t crc32c_table(std::span<const std::uint8_t> bytes,
                                         std::uint32_t seed = 0);

}  // namespace soakrig::store
