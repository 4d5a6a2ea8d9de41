// SPDX-License-Identifier: Apache-2.0
#include "results/store/rollup.hpp"

#include <algorithm>
#include <cmath>

#include "results/store/codec.hpp"
#include "results/store/decimal.hpp"
#include "results/store/view_bins.hpp"

namespace soakrig::store {
namespace {

constexpr std::uint8_t kSomeBad = 1, kSomeFlags = 2;  // first byte of a blob
constexpr std::int64_t kExactInteger = 1ll << 53;

Error corrupt() {
  Error error;
  error.code = Errc::corrupt;
  error.what = "a summary does not decode";
  return error;
}

// Adds up consecutive groups of `values`, as exactly as a double can say it: in integers where all
// are decimal, else with Neumaier's compensation (Z. angew. Math. Mech. 54, 1974).
class Adder {
 public:
  explicit Adder(std::span<const double> values)
      : values_(values), scale_(to_decimal(values, integers_)) {}

  double next(std::size_t count) {
    const std::size_t begin = at_;
    at_ += count;
    if (scale_) {
      std::int64_t sum = 0;
      bool exact = true;
      for (std::size_t i = begin; i < at_; ++i) {
        sum += integers_[i];  // each below 2^53, and checked at each step: no overflow
        exact = exact && sum > -kExactInteger && sum < kExactInteger;
        if (!exact) break;
      }
      if (exact) return from_decimal(sum, *scale_);
    }
    double sum = 0, lost = 0;
    for (std::size_t i = begin; i < at_; ++i) {
      const double v = values_[i], next = sum + v;
      lost += std::fabs(sum) >= std::fabs(v) ? (sum - next) + v : (v - next) + sum;
      sum = next;
    }
    return std::isfinite(lost) ? sum + lost : sum;
  }

