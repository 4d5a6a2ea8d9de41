// SPDX-License-Identifier: Apache-2.0
//
// Part of kernels_simd.cpp, compiled with it again for each target: everything but the matrices.
// Sums run in 16 lanes whatever the vector's width, and are then added as +8, +4, +2, +1.
// tile_multiply_inl.hpp comes first: the types are there.
#if defined(SOAKRIG_FLOAT_OPS_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef SOAKRIG_FLOAT_OPS_INL
#undef SOAKRIG_FLOAT_OPS_INL
#else
#define SOAKRIG_FLOAT_OPS_INL
#endif

HWY_BEFORE_NAMESPACE();
namespace soakrig::workloads {
namespace HWY_NAMESPACE {

#if HWY_TARGET != HWY_SCALAR && HWY_TARGET != HWY_EMU128

// 16 lanes to one sum in the fixed order +8, +4, +2, +1.
HWY_INLINE float sum16(const VF (&parts)[kParts]) {
  alignas(64) float lanes[kTileRows];
  if constexpr (kParts == 4) {
    hn::StoreU(hn::Add(hn::Add(parts[0], parts[2 % kParts]),
                       hn::Add(parts[1 % kParts], parts[3 % kParts])),
               DF(), lanes);
  } else {
    const std::size_t half = kLanes == 8 ? 4 : 8;
    VF sum = parts[0];
    for (std::size_t p = 1; p < kParts; ++p) sum = hn::Add(sum, parts[p]);
    hn::StoreU(sum, DF(), lanes);
    for (std::size_t step = half; step >= 4; step /= 2) {
      for (std::size_t i = 0; i < step; ++i) lanes[i] += lanes[i + step];
    }
  }
  return (lanes[0] + lanes[2]) + (lanes[1] + lanes[3]);
}

HWY_INLINE VF exp_lanes(VF x) {
  using namespace exp_constants;
  const DF d;
  const VF magic = hn::Set(d, 0x1.8p23f);
  const VF clamped = hn::Min(hn::Max(x, hn::Set(d, kLowest)), hn::Set(d, kHighest));
  const VF n = hn::Sub(hn::Add(hn::Mul(clamped, hn::Set(d, kLog2E)), magic), magic);
  const VF r =
      hn::Sub(hn::Sub(clamped, hn::Mul(n, hn::Set(d, kLn2High))), hn::Mul(n, hn::Set(d, kLn2Low)));
  VF sum = hn::Set(d, kTerms[0]);
  for (std::size_t k = 1; k < 8; ++k) sum = hn::Add(hn::Mul(sum, r), hn::Set(d, kTerms[k]));
  const VI power = hn::ShiftLeft<23>(hn::Add(hn::ConvertTo(DI(), n), hn::Set(DI(), 127)));
  return hn::IfThenElseZero(hn::Ge(x, hn::Set(d, kLowest)), hn::Mul(sum, hn::BitCast(d, power)));
}

void quantize(const float* x, const QuantRows& rows, std::size_t token) {
  const DF d;
  const std::size_t blocks = rows.cols / kBlock;
  const VF magic = hn::Set(d, 0x1.8p23f);
  const VF limit = hn::Set(d, 127.0f);
  const hn::Rebind<std::int16_t, DF> d16;
  const hn::Rebind<std::int8_t, DF> d8;
  for (std::size_t b = 0; b < blocks; ++b) {
    const float* block = x + b * kBlock;
    VF peak = hn::Zero(d);
    for (std::size_t i = 0; i < kBlock; i += kLanes) {
      peak = hn::Max(peak, hn::Abs(hn::LoadU(d, block + i)));
    }
    const float largest = hn::GetLane(hn::MaxOfLanes(d, peak));
    const VF inverse = hn::Set(d, largest > 0 ? 127.0f / largest : 0.0f);
    VI sum = hn::Zero(DI());
    for (std::size_t i = 0; i < kBlock; i += kLanes) {
      const VF value = hn::Sub(hn::Add(hn::Mul(hn::LoadU(d, block + i), inverse), magic), magic);
      const VI q = hn::ConvertTo(DI(), hn::Min(hn::Max(value, hn::Neg(limit)), limit));
      const std::size_t at = token * rows.cols + b * kBlock + i;
      hn::StoreU(hn::DemoteTo(d8, hn::DemoteTo(d16, q)), d8, rows.q + at);
      hn::StoreU(hn::DemoteTo(d8, hn::DemoteTo(d16, hn::Abs(q))), d8,
                 reinterpret_cast<std::int8_t*>(rows.magnitudes + at));
      sum = hn::Add(sum, q);
    }
    rows.scales[token * blocks + b] = largest / 127.0f;
    rows.offsets[token * blocks + b] = 8 * hn::GetLane(hn::SumOfLanes(DI(), sum));
  }
}

void rms_norm(const float* x, const float* gain, std::size_t n, float epsilon, float* out) {
  const DF d;
  VF parts[kParts];
  for (std::size_t p = 0; p < kParts; ++p) parts[p] = hn::Zero(d);
  for (std::size_t i = 0; i < n; i += kTileRows) {
    for (std::size_t p = 0; p < kParts; ++p) {
      const VF v = hn::LoadU(d, x + i + p * kLanes);
      parts[p] = hn::Add(parts[p], hn::Mul(v, v));
    }
  }
  const float mean = sum16(parts) / static_cast<float>(n);
  const VF inverse = hn::Set(d, 1.0f / std::sqrt(mean + epsilon));
  for (std::size_t i = 0; i < n; i += kLanes) {
    const VF v = hn::Mul(hn::LoadU(d, x + i), inverse);
    hn::StoreU(hn::Mul(v, hn::LoadU(d, gain + i)), d, out + i);
  }
}

// Lanes kLane, kLane + kStep, kLane + 2 kStep ... of the 16 that a dot product runs in, added in
// the order that kernels.hpp promises; each of the vector's elements is another position's.
template <std::size_t kStep, std::size_t kLane>
HWY_INLINE VF dot_lanes(const float* query, const float* keys, std::size_t dim) {
  if constexpr (kStep < 16) {
    return hn::Add(dot_lanes<kStep * 2, kLane>(query, keys, dim),
                   dot_lanes<kStep * 2, kLane + kStep>(query, keys, dim));
  } else {
    const DF d;
    VF sum = hn::Zero(d);
    for (std::size_t i = kLane; i < dim; i += 16) {
      sum = hn::Add(sum, hn::Mul(hn::Set(d, query[i]), hn::LoadU(d, keys + i * kTileRows)));
    }
    return sum;
  }
}

// Dimensions [i, i + kCount vectors) of the weighted sum of the values.
template <std::size_t kCount>
HWY_INLINE void weigh_values(const AttentionHead& head, VF inverse, std::size_t i) {
  const DF d;
  VF sums[kCount];
#pragma GCC unroll 8
  for (std::size_t k = 0; k < kCount; ++k) sums[k] = hn::Zero(d);
  const float* values = head.values + i;
  for (std::size_t t = 0; t < head.positions; ++t, values += head.dim) {
    const VF weight = hn::Set(d, head.scratch[t]);
#pragma GCC unroll 8
    for (std::size_t k = 0; k < kCount; ++k) {
      sums[k] = hn::Add(sums[k], hn::Mul(weight, hn::LoadU(d, values + k * kLanes)));
    }
  }
#pragma GCC unroll 8
  for (std::size_t k = 0; k < kCount; ++k) {
    hn::StoreU(hn::Mul(sums[k], inverse), d, head.out + i + k * kLanes);
  }
}

void attend(const AttentionHead& head) {
  const DF d;
  const std::size_t padded = (head.positions + kTileRows - 1) / kTileRows * kTileRows;
  const VF scale = hn::Set(d, head.scale);
  for (std::size_t p = 0; p < padded; p += kLanes) {
    const float* keys = head.keys + p / kTileRows * head.dim * kTileRows + p % kTileRows;
    hn::StoreU(hn::Mul(dot_lanes<1, 0>(head.query, keys, head.dim), scale), d, head.scratch + p);
  }
  std::fill(head.scratch + head.positions, head.scratch + padded, -1e30f);  // exp gives 0
  VF peak = hn::Set(d, -1e30f);
  for (std::size_t p = 0; p < padded; p += kLanes) {
    peak = hn::Max(hn::LoadU(d, head.scratch + p), peak);
  }
  const VF highest = hn::MaxOfLanes(d, peak);
  VF parts[kParts];
  for (std::size_t p = 0; p < kParts; ++p) parts[p] = hn::Zero(d);
  for (std::size_t i = 0; i < padded; i += kTileRows) {
    for (std::size_t p = 0; p < kParts; ++p) {
      float* at = head.scratch + i + p * kLanes;
      const VF e = exp_lanes(hn::Sub(hn::LoadU(d, at), highest));
      hn::StoreU(e, d, at);
      parts[p] = hn::Add(parts[p], e);
    }
  }
  const VF inverse = hn::Set(d, 1.0f / sum16(parts));
  std::size_t i = 0;
  for (; i + 4 * kLanes <= head.dim; i += 4 * kLanes) weigh_values<4>(head, inverse, i);
  for (; i < head.dim; i += kLanes) weigh_values<1>(head, inverse, i);
}

void swiglu(float* gate, const float* up, std::size_t n) {
  const DF d;
  for (std::size_t i = 0; i < n; i += kLanes) {
    const VF g = hn::LoadU(d, gate + i);
    const VF bottom = hn::Add(hn::Set(d, 1.0f), exp_lanes(hn::Neg(g)));
    hn::StoreU(hn::Mul(hn::Div(g, bottom), hn::LoadU(d, up + i)), d, gate + i);
  }
}

void add(float* x, const float* y, std::size_t n) {
  const DF d;
  for (std::size_t i = 0; i < n; i += kLanes) {
    hn::StoreU(hn::Add(hn::LoadU(d, x + i), hn::LoadU(d, y + i)), d, x + i);
  }
}

#endif  // a vector target

}  // namespace HWY_NAMESPACE
}  // namespace soakrig::workloads
HWY_AFTER_NAMESPACE();

#endif  // once for each target
