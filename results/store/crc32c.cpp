// SPDX-License-Identifier: Apache-2.0
#include "results/store/crc32c.hpp"

#include <array>
#include <cstring>

#if defined(__x86_64__)
#include <nmmintrin.h>
#endif

namespace soakrig::store {
namespace {

using Table = std::array<std::array<std::uint32_t, 256>, 8>;

// Slicing by 8: table[k][b] is the effect of byte b followed by k zero bytes.
constexpr Table make_table() {
  Table table{};
  for (std::uint32_t b = 0; b < 256; ++b) {
    std::uint32_t crc = b;
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1u) != 0 ? 0x82f63b78u : 0u);
    table[0][b] = crc;
  }
  for (std::size_t k = 1; k < 8; ++k) {
    for (std::size_t b = 0; b < 256; ++b) {
      table[k][b] = (table[k - 1][b] >> 8) ^ table[0][table[k - 1][b] & 0xffu];
    }
  }
  return table;
}
constexpr Table kTable = make_table();

std::uint64_t load64(const std::uint8_t* p) {
  std::uint64_t word = 0;
  std::memcpy(&word, p, sizeof word);  // little-endian machines only, like the rest of soakrig
  return word;
}

#if defined(__x86_64__)
__attribute__((target("sse4.2"))) std::uint32_t crc32c_sse42(std::span<const std::uint8_t> bytes,
                                                             std::uint32_t seed) {
  std::uint64_t crc = seed ^ 0xffffffffu;
  const std::uint8_t* p = bytes.data();
  std::size_t left = bytes.size();
  for (; left >= 8; left -= 8, p += 8) crc = _mm_crc32_u64(crc, load64(p));
  auto crc32 = static_cast<std::uint32_t>(crc);
  for (; left > 0; --left, ++p) crc32 = _mm_crc32_u8(crc32, *p);
  return crc32 ^ 0xffffffffu;
}
#endif

}  // namespace

std::uint32_t crc32c_table(std::span<const std::uint8_t> bytes, std::uint32_t seed) {
  std::uint32_t crc = seed ^ 0xffffffffu;
  const std::uint8_t* p = bytes.data();
  std::size_t left = bytes.size();
  for (; left >= 8; left -= 8, p += 8) {
    const std::uint64_t x = load64(p) ^ crc;
    crc = kTable[7][x & 0xff] ^ kTable[6][(x >> 8) & 0xff] ^ kTable[5][(x >> 16) & 0xff] ^
          kTable[4][(x >> 24) & 0xff] ^ kTable[3][(x >> 32) & 0xff] ^ kTable[2][(x >> 40) & 0xff] ^
          kTable[1][(x >> 48) & 0xff] ^ kTable[0][x >> 56];
  }
  for (; left > 0; --left, ++p) crc = (crc >> 8) ^ kTable[0][(crc ^ *p) & 0xffu];
  return crc ^ 0xffffffffu;
}

std::uint32_t crc32c(std::span<const std::uint8_t> bytes, std::uint32_t seed) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("sse4.2")) return crc32c_sse42(bytes, seed);
#endif
  return crc32c_table(bytes, seed);
}

}  // namespace soakrig::store