 private:
  std::span<const double> values_;
  std::vector<std::int64_t> integers_;
  std::optional<Scale> scale_;
  std::size_t at_ = 0;
};

bool hole(Nanos end, Nanos begin, std::optional<Nanos> longest) {
  return longest && begin > end && begin - end >= *longest;
}

// Where a stretch ends that begins with child `first`. `t0` and `t1` of child i are begin(i),
// end(i).
template <class Begin, class End>
std::size_t end_of_group(std::size_t first, std::size_t n, std::optional<Nanos> longest,
                         Begin begin, End end) {
  std::size_t next = first + 1;
  while (next < n) {
    const std::size_t children = next - first;
    const bool tie = begin(next) < end(next - 1);  // rows of one instant stay together
    if (!tie && children >= kFanIn) break;
    if (!tie && children >= kLeastFanIn && hole(end(next - 1), begin(next), longest)) break;
    ++next;
  }
  return next;
}

// Between two rows there is room for an edge: even ones cost next to nothing to store.
void settle_edges(std::vector<ViewBin>& stretches, std::optional<Nanos> longest) {
  const std::size_t n = stretches.size();
  if (n < 3) return;
  const Nanos step = (stretches[n - 1].t0 - stretches[1].t0) / static_cast<Nanos>(n - 2);
  Nanos before = 0;
  bool known = false;
  for (std::size_t i = 1; i < n; ++i) {
    const Nanos least = stretches[i - 1].t1, most = stretches[i].t0;
    if (hole(least, most, longest)) {
      before = most;
      known = true;
      continue;
    }
    before = known ? std::clamp(before + step, least, most) : least + (most - least) / 2;
    known = true;
    stretches[i].t0 = stretches[i - 1].t1 = before;
  }
}

}  // namespace

std::vector<ViewBin> condense_rows(std::span<const Nanos> times, std::span<const double> values,
                                   std::span<const State> states, std::optional<Nanos> longest) {
  const auto good = [&](std::size_t i) { return states.empty() || states[i] == State::good; };
  std::vector<double> readings;
  readings.reserve(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (good(i)) readings.push_back(values[i]);
  }
  Adder adder(readings);
  std::vector<ViewBin> out;
  out.reserve(times.size() / kFanIn + 1);
  const auto begin = [&](std::size_t i) { return times[i]; };
  const auto end = [&](std::size_t i) { return times[i] + 1; };
  for (std::size_t first = 0; first < times.size();) {
    const std::size_t next = end_of_group(first, times.size(), longest, begin, end);
    ViewBin stretch{.t0 = times[first], .t1 = times[next - 1] + 1};
    for (std::size_t i = first; i < next; ++i) {
      ++stretch.rows;
      if (i > first && hole(end(i - 1), begin(i), longest)) stretch.flags |= kBinGap;
      if (!good(i)) {
        stretch.flags |= flag_of(states[i]);
        continue;
      }
      stretch.min = stretch.good == 0 ? values[i] : std::min(stretch.min, values[i]);
      stretch.max = stretch.good == 0 ? values[i] : std::max(stretch.max, values[i]);
      ++stretch.good;
    }
    stretch.sum = adder.next(stretch.good);
    out.push_back(stretch);
    first = next;
  }
  settle_edges(out, longest);
  return out;
}

std::vector<ViewBin> condense(std::span<const ViewBin> stretches, std::optional<Nanos> longest) {
  std::vector<double> sums;
  for (const ViewBin& stretch : stretches) sums.push_back(stretch.sum);
  Adder adder(sums);
  std::vector<ViewBin> out;
  const auto begin = [&](std::size_t i) { return stretches[i].t0; };
  const auto end = [&](std::size_t i) { return stretches[i].t1; };
  for (std::size_t first = 0; first < stretches.size();) {
    const std::size_t next = end_of_group(first, stretches.size(), longest, begin, end);
    ViewBin parent{.t0 = stretches[first].t0, .t1 = stretches[next - 1].t1};
    for (std::size_t i = first; i < next; ++i) {
      if (i > first && hole(end(i - 1), begin(i), longest)) parent.flags |= kBinGap;
      merge(parent, stretches[i]);
    }
    parent.sum = adder.next(next - first);
    out.push_back(parent);
    first = next;
  }
  return out;
}

Bytes encode_rollup(std::span<const ViewBin> stretches, Packer& packer) {
  const std::size_t n = stretches.size();
  std::vector<std::uint64_t> rows, bad;
  std::vector<Nanos> begins;
  std::vector<double> least, most, sums;
  Bytes flags, holes;
  std::size_t hole_count = 0, hole_before = 0;
  for (std::size_t i = 0; i < n; ++i) {
    const ViewBin& stretch = stretches[i];
    rows.push_back(stretch.rows);
    bad.push_back(stretch.rows - stretch.good);
    flags.push_back(stretch.flags);
    begins.push_back(stretch.t0);
    if (i + 1 < n && stretch.t1 < stretches[i + 1].t0) {
      put_varint(holes, i - hole_before);
      put_varint(holes, static_cast<std::uint64_t>(stretches[i + 1].t0 - stretch.t1));
      hole_before = i;
      ++hole_count;
    }
    if (stretch.good == 0) continue;
    least.push_back(stretch.min);
    most.push_back(stretch.max);
    sums.push_back(stretch.sum);
  }
  const bool some_bad = std::any_of(bad.begin(), bad.end(), [](std::uint64_t b) { return b != 0; });
  const bool some_flags =
      std::any_of(flags.begin(), flags.end(), [](std::uint8_t f) { return f != 0; });
  Bytes out;
  put_u8(out, static_cast<std::uint8_t>((some_bad ? kSomeBad : 0) | (some_flags ? kSomeFlags : 0)));
  encode_integers(rows, packer, out);
  if (some_bad) encode_integers(bad, packer, out);
  if (some_flags) packer.pack(flags, out);
  // The first begins at a row; between the others the edges are even, which packs to nothing.
  put_varint(out, zigzag(begins[0]));
  const Bytes times = encode_times(std::span(begins).subspan(1), packer);
  put_varint(out, times.size());
  put_bytes(out, times);
  put_varint(out, hole_count);
  put_bytes(out, holes);
  encode_values(least, packer, out);
  encode_values(most, packer, out);
  encode_values(sums, packer, out);
  return out;
}

namespace {

bool decode_ends(ByteReader& in, Nanos last, std::vector<ViewBin>& out) {
  const std::size_t n = out.size();
  for (std::size_t i = 0; i + 1 < n; ++i) out[i].t1 = out[i + 1].t0;
  out[n - 1].t1 = last == INT64_MAX ? last : last + 1;
  const std::uint64_t holes = in.varint();
  if (holes > n) return false;
  std::uint64_t at = 0;
  for (std::uint64_t i = 0; i < holes; ++i) {
    const std::uint64_t further = in.varint(), length = in.varint();
    at += further;
    if (further > n || at + 1 >= n) return false;
    const auto room =
        static_cast<std::uint64_t>(out[at].t1) - static_cast<std::uint64_t>(out[at].t0);
    if (length >= room) return false;
    out[at].t1 -= static_cast<Nanos>(length);
  }
  return in.ok() && std::all_of(out.begin(), out.end(),
                                [](const ViewBin& stretch) { return stretch.t0 < stretch.t1; });
}

}  // namespace

Result<std::vector<ViewBin>> decode_rollup(ByteSpan blob, std::size_t count, Nanos last,
                                           Packer& packer) {
  if (count == 0 || count > kMaxRows) return corrupt();
  ByteReader in(blob);
  const std::uint8_t kind = in.u8();
  std::vector<std::uint64_t> rows, bad(count, 0);
  Bytes flags(count, 0);
  if (kind > (kSomeBad | kSomeFlags) || !decode_integers(in, count, packer, rows)) return corrupt();
  if ((kind & kSomeBad) != 0 && !decode_integers(in, count, packer, bad)) return corrupt();
  if ((kind & kSomeFlags) != 0 && !packer.unpack(in, count, flags)) return corrupt();
  const Nanos first = unzigzag(in.varint());
  const std::uint64_t size = in.varint();
  if (size > in.left()) return corrupt();
  const auto begins = decode_times(in.take(static_cast<std::size_t>(size)), count - 1, packer);
  if (!begins) return begins.error();
  std::vector<ViewBin> out(count);
  std::size_t good = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (rows[i] == 0 || bad[i] > rows[i]) return corrupt();
    out[i].t0 = i == 0 ? first : (*begins)[i - 1];
    out[i].rows = rows[i];
    out[i].good = rows[i] - bad[i];
    out[i].flags = flags[i];
    if (out[i].good != 0) ++good;
  }
  if (!decode_ends(in, last, out)) return corrupt();
  const auto least = decode_values(in, good, packer);
  const auto most = decode_values(in, good, packer);
  const auto sums = decode_values(in, good, packer);
  if (!least || !most || !sums || !in.done()) return corrupt();
  std::size_t next = 0;
  for (ViewBin& stretch : out) {
    if (stretch.good == 0) continue;
    stretch.min = (*least)[next];
    stretch.max = (*most)[next];
    stretch.sum = (*sums)[next++];
  }
  return out;
}

}  // namespace soakrig::store
