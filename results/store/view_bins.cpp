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

// Edges of the bins: even, but never inside a stretch.
std::vector<Nanos> make_edges(Nanos from, Nanos end, std::size_t n,
                              std::span<const ViewBin> stretches) {
  std::vector<Nanos> edges{from};
  std::size_t at = 0;
  for (std::size_t k = 1; k < n; ++k) {
    Nanos edge = even_edge(from, end, k, n);
    while (at < stretches.size() && stretches[at].t1 <= edge) ++at;
    if (at < stretches.size() && stretches[at].t0 < edge) {
      const ViewBin& cut = stretches[at];
      edge = edge - cut.t0 < cut.t1 - edge ? cut.t0 : cut.t1;
    }
    if (edge > edges.back() && edge < end) edges.push_back(edge);
  }
  edges.push_back(end);
  return edges;
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

std::vector<ViewBin> fill_bins(Nanos from, Nanos to, std::size_t most,
                               std::span<const ViewBin> stretches, std::optional<Nanos> longest) {
  if (from > to || most == 0) return {};
  const Nanos end = to == INT64_MAX ? to : to + 1;
  const std::size_t n = std::min<std::uint64_t>(std::min(most, kMostBins), width_of(from, end));
  const std::vector<Nanos> edges = make_edges(from, end, std::max<std::size_t>(n, 1), stretches);
  std::vector<ViewBin> bins(edges.size() - 1);
  for (std::size_t i = 0; i < bins.size(); ++i) {
    bins[i].t0 = edges[i];
    bins[i].t1 = edges[i + 1];
  }
  std::size_t at = 0;
  for (const ViewBin& stretch : stretches) {
    while (at + 1 < bins.size() && stretch.t0 >= bins[at].t1) ++at;
    merge(bins[at], stretch);
  }
  if (!longest) return bins;
  for (std::size_t i = 1; i < stretches.size(); ++i) {
    const Nanos after = stretches[i - 1].t1, before = stretches[i].t0;
    if (before > after && before - after >= *longest) mark_gap(bins, after, before);
  }
  return bins;
}

}  // namespace soakrig::store
