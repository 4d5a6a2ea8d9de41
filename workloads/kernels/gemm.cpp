// SPDX-License-Identifier: Apache-2.0
#include "workloads/kernels/gemm.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstring>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include "workloads/kernels/huge_buffer.hpp"

namespace soakrig::workloads {
namespace {

// Bytes of depth in a slab: a panel of A stays in the first cache while those of B run by from the
// second. Deep slabs go over C less often.
constexpr std::size_t kSlabBytes = 2048;
constexpr std::size_t kBlockRows = 384;  // of C for one piece, about
constexpr std::size_t kBlockCols = 64;   // its panels of B stay in the second cache
constexpr std::size_t kMaxTile = 12 * 64;

constexpr std::size_t pieces_of(std::size_t n, std::size_t size) { return (n + size - 1) / size; }
constexpr std::size_t rounded(std::size_t n, std::size_t step) { return pieces_of(n, step) * step; }

// splitmix64 of (seed, index): the same operands everywhere.
constexpr std::uint64_t random_bits(std::uint64_t seed, std::uint64_t index) {
  std::uint64_t x = seed * 0x9E3779B97F4A7C15u + index * 0xD1B54A32D192ED03u + 1;
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
  return x ^ (x >> 31);
}

constexpr std::int64_t weight_of(std::size_t col) {  // of r: odd, so that none is zero
  return static_cast<std::int64_t>(random_bits(77, col) % 255) * 2 - 253;
}

// out[group][line][neighbour in depth], whole groups of whole panels; of B, whose lines are columns
// and lie side by side. The loops are plain for the compiler to make vectors of.
template <std::size_t kGroup, class In, class Out>
void copy_columns(const In* __restrict in, std::size_t along, std::size_t panel, std::size_t groups,
                  Out* __restrict out) {
  for (std::size_t k = 0; k < groups; ++k, in += kGroup * along, out += panel * kGroup) {
    for (std::size_t i = 0; i < panel; ++i) {
      for (std::size_t g = 0; g < kGroup; ++g) {
        out[i * kGroup + g] = static_cast<Out>(in[g * along + i]);
      }
    }
  }
}

// Of A, whose neighbours in depth lie side by side. Some groups of all lines at a time: what is
// written stays in the first cache while its lines fill up.
template <std::size_t kGroup, class In, class Out>
void copy_rows(const In* __restrict in, std::size_t across, std::size_t panel, std::size_t groups,
               Out* __restrict out) {
  constexpr std::size_t kAtOnce = 16;
  for (std::size_t k = 0; k < groups; k += kAtOnce) {
    const std::size_t count = std::min(kAtOnce, groups - k);
    for (std::size_t i = 0; i < panel; ++i) {
      const In* line = in + i * across + k * kGroup;
      Out* to = out + (k * panel + i) * kGroup;
      for (std::size_t q = 0; q < count; ++q, line += kGroup, to += panel * kGroup) {
        if constexpr (std::is_same_v<In, Out>) {
          std::memcpy(to, line, kGroup * sizeof(In));
        } else {
          for (std::size_t g = 0; g < kGroup; ++g) to[g] = static_cast<Out>(line[g]);
        }
      }
    }
  }
}

template <std::size_t kGroup, class In, class Out>
void pack_whole(const In* in, std::size_t across, std::size_t along, std::size_t panel,
                std::size_t groups, Out* out) {
  if (across == 1) return copy_columns<kGroup>(in, along, panel, groups, out);
  copy_rows<kGroup>(in, across, panel, groups, out);
}

// From `lines` lines of `in`, of which element k of line i is at in[i * across + k * along]; one of
// the two is 1. Missing lines and depth become zeros.
template <class In, class Out>
void pack_panel(const In* in, std::size_t across, std::size_t along, std::size_t lines,
                std::size_t panel, std::size_t depth, std::size_t group, Out* out) {
  const std::size_t whole = lines == panel ? depth / group : 0;
  if (group == 1) pack_whole<1>(in, across, along, panel, whole, out);
  if (group == 2) pack_whole<2>(in, across, along, panel, whole, out);
  if (group == 4) pack_whole<4>(in, across, along, panel, whole, out);
  out += whole * panel * group;
  for (std::size_t k = whole * group; k < depth; k += group) {
    for (std::size_t i = 0; i < panel; ++i) {
      for (std::size_t g = 0; g < group; ++g) {
        const bool there = i < lines && k + g < depth;
        *out++ = there ? static_cast<Out>(in[i * across + (k + g) * along]) : Out{};
      }
    }
  }
}

// A and B as stored, PA and PB as packed, C as summed.
template <class A, class B, class PA, class PB, class C>
class TypedGemm final : public Gemm {
 public:
  using Tile = GemmTile<PA, PB, C>;
  static constexpr std::size_t kSlab = kSlabBytes / sizeof(PB);

