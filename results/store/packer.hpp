// SPDX-License-Identifier: Apache-2.0
//
// The two bottom layers of every sealed blob: a block of bytes made small by zstd, and a list of
// unsigned integers split into noise and pattern. Nothing here knows what the numbers mean.
// Decoders treat their input as hostile and never read or allocate beyond the sizes they are given.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "results/store/bytes.hpp"

namespace soakrig::store {

// zstd with its working memory, reused from blob to blob. One owner at a time.
class Packer {
 public:
  Packer();
  ~Packer();
  Packer(Packer&&) noexcept;
  Packer& operator=(Packer&&) noexcept;

  // Appends a block: raw, one repeated byte, or compressed, whichever is smallest.
  void pack(ByteSpan plain, Bytes& out);
  // Reads one block of exactly `size` plain bytes. False when it is not that.
  [[nodiscard]] bool unpack(ByteReader& in, std::size_t size, Bytes& plain);

 private:
  struct Contexts;
  std::unique_ptr<Contexts> contexts_;
};

// Noise cannot be compressed and spoils the statistics of what can: so the low bits of each
// integer that look like noise are stored as they are, and only the rest is packed.
void encode_integers(std::span<const std::uint64_t> integers, Packer& packer, Bytes& out);
[[nodiscard]] bool decode_integers(ByteReader& in, std::size_t count, Packer& packer,
                                   std::vector<std::uint64_t>& integers);

// Bits needed for all of them together: a cheap estimate of how small they will become.
[[nodiscard]] std::uint64_t total_bits(std::span<const std::uint64_t> integers);

}  // namespace soakrig::store
