// SPDX-License-Identifier: Apache-2.0
//
// What the crc column of a row covers: the integers that say where the blob belongs, then the blob.
// So a flipped bit is found in the blob and in its place alike. Pure.
#pragma once

#include <cstdint>
#include <initializer_list>

#include "results/store/bytes.hpp"
#include "results/store/crc32c.hpp"

namespace soakrig::store {

[[nodiscard]] inline std::uint32_t blob_crc(std::initializer_list<std::int64_t> place,
                                            ByteSpan blob) {
  std::uint32_t crc = 0;
  for (const std::int64_t number : place) {
    std::uint8_t bytes[sizeof number];
    std::memcpy(bytes, &number, sizeof number);
    crc = crc32c(bytes, crc);
  }
  return crc32c(blob, crc);
}

}  // namespace soakrig::store