  TypedGemm(const Tile& tile, const GemmShape& shape, std::uint64_t seed)
      : tile_(tile), shape_(shape), seed_(seed) {
    RIG_ASSERT(tile.multiply != nullptr && tile.rows * tile.cols <= kMaxTile &&
               (tile.group == 1 || tile.group == 2 || tile.group == 4));
  }

  Result<void> prepare(ThreadPool& pool) {
    const std::array<std::size_t, 5> bytes{
        shape_.rows * shape_.depth * sizeof(A), shape_.depth * shape_.cols * sizeof(B),
        shape_.rows * shape_.cols * sizeof(C), row_panels() * tile_.rows * kSlab * sizeof(PA),
        col_panels() * tile_.cols * kSlab * sizeof(PB)};
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      auto memory = HugeBuffer::allocate(bytes[i]);
      if (!memory) return memory.error();
      memory_[i] = std::move(*memory);
    }
    pool.run_ranges(shape_.rows, [&](std::size_t first, std::size_t last) {
      for (std::size_t i = first * shape_.depth; i < last * shape_.depth; ++i) {
        a()[i] = static_cast<A>(static_cast<int>(random_bits(seed_, i) >> 56));
      }
    });
    pool.run_ranges(shape_.depth, [&](std::size_t first, std::size_t last) {
      for (std::size_t i = first * shape_.cols; i < last * shape_.cols; ++i) {
        b()[i] = static_cast<B>(int{static_cast<std::int8_t>(random_bits(~seed_, i) >> 56)});
      }
    });
    work_out_answer(pool);
    return {};
  }

  bool step(ThreadPool& pool) override {
    if (depth_done_ == shape_.depth) depth_done_ = 0;
    const std::size_t depth = std::min(kSlab, shape_.depth - depth_done_);
    const std::size_t groups = pieces_of(depth, tile_.group);
    pool.run_ranges(row_panels() + col_panels(), [&](std::size_t first, std::size_t last) {
      for (std::size_t p = first; p < last; ++p) {
        if (p < row_panels()) {
          pack_rows(p, depth, groups);
        } else {
          pack_cols(p - row_panels(), depth, groups);
        }
      }
    });
    const std::size_t high = rounded(kBlockRows, tile_.rows) / tile_.rows;  // in panels
    const std::size_t wide = rounded(kBlockCols, tile_.cols) / tile_.cols;
    const std::size_t down = pieces_of(row_panels(), high);
    pool.run(down * pieces_of(col_panels(), wide), [&](std::size_t piece) {
      const std::size_t row = piece % down * high;
      const std::size_t col = piece / down * wide;
      for (std::size_t i = row; i < std::min(row + high, row_panels()); ++i) {
        for (std::size_t j = col; j < std::min(col + wide, col_panels()); ++j) {
          multiply(i, j, groups, depth_done_ != 0);
        }
      }
    });
    depth_done_ += depth;
    return depth_done_ == shape_.depth;
  }

  std::size_t steps() const override { return pieces_of(shape_.depth, kSlab); }

  double operations_done() const override {
    return 2.0 * static_cast<double>(shape_.rows) * static_cast<double>(shape_.cols) *
           static_cast<double>(depth_done_);
  }

  std::optional<GemmMismatch> check(ThreadPool& pool) const override {
    std::atomic<std::size_t> wrong{shape_.rows};
    pool.run_ranges(shape_.rows, [&](std::size_t first, std::size_t last) {
      for (std::size_t row = first; row < last; ++row) {
        if (weighted(row) == answer_[row]) continue;
        std::size_t before = wrong.load();
        while (row < before && !wrong.compare_exchange_weak(before, row)) {
        }
        return;
      }
    });
    const std::size_t row = wrong.load();
    if (row == shape_.rows) return std::nullopt;
    return GemmMismatch{row, answer_[row], weighted(row)};
  }

