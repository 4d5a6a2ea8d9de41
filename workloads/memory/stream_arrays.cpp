// SPDX-License-Identifier: Apache-2.0
#include "workloads/memory/stream_arrays.hpp"

#include <algorithm>
#include <atomic>
#include <bit>
#include <cstring>

namespace soakrig::workloads {
namespace {

constexpr std::size_t kPeriod = 1021;  // a prime: no power of two of bytes apart looks the same
constexpr double kScalar = 3;          // STREAM's
constexpr std::size_t kA = 0, kB = 1, kC = 2;

// The period that starts at or before `index`, and how far into it.
struct Place {
  std::size_t offset;
  std::size_t left;
};
Place place(std::size_t index, std::size_t end) {
  const std::size_t offset = index % kPeriod;
  return {offset, std::min(kPeriod - offset, end - index)};
}

}  // namespace

std::string_view to_string(StreamOp op) {
  constexpr std::array<std::string_view, 5> kNames{"read", "copy", "scale", "add", "triad"};
  return kNames[static_cast<std::size_t>(op)];
}

double stream_bytes(StreamOp op) {
  constexpr std::array<double, 5> kBytes{8, 16, 16, 24, 24};
  return kBytes[static_cast<std::size_t>(op)];
}

Result<StreamArrays> StreamArrays::make(const StreamLayout& layout, ThreadPool& pool) {
  RIG_ASSERT(layout.elements >= kStreamStep && layout.elements % kStreamStep == 0);
  StreamArrays arrays;
  arrays.layout_ = layout;
  for (HugeBuffer& memory : arrays.memory_) {
    auto made = HugeBuffer::allocate(layout.length() * sizeof(double), layout.pages);
    if (!made) return made.error();
    memory = std::move(*made);
  }
  arrays.fill(pool);
  return arrays;
}

std::vector<double> StreamArrays::period(std::size_t which) const {
  std::vector<double> values(kPeriod);
  for (std::size_t i = 0; i < kPeriod; ++i) {
    values[i] = multiple_[which] * static_cast<double>(i + 1);
  }
  return values;
}

void StreamArrays::fill(ThreadPool& pool) {
  multiple_ = {1, 2, 5};
  wrong_read_.reset();
  for (std::size_t which = 0; which < memory_.size(); ++which) {
    const std::vector<double> values = period(which);
    pool.run_ranges(layout_.length(), [&](std::size_t first, std::size_t last) {
      while (first < last) {
        const auto [offset, left] = place(first, last);
        std::copy_n(values.data() + offset, left, array(which) + first);
        first += left;
      }
    });
  }
}

std::uint64_t StreamArrays::expected_sum(std::size_t which) const {
  const std::vector<double> values = period(which);
  const std::size_t whole = layout_.length() / kPeriod;
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < kPeriod; ++i) {
    const std::uint64_t times = whole + (i < layout_.length() % kPeriod ? 1 : 0);
    sum += times * std::bit_cast<std::uint64_t>(values[i]);
  }
  return sum;
}

double StreamArrays::pass(StreamOp op, const Kernels& kernels, ThreadPool& pool) {
  std::atomic<std::uint64_t> sum{0};
  const StreamKernels& k = kernels.stream;
  const std::size_t n = layout_.elements;
  const bool past = layout_.bypass;
  pool.run(layout_.pieces, [&](std::size_t piece) {
    double* const a = array(kA) + piece * n;
    double* const b = array(kB) + piece * n;
    double* const c = array(kC) + piece * n;
    for (std::size_t i = 0; i < layout_.repeats; ++i) {
      switch (op) {
        case StreamOp::read:
          sum.fetch_add(k.read(a, n), std::memory_order_relaxed);
          break;
        case StreamOp::copy:
          k.copy(a, c, n, past);
          break;
        case StreamOp::scale:
          k.scale(c, b, kScalar, n, past);
          break;
        case StreamOp::add:
          k.add(a, b, c, n, past);
          break;
        case StreamOp::triad:
          k.triad(b, c, a, kScalar, n, past);
          break;
      }
    }
  });
  switch (op) {
    case StreamOp::read: {
      const std::uint64_t must = expected_sum(kA) * layout_.repeats;
      if (sum.load() != must && !wrong_read_) {
        wrong_read_ = {'a', layout_.length(), static_cast<double>(must),
                       static_cast<double>(sum.load())};
      }
      break;
    }
    case StreamOp::copy:
      multiple_[kC] = multiple_[kA];
      break;
    case StreamOp::scale:
      multiple_[kB] = kScalar * multiple_[kC];
      break;
    case StreamOp::add:
      multiple_[kC] = multiple_[kA] + multiple_[kB];
      break;
    case StreamOp::triad:
      multiple_[kA] = multiple_[kB] + kScalar * multiple_[kC];
      break;
  }
  return stream_bytes(op) * static_cast<double>(layout_.length() * layout_.repeats);
}

std::optional<StreamMismatch> StreamArrays::check(ThreadPool& pool) const {
  for (std::size_t which = 0; which < memory_.size(); ++which) {
    const std::vector<double> values = period(which);
    std::atomic<std::size_t> wrong{layout_.length()};
    pool.run_ranges(layout_.length(), [&](std::size_t first, std::size_t last) {
      while (first < last) {
        const auto [offset, left] = place(first, last);
        const double* must = values.data() + offset;
        if (std::memcmp(array(which) + first, must, left * sizeof(double)) != 0) {
          std::size_t at = first;
          while (std::memcmp(array(which) + at, must + (at - first), sizeof(double)) == 0) ++at;
          std::size_t before = wrong.load();
          while (at < before && !wrong.compare_exchange_weak(before, at)) {
          }
          return;
        }
        first += left;
      }
    });
    const std::size_t at = wrong.load();
    if (at < layout_.length()) {
      return StreamMismatch{static_cast<char>('a' + which), at, values[at % kPeriod],
                            array(which)[at]};
    }
  }
  return wrong_read_;  // every cell holds what it must, and yet it was read as something else
}

void StreamArrays::flip_bit(StreamOp op, bool lowest) {
  const std::size_t which = op == StreamOp::scale || op == StreamOp::triad ? kC : kA;
  double& value = array(which)[layout_.length() / 2];
  const auto bits = std::bit_cast<std::uint64_t>(value);
  value = std::bit_cast<double>(bits ^ (lowest ? std::uint64_t{1} : std::uint64_t{1} << 62));
}

}  // namespace soakrig::workloads
