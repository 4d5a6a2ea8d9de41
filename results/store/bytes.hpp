// SPDX-License-Identifier: Apache-2.0
//
// Little-endian bytes, LEB128 varints and zigzag: the alphabet of every blob. ByteReader never
// reads beyond its span; after a failed read ok() is false and every further read gives zero, so
// that a decoder checks once at its end.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

namespace soakrig::store {

static_assert(std::endian::native == std::endian::little, "blobs are little-endian");

using Bytes = std::vector<std::uint8_t>;
using ByteSpan = std::span<const std::uint8_t>;

[[nodiscard]] constexpr std::uint64_t zigzag(std::int64_t v) {
  return (static_cast<std::uint64_t>(v) << 1) ^ static_cast<std::uint64_t>(v >> 63);
}
[[nodiscard]] constexpr std::int64_t unzigzag(std::uint64_t v) {
  return static_cast<std::int64_t>((v >> 1) ^ (~(v & 1) + 1));
}

inline void put_u8(Bytes& out, std::uint8_t v) { out.push_back(v); }

inline void put_varint(Bytes& out, std::uint64_t v) {
  while (v >= 0x80) {
    out.push_back(static_cast<std::uint8_t>(v | 0x80));
    v >>= 7;
  }
  out.push_back(static_cast<std::uint8_t>(v));
}

inline void put_u64(Bytes& out, std::uint64_t v) {
  const std::size_t at = out.size();
  out.resize(at + sizeof v);
  std::memcpy(out.data() + at, &v, sizeof v);
}

inline void put_bytes(Bytes& out, ByteSpan bytes) {
  out.insert(out.end(), bytes.begin(), bytes.end());
}

class ByteReader {
 public:
  explicit ByteReader(ByteSpan bytes) : bytes_(bytes) {}

  [[nodiscard]] bool ok() const { return ok_; }
  [[nodiscard]] std::size_t left() const { return bytes_.size() - at_; }
  // True when everything was read and nothing failed: how a decoder ends.
  [[nodiscard]] bool done() const { return ok_ && left() == 0; }
  void fail() { ok_ = false; }

  std::uint8_t u8() {
    if (!need(1)) return 0;
    return bytes_[at_++];
  }

  std::uint64_t u64() {
    std::uint64_t v = 0;
    if (!need(sizeof v)) return 0;
    std::memcpy(&v, bytes_.data() + at_, sizeof v);
    at_ += sizeof v;
    return v;
  }

  std::uint64_t varint() {
    std::uint64_t v = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      const std::uint8_t byte = u8();
      v |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
      if (byte < 0x80) return ok_ ? v : 0;
    }
    ok_ = false;  // more than ten bytes is no varint of ours
    return 0;
  }

  ByteSpan take(std::size_t count) {
    if (!need(count)) return {};
    const ByteSpan out = bytes_.subspan(at_, count);
    at_ += count;
    return out;
  }

 private:
  bool need(std::size_t count) {
    if (ok_ && count <= left()) return true;
    ok_ = false;
    return false;
  }

  ByteSpan bytes_;
  std::size_t at_ = 0;
  bool ok_ = true;
};

}  // namespace soakrig::store
