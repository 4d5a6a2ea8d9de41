// SPDX-License-Identifier: Apache-2.0
//
// Part of kernels_simd.cpp, compiled with it again for each target: the loops of
// stream_kernels.hpp.
#if defined(SOAKRIG_STREAM_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef SOAKRIG_STREAM_INL
#undef SOAKRIG_STREAM_INL
#else
#define SOAKRIG_STREAM_INL
#endif

HWY_BEFORE_NAMESPACE();
namespace soakrig::workloads {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

#if HWY_TARGET != HWY_SCALAR && HWY_TARGET != HWY_EMU128

using DD = hn::ScalableTag<double>;
using VD = hn::Vec<DD>;
constexpr std::size_t kDoubles = HWY_MAX_BYTES / sizeof(double);
constexpr std::size_t kUnroll = 4;  // vectors in flight; kStreamStep holds a whole number of these

HWY_INLINE void put(bool bypass, VD value, double* to) {
  if (bypass) {
    hn::Stream(value, DD(), to);
  } else {
    hn::Store(value, DD(), to);
  }
}

// Calls step(i) for every vector, `bypass` decided once outside the loop.
template <class Value>
HWY_INLINE void stream_out(double* to, std::size_t n, bool bypass, const Value& value) {
  const auto run = [&](auto past) HWY_ATTR {
    for (std::size_t i = 0; i < n; i += kUnroll * kDoubles) {
      for (std::size_t k = 0; k < kUnroll; ++k) {
        const std::size_t at = i + k * kDoubles;
        put(past, value(at), to + at);
      }
    }
  };
  if (!bypass) return run(std::false_type());
  run(std::true_type());
  hwy::FlushStream();  // visible to other threads before this one reports back
}

std::uint64_t stream_read(const double* a, std::size_t n) {
  const hn::Repartition<std::uint64_t, DD> d;
  // Four streams, each with a prefetcher of its own, bring more of memory than one.
  constexpr std::size_t kStreams = 4, kEach = 2, kSums = kStreams * kEach;
  static_assert(kStreamStep % (kSums * kDoubles) == 0 && kStreamStep % (kUnroll * kDoubles) == 0);
  const auto* bits = reinterpret_cast<const std::uint64_t*>(a);
  hn::Vec<decltype(d)> sums[kSums];
  for (auto& sum : sums) sum = hn::Zero(d);
  const std::size_t apart = n / kStreams;
  for (std::size_t i = 0; i < apart; i += kEach * kDoubles) {
    for (std::size_t k = 0; k < kSums; ++k) {
      const std::size_t at = k / kEach * apart + i + k % kEach * kDoubles;
      sums[k] = hn::Add(sums[k], hn::Load(d, bits + at));
    }
  }
  for (std::size_t k = 1; k < kSums; ++k) sums[0] = hn::Add(sums[0], sums[k]);
  alignas(64) std::uint64_t lanes[kDoubles];
  hn::Store(sums[0], d, lanes);
  std::uint64_t sum = 0;
  for (const std::uint64_t lane : lanes) sum += lane;
  return sum;
}

void stream_copy(const double* a, double* c, std::size_t n, bool bypass) {
  stream_out(c, n, bypass, [&](std::size_t i) HWY_ATTR { return hn::Load(DD(), a + i); });
}

void stream_scale(const double* c, double* b, double s, std::size_t n, bool bypass) {
  const VD factor = hn::Set(DD(), s);
  stream_out(b, n, bypass,
             [&](std::size_t i) HWY_ATTR { return hn::Mul(factor, hn::Load(DD(), c + i)); });
}

void stream_add(const double* a, const double* b, double* c, std::size_t n, bool bypass) {
  stream_out(c, n, bypass, [&](std::size_t i) HWY_ATTR {
    return hn::Add(hn::Load(DD(), a + i), hn::Load(DD(), b + i));
  });
}

void stream_triad(const double* b, const double* c, double* a, double s, std::size_t n,
                  bool bypass) {
  const VD factor = hn::Set(DD(), s);
  stream_out(a, n, bypass, [&](std::size_t i) HWY_ATTR {
    return hn::Add(hn::Load(DD(), b + i), hn::Mul(factor, hn::Load(DD(), c + i)));
  });
}

constexpr StreamKernels kStreams{stream_read, stream_copy, stream_scale, stream_add, stream_triad};

#endif  // a vector target

}  // namespace HWY_NAMESPACE
}  // namespace soakrig::workloads
HWY_AFTER_NAMESPACE();

#endif  // once for each target