  void flip_bit(bool lowest) override {
    const std::size_t at = shape_.depth / 2 * shape_.cols + shape_.cols / 2;
    const auto was = static_cast<std::uint8_t>(static_cast<std::int8_t>(b()[at]));
    b()[at] = static_cast<B>(int{static_cast<std::int8_t>(was ^ (lowest ? 0x01u : 0x80u))});
  }

  double at(std::size_t row, std::size_t col) const override {
    return static_cast<double>(c()[row * shape_.cols + col]);
  }

 private:
  std::size_t row_panels() const { return pieces_of(shape_.rows, tile_.rows); }
  std::size_t col_panels() const { return pieces_of(shape_.cols, tile_.cols); }
  A* a() const { return reinterpret_cast<A*>(memory_[0].data()); }
  B* b() const { return reinterpret_cast<B*>(memory_[1].data()); }
  C* c() const { return reinterpret_cast<C*>(memory_[2].data()); }
  PA* packed_a() const { return reinterpret_cast<PA*>(memory_[3].data()); }
  PB* packed_b() const { return reinterpret_cast<PB*>(memory_[4].data()); }

  void pack_rows(std::size_t panel, std::size_t depth, std::size_t groups) {
    const std::size_t row = panel * tile_.rows;
    pack_panel(a() + row * shape_.depth + depth_done_, shape_.depth, 1,
               std::min(tile_.rows, shape_.rows - row), tile_.rows, depth, tile_.group,
               packed_a() + panel * tile_.rows * groups * tile_.group);
  }

  void pack_cols(std::size_t panel, std::size_t depth, std::size_t groups) {
    const std::size_t col = panel * tile_.cols;
    pack_panel(b() + depth_done_ * shape_.cols + col, 1, shape_.cols,
               std::min(tile_.cols, shape_.cols - col), tile_.cols, depth, tile_.group,
               packed_b() + panel * tile_.cols * groups * tile_.group);
  }

  void multiply(std::size_t i, std::size_t j, std::size_t groups, bool add) {
    const PA* left = packed_a() + i * tile_.rows * groups * tile_.group;
    const PB* right = packed_b() + j * tile_.cols * groups * tile_.group;
    const std::size_t row = i * tile_.rows;
    const std::size_t col = j * tile_.cols;
    C* to = c() + row * shape_.cols + col;
    const std::size_t rows = std::min(tile_.rows, shape_.rows - row);
    const std::size_t cols = std::min(tile_.cols, shape_.cols - col);
    if (rows == tile_.rows && cols == tile_.cols) {
      return tile_.multiply(left, right, groups, to, shape_.cols, add);
    }
    alignas(64) C edge[kMaxTile];
    tile_.multiply(left, right, groups, edge, tile_.cols, false);
    for (std::size_t r = 0; r < rows; ++r) {
      for (std::size_t k = 0; k < cols; ++k) {
        C& one = to[r * shape_.cols + k];
        one = add ? one + edge[r * tile_.cols + k] : edge[r * tile_.cols + k];
      }
    }
  }

  // y = A (B r): exact, since |B r| < 2^28 and |y| < 2^50 at the largest side.
  void work_out_answer(ThreadPool& pool) {
    weights_.resize(shape_.cols);
    for (std::size_t j = 0; j < shape_.cols; ++j) weights_[j] = static_cast<double>(weight_of(j));
    std::vector<double> inner(shape_.depth);
    pool.run_ranges(shape_.depth, [&](std::size_t first, std::size_t last) {
      for (std::size_t k = first; k < last; ++k) inner[k] = dot(b() + k * shape_.cols, weights_);
    });
    answer_.resize(shape_.rows);
    pool.run_ranges(shape_.rows, [&](std::size_t first, std::size_t last) {
      for (std::size_t i = first; i < last; ++i) answer_[i] = dot(a() + i * shape_.depth, inner);
    });
  }

