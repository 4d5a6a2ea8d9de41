// SPDX-License-Identifier: Apache-2.0
//
// The three arrays of STREAM, and what they must hold. Element i starts as a small whole number
// that depends on i; each loop multiplies by, or adds, whole numbers. So every array is a known
// multiple of the start at any time, exactly, and each element can be compared with it: an error
// shows, whether in arithmetic, in a cell or in an address.
//
// Driven by one thread, which lends it a pool. In a cache level each thread goes several times over
// a part of its own that fits; in DRAM all go once over everything, and stores bypass the caches.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "rig/base/result.hpp"
#include "workloads/kernels/huge_buffer.hpp"
#include "workloads/kernels/kernels.hpp"
#include "workloads/kernels/thread_pool.hpp"

namespace soakrig::workloads {

enum class StreamOp { read, copy, scale, add, triad };
inline constexpr std::array kStreamOps{StreamOp::read, StreamOp::copy, StreamOp::scale,
                                       StreamOp::add, StreamOp::triad};
[[nodiscard]] std::string_view to_string(StreamOp op);
// Bytes moved for one element, by STREAM's count: 8, 16, 16, 24, 24.
[[nodiscard]] double stream_bytes(StreamOp op);

struct StreamLayout {
  std::size_t pieces = 1;    // of each array, one for a call of a kernel
  std::size_t elements = 0;  // of a piece, a multiple of kStreamStep
  std::size_t repeats = 1;   // times that a piece is gone over in one pass
  bool bypass = false;       // stores go past the caches
  Pages pages = Pages::huge;

  [[nodiscard]] std::size_t length() const { return pieces * elements; }
  [[nodiscard]] std::uint64_t bytes() const { return 3 * length() * sizeof(double); }
};

struct StreamMismatch {
  char array = 'a';
  std::size_t index = 0;
  double expected = 0;
  double got = 0;
};

class StreamArrays {
 public:
  // Multiples stay exact for so many passes of all loops since the last fill(): 15^10 x 1021 <
  // 2^53.
  static constexpr int kMaxRounds = 10;

  [[nodiscard]] static Result<StreamArrays> make(const StreamLayout& layout, ThreadPool& pool);

  // Puts every element back to its start.
  void fill(ThreadPool& pool);
  // One pass; bytes by STREAM's count.
  double pass(StreamOp op, const Kernels& kernels, ThreadPool& pool);
  // The first element that is wrong, if any; also after a read whose sum was wrong.
  [[nodiscard]] std::optional<StreamMismatch> check(ThreadPool& pool) const;
  // Flips a bit, the lowest or the highest of the exponent, of an element that `op` reads.
  void flip_bit(StreamOp op, bool lowest);

  [[nodiscard]] const StreamLayout& layout() const { return layout_; }
  // The first array, for what else wants memory of that size; fill() makes it a stream's again.
  [[nodiscard]] std::uint8_t* first_bytes() const { return memory_[0].data(); }

 private:
  StreamArrays() = default;
  [[nodiscard]] double* array(std::size_t which) const {
    return reinterpret_cast<double*>(memory_[which].data());
  }
  // One period of what array `which` must hold.
  [[nodiscard]] std::vector<double> period(std::size_t which) const;
  [[nodiscard]] std::uint64_t expected_sum(std::size_t which) const;

  StreamLayout layout_;
  std::array<HugeBuffer, 3> memory_;  // a, b, c
  std::array<double, 3> multiple_{};  // of the start
  std::optional<StreamMismatch> wrong_read_;
};

}  // namespace soakrig::workloads
