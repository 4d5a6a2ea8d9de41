// SPDX-License-Identifier: Apache-2.0
#include "results/store/packer.hpp"

#include <zstd.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>

#include "rig/base/result.hpp"

namespace soakrig::store {
namespace {

// Level 1: levels 3 and more made these columns no smaller (measured) and cost more time.
constexpr int kLevel = 1;
constexpr std::uint8_t kRaw = 0, kRepeated = 1, kZstd = 2;
constexpr unsigned kMaxLowBits = 56;  // a shifted value of 56 bits still fits the 64-bit window

unsigned width(std::uint64_t v) { return static_cast<unsigned>(std::bit_width(v)); }

// Bits for all integers if `low` bits are kept as they are: those, and the entropy of the rest. A
// rest of one varint byte is a symbol; a longer one is the symbol of its width, and then noise.
double estimated_bits(std::span<const std::uint64_t> integers, unsigned low) {
  std::array<std::uint32_t, 256> count{};
  std::uint64_t bits = integers.size() * low;
  for (const std::uint64_t v : integers) {
    const std::uint64_t high = v >> low;
    ++count[high < 128 ? high : 128 + width(high)];
    if (high >= 128) bits += width(high) + 1;
  }
  double entropy = 0;
  const double n = static_cast<double>(integers.size());
  for (const std::uint32_t c : count) {
    if (c != 0) entropy += static_cast<double>(c) * std::log2(n / static_cast<double>(c));
  }
  return static_cast<double>(bits) + entropy;
}

// The most promising number of low bits, 0 when splitting does not pay.
unsigned choose_low_bits(std::span<const std::uint64_t> integers) {
  const std::uint64_t bits = total_bits(integers);
  const auto mean = static_cast<unsigned>(bits / std::max<std::size_t>(integers.size(), 1));
  unsigned best = 0;
  double least = estimated_bits(integers, 0);
  for (unsigned low = mean > 6 ? mean - 6 : 1; low <= std::min(mean, kMaxLowBits); ++low) {
    const double estimate = estimated_bits(integers, low);
    if (estimate < least) {
      least = estimate;
      best = low;
    }
  }
  return best;
}

void encode_split(std::span<const std::uint64_t> integers, unsigned low, Packer& packer,
                  Bytes& out) {
  put_u8(out, static_cast<std::uint8_t>(low));
  const std::uint64_t mask = (std::uint64_t{1} << low) - 1;
  std::uint64_t window = 0;
  unsigned held = 0;
  Bytes high;
  high.reserve(integers.size());
  for (const std::uint64_t v : integers) {
    window |= (v & mask) << held;
    held += low;
    for (; held >= 8; held -= 8, window >>= 8) put_u8(out, static_cast<std::uint8_t>(window));
    put_varint(high, v >> low);
  }
  if (held > 0) put_u8(out, static_cast<std::uint8_t>(window));
  put_varint(out, high.size());
  packer.pack(high, out);
}

}  // namespace

struct Packer::Contexts {
  struct FreeC {
    void operator()(ZSTD_CCtx* c) const { ZSTD_freeCCtx(c); }
  };
  struct FreeD {
    void operator()(ZSTD_DCtx* d) const { ZSTD_freeDCtx(d); }
  };
  std::unique_ptr<ZSTD_CCtx, FreeC> compress{ZSTD_createCCtx()};
  std::unique_ptr<ZSTD_DCtx, FreeD> decompress{ZSTD_createDCtx()};
  Bytes scratch;
};

Packer::Packer() : contexts_(std::make_unique<Contexts>()) {
  RIG_ASSERT(contexts_->compress != nullptr && contexts_->decompress != nullptr);
}
Packer::~Packer() = default;
Packer::Packer(Packer&&) noexcept = default;
Packer& Packer::operator=(Packer&&) noexcept = default;

void Packer::pack(ByteSpan plain, Bytes& out) {
  if (plain.size() > 1 &&
      std::all_of(plain.begin(), plain.end(), [&](std::uint8_t b) { return b == plain.front(); })) {
    put_u8(out, kRepeated);
    put_u8(out, plain.front());
    return;
  }
  Bytes& scratch = contexts_->scratch;
  scratch.resize(ZSTD_compressBound(plain.size()));
  const std::size_t size = ZSTD_compressCCtx(contexts_->compress.get(), scratch.data(),
                                             scratch.size(), plain.data(), plain.size(), kLevel);
  if (ZSTD_isError(size) != 0 || size + 3 >= plain.size()) {
    put_u8(out, kRaw);
    put_bytes(out, plain);
    return;
  }
  put_u8(out, kZstd);
  put_varint(out, size);
  put_bytes(out, ByteSpan(scratch).first(size));
}

bool Packer::unpack(ByteReader& in, std::size_t size, Bytes& plain) {
  const std::uint8_t kind = in.u8();
  if (kind == kRaw) {
    const ByteSpan raw = in.take(size);
    plain.assign(raw.begin(), raw.end());
    return in.ok();
  }
  if (kind == kRepeated) {
    plain.assign(size, in.u8());
    return in.ok();
  }
  if (kind != kZstd) return false;
  const ByteSpan packed = in.take(in.varint());
  if (!in.ok()) return false;
  plain.resize(size);
  const std::size_t got = ZSTD_decompressDCtx(contexts_->decompress.get(), plain.data(), size,
                                              packed.data(), packed.size());
  return ZSTD_isError(got) == 0 && got == size;
}

std::uint64_t total_bits(std::span<const std::uint64_t> integers) {
  std::uint64_t bits = 0;
  for (const std::uint64_t v : integers) bits += width(v);
  return bits;
}

void encode_integers(std::span<const std::uint64_t> integers, Packer& packer, Bytes& out) {
  const std::size_t begin = out.size();
  encode_split(integers, 0, packer, out);
  const unsigned low = choose_low_bits(integers);
  if (low == 0) return;
  // Entropy is blind to patterns that zstd finds, so both ways are tried.
  Bytes split;
  encode_split(integers, low, packer, split);
  if (split.size() >= out.size() - begin) return;
  out.resize(begin);
  put_bytes(out, split);
}

bool decode_integers(ByteReader& in, std::size_t count, Packer& packer,
                     std::vector<std::uint64_t>& integers) {
  const unsigned low = in.u8();
  if (low > kMaxLowBits) return false;
  const ByteSpan lows = in.take((count * low + 7) / 8);
  const std::uint64_t high_size = in.varint();
  if (!in.ok() || high_size > count * 10) return false;
  Bytes high;
  if (!packer.unpack(in, high_size, high)) return false;
  ByteReader highs(high);
  const std::uint64_t mask = (std::uint64_t{1} << low) - 1;
  std::uint64_t window = 0;
  unsigned held = 0;
  std::size_t next = 0;
  integers.resize(count);
  for (std::uint64_t& v : integers) {
    for (; held < low; held += 8) window |= std::uint64_t{lows[next++]} << held;
    v = (highs.varint() << low) | (window & mask);
    window >>= low;
    held -= low;
  }
  return highs.done();
}

}  // namespace soakrig::store