  double weighted(std::size_t row) const { return dot(c() + row * shape_.cols, weights_); }

  // In eight lanes, which compilers turn into vectors; whole numbers, so any order is exact.
  template <class T>
  static double dot(const T* x, std::span<const double> y) {
    std::array<double, 8> lanes{};
    std::size_t i = 0;
    for (; i + lanes.size() <= y.size(); i += lanes.size()) {
      for (std::size_t l = 0; l < lanes.size(); ++l) {
        lanes[l] += static_cast<double>(x[i + l]) * y[i + l];
      }
    }
    for (; i < y.size(); ++i) lanes[0] += static_cast<double>(x[i]) * y[i];
    double sum = 0;
    for (const double lane : lanes) sum += lane;
    return sum;
  }

  Tile tile_;
  GemmShape shape_;
  std::uint64_t seed_;
  std::size_t depth_done_ = 0;
  std::array<HugeBuffer, 5> memory_;  // A, B, C, packed A, packed B
  std::vector<double> weights_, answer_;
};

template <class Typed>
Result<std::unique_ptr<Gemm>> prepared(std::unique_ptr<Typed> gemm, ThreadPool& pool) {
  if (const auto done = gemm->prepare(pool); !done) return done.error();
  return std::unique_ptr<Gemm>(std::move(gemm));
}

using U8 = std::uint8_t;
using I8 = std::int8_t;
using I16 = std::int16_t;
using I32 = std::int32_t;

}  // namespace

std::optional<GemmPrecision> parse_gemm_precision(std::string_view text) {
  for (const GemmPrecision precision : kGemmPrecisions) {
    if (text == to_string(precision)) return precision;
  }
  return std::nullopt;
}

Result<void> must_have(const Kernels& kernels, GemmPrecision precision) {
  const bool missing =
      (precision == GemmPrecision::bf16 && kernels.gemm.bf16.multiply == nullptr) ||
      (precision == GemmPrecision::fp16 && kernels.gemm.fp16.multiply == nullptr);
  if (!missing) return {};
  return Error{Errc::unsupported,
               "this processor has no " + std::string(to_string(precision)) +
                   " products (its kernels are " + std::string(kernels.target) + ")",
               "use fp32 or int8"};
}

Result<std::unique_ptr<Gemm>> Gemm::make(const Kernels& kernels, GemmPrecision precision,
                                         const GemmShape& shape, std::uint64_t seed,
                                         ThreadPool& pool) {
  RIG_ASSERT(std::min({shape.rows, shape.cols, shape.depth}) >= 1 &&
             std::max({shape.rows, shape.cols, shape.depth}) <= kMaxSide);
  const GemmKernels& tiles = kernels.gemm;
  if (const auto there = must_have(kernels, precision); !there) return there.error();
  const auto same = [&]<class A>(const GemmTile<A, A, float>& tile) {
    return prepared(std::make_unique<TypedGemm<A, A, A, A, float>>(tile, shape, seed), pool);
  };
  if (precision == GemmPrecision::fp32) return same(tiles.fp32);
  if (precision == GemmPrecision::bf16) return same(tiles.bf16);
  if (precision == GemmPrecision::fp16) return same(tiles.fp16);
  if (tiles.bytes.multiply != nullptr) {
    using Typed = TypedGemm<U8, I8, U8, I8, I32>;
    return prepared(std::make_unique<Typed>(tiles.bytes, shape, seed), pool);
  }
  using Typed = TypedGemm<U8, I8, I16, I16, I32>;
  return prepared(std::make_unique<Typed>(tiles.pairs, shape, seed), pool);
}

std::uint64_t gemm_memory(GemmPrecision precision, const GemmShape& s) {
  const std::uint64_t operand = precision == GemmPrecision::fp32   ? 4
                                : precision == GemmPrecision::int8 ? 1
                                                                   : 2;
  constexpr std::uint64_t kAround = 24u << 20;  // alignment of five buffers, and the program
  return operand * (s.rows + s.cols) * s.depth + 4 * s.rows * s.cols +
         (s.rows + s.cols + 128) * kSlabBytes + 8 * (s.rows + s.cols) + kAround;
}

}  // namespace soakrig::workloads
