// SPDX-License-Identifier: Apache-2.0
//
// Views: a range of a channel as bins.
#include <algorithm>
#include <iterator>

#include "results/store/reader_impl.hpp"
#include "results/store/view_bins.hpp"

namespace soakrig::store {
namespace {

Error bad_range(const std::string& path) {
  Error error;
  error.code = Errc::invalid;
  error.file = path;
  error.what = "a view needs from <= to and at least one bin";
  error.remedy = "ask for another range";
  return error;
}

View view_of(Series rows, Nanos period, Nanos from, Nanos to, std::size_t max_bins) {
  View view;
  view.gaps = std::move(rows.gaps);
  const auto first = static_cast<std::size_t>(std::lower_bound(rows.t.begin(), rows.t.end(), from) -
                                              rows.t.begin());
  if (first > 0)
    view.before = CarriedIn{rows.t[first - 1], rows.v[first - 1], rows.state[first - 1]};
  if (first == rows.size() && (from == kFromStart || to == kToEnd)) {
    view.from = view.to = from == kFromStart ? 0 : from;
    return view;  // no rows: no range to tile
  }
  view.from = from == kFromStart ? rows.t[first] : from;
  view.to = to == kToEnd ? rows.t.back() : to;
  std::vector<ViewBin> stretches;
  for (std::size_t i = first; i < rows.size(); ++i) {
    stretches.push_back(stretch_of(rows.t[i], rows.v[i], rows.state[i]));
  }
  view.bins = fill_bins(view.from, view.to, max_bins, stretches, longest_step(period));
  return view;
}

}  // namespace

Result<View> Reader::view(std::string_view board, std::string_view channel, Nanos from, Nanos to,
                          std::size_t max_bins) const {
  if (from > to || max_bins == 0) return bad_range(path());
  const auto all = channels();
  if (!all) return all.error();
  Nanos period = 0;
  for (const ChannelRow& row : *all) {
    if (row.board == board && row.info.name == channel) period = row.period;
  }
  auto rows = series(board, channel, kFromStart, to);
  if (!rows) return rows.error();
  return view_of(std::move(*rows), period, from, to, max_bins);
}

Result<View> Reader::view(ChannelId id, Nanos from, Nanos to, std::size_t max_bins) const {
  if (from > to || max_bins == 0) return bad_range(path());
  const auto all = channels();
  if (!all) return all.error();
  Nanos period = 0;
  for (const ChannelRow& row : *all) {
    if (row.id == id) period = row.period;
  }
  auto rows = series(id, kFromStart, to);
  if (!rows) return rows.error();
  return view_of(std::move(*rows), period, from, to, max_bins);
}

Result<std::vector<View>> Reader::views(std::span<const ChannelId> ids, Nanos from, Nanos to,
                                        std::size_t max_bins) const {
  std::vector<View> out;
  for (const ChannelId id : ids) {
    auto one = view(id, from, to, max_bins);
    if (!one) return one.error();
    out.push_back(std::move(*one));
  }
  return out;
}

}  // namespace soakrig::store
