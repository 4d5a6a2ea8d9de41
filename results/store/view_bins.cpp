// SPDX-License-Identifier: Apache-2.0
#include "results/store/view_bins.hpp"

#include <algorithm>

namespace soakrig::store {
namespace {

// Unsigned: the range may be all of time.
std::uint64_t width_of(Nanos from, Nanos end) {
  return static_cast<std::uint64_t>(end) - static_cast<std::uint64_t>(from);
}

// The k-th of n+1 even edges over [from, end]; n is at most kMostBins.
Nanos even_edge(Nanos from, Nanos end, std::uint64_t k, std::uint64_t n) {
  const std::uint64_t width = width_of(from, end);
  const std::uint64_t along = width / n * k + width % n * k / n;
  return static_cast<Nanos>(static_cast<std::uint64_t>(from) + along);
}

// Marks the bins that overlap (after, before), both exclusive: rows are missing there.
void mark_gap(std::vector<ViewBin>& bins, Nanos after, Nanos before) {
  auto bin = std::upper_bound(bins.begin(), bins.end(), after,
                              [](Nanos t, const ViewBin& b) { return t < b.t1; });
  for (; bin != bins.end() && bin->t0 < before; ++bin) bin->flags |= kBinGap;
}

}  // namespace

ViewBin stretch_of(Nanos t, double value, State state) {
  ViewBin out{.t0 = t, .t1 = t + 1, .rows = 1, .flags = flag_of(state)};
  if (state != State::good) return out;
  out.min = out.max = out.sum = value;
  out.good = 1;
  return out;
}

void merge(ViewBin& bin, const ViewBin& more) {
  bin.rows += more.rows;
  bin.flags |= more.flags;
  if (more.good == 0) return;
  bin.min = bin.good == 0 ? more.min : std::min(bin.min, more.min);
  bin.max = bin.good == 0 ? more.max : std::max(bin.max, more.max);
  bin.sum += more.sum;
  bin.good += more.good;
}

std::optional<Nanos> longest_step(Nanos period) {
  if (period <= 0) return std::nullopt;
  // A period near the end of time must not overflow.
  return std::max(period > INT64_MAX / 10 ? INT64_MAX : 10 * period, 2 * kSecond);
}

BinFiller::BinFiller(Nanos from, Nanos to, std::size_t most, std::optional<Nanos> longest)
    : from_(from), end_(to == INT64_MAX ? to : to + 1), longest_(longest) {
  if (from > to || most == 0) return;
  edges_ = std::max<std::uint64_t>(
      std::min<std::uint64_t>(std::min(most, kMostBins), width_of(from, end_)), 1);
  bins_.reserve(edges_);
  bins_.push_back({.t0 = from, .t1 = end_});
  plan_edge();
}

void BinFiller::plan_edge() {
  if (next_ < edges_) edge_ = even_edge(from_, end_, next_, edges_);
}

void BinFiller::open_bin(Nanos edge) {
  if (edge <= bins_.back().t0 || edge >= end_) return;
  bins_.back().t1 = edge;
  bins_.push_back({.t0 = edge, .t1 = end_});
}

void BinFiller::add(const ViewBin& stretch) {
  if (edges_ == 0) return;
  for (; next_ < edges_ && edge_ < stretch.t1; ++next_, plan_edge()) {
    if (stretch.t0 >= edge_) {
      open_bin(edge_);
    } else {
      open_bin(edge_ - stretch.t0 < stretch.t1 - edge_ ? stretch.t0 : stretch.t1);
    }
  }
  // The last edge may be this stretch's own end.
  const bool past = bins_.size() > 1 && bins_.back().t0 > stretch.t0;
  merge(past ? bins_[bins_.size() - 2] : bins_.back(), stretch);
  if (longest_ && after_ && stretch.t0 > *after_ && stretch.t0 - *after_ >= *longest_) {
    gaps_.emplace_back(*after_, stretch.t0);
  }
  after_ = stretch.t1;
}

std::vector<ViewBin> BinFiller::finish() {
  for (; next_ < edges_; ++next_, plan_edge()) open_bin(edge_);
  for (const auto& [after, before] : gaps_) mark_gap(bins_, after, before);
  return std::move(bins_);
}

std::vector<ViewBin> fill_bins(Nanos from, Nanos to, std::size_t most,
                               std::span<const ViewBin> stretches, std::optional<Nanos> longest) {
  BinFiller filler(from, to, most, longest);
  for (const ViewBin& stretch : stretches) filler.add(stretch);
  return filler.finish();
}

}  // namespace soakrig::store
