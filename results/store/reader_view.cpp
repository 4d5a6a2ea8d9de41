// SPDX-License-Identifier: Apache-2.0
//
// Views: a range of a channel as bins.
#include <algorithm>
#include <iterator>
#include <map>

#include "results/store/reader_impl.hpp"
#include "results/store/view_bins.hpp"
#include "results/store/view_reader.hpp"

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

// A source that carried the channel, and when.
struct Part {
  ViewReader* reader;
  std::size_t column;
  Extent extent;
};

struct Range {
  Nanos from = 0, to = 0;
  bool shared = false;  // another part has rows there too
};

// What part `mine` has of [from, to], cut where other parts begin and end.
std::vector<Range> ranges_of(std::span<const Part> parts, std::size_t mine, Nanos from, Nanos to) {
  from = std::max(from, parts[mine].extent.first);
  to = std::min(to, parts[mine].extent.last);
  if (from > to) return {};
  std::vector<Nanos> begins{from};
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i == mine) continue;
    const auto [first, last] = parts[i].extent;
    if (first > from && first <= to) begins.push_back(first);
    if (last >= from && last < to) begins.push_back(last + 1);
  }
  std::sort(begins.begin(), begins.end());
  begins.erase(std::unique(begins.begin(), begins.end()), begins.end());
  std::vector<Range> out;
  for (std::size_t k = 0; k < begins.size(); ++k) {
    Range range{begins[k], k + 1 < begins.size() ? begins[k + 1] - 1 : to, false};
    for (std::size_t i = 0; i < parts.size(); ++i) {
      const Extent& other = parts[i].extent;
      range.shared |= i != mine && other.first <= range.from && other.last >= range.from;
    }
    out.push_back(range);
  }
  return out;
}

Result<View> make_view(std::span<const Part> parts, Nanos from, Nanos to, std::size_t bins) {
  bins = std::min(bins, kMostBins);
  View view;
  std::optional<Extent> all;
  std::optional<Nanos> longest = 0;
  for (const Part& part : parts) {
    all =
        all ? Extent{std::min(all->first, part.extent.first), std::max(all->last, part.extent.last)}
            : part.extent;
    const auto mine = longest_step(part.reader->place().period);
    longest = mine && longest ? std::optional(std::max(*mine, *longest)) : std::nullopt;
  }
  view.from = from != kFromStart ? from : all ? all->first : 0;
  view.to = to != kToEnd ? to : all ? all->last : view.from;
  for (const Part& part : parts) {
    const auto before = part.reader->before(part.column, view.from);
    if (!before) return before.error();
    if (*before && (!view.before || (*before)->t >= view.before->t)) view.before = *before;
  }
  if (view.from > view.to || (!all && (from == kFromStart || to == kToEnd))) {
    view.to = view.from;  // an open end and no rows: there is no range to tile
    return view;
  }
  BinFiller filler(view.from, view.to, bins, parts.empty() ? std::nullopt : longest);
  // Several sources give their stretches one after another: they are put in order of time first.
  std::vector<ViewBin> unsorted;
  const bool several = parts.size() > 1;
  const TakeStretch take = several ? TakeStretch([&](const ViewBin& s) { unsorted.push_back(s); })
                                   : TakeStretch([&](const ViewBin& s) { filler.add(s); });
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const Part& part = parts[i];
    const auto level = part.reader->level_for(part.column, view.from, view.to, bins);
    if (!level) return level.error();
    for (const Range& range : ranges_of(parts, i, view.from, view.to)) {
      // Where sources overlap their stretches would cut one another: single rows do not.
      const auto done =
          part.reader->collect(part.column, range.shared ? 0 : *level, range.from, range.to, take);
      if (!done) return done.error();
    }
    std::ranges::move(part.reader->take_gaps(), std::back_inserter(view.gaps));
  }
  std::ranges::stable_sort(unsorted, {}, &ViewBin::t0);
  for (const ViewBin& stretch : unsorted) filler.add(stretch);
  view.bins = filler.finish();
  return view;
}

}  // namespace

Result<View> Reader::view(std::string_view board, std::string_view channel, Nanos from, Nanos to,
                          std::size_t max_bins) const {
  if (from > to || max_bins == 0) return bad_range(path());
  const auto ids = channels_named(board, channel);
  if (!ids) return ids.error();
  auto database = impl_->source.open();
  if (!database) return database.error();
  const auto snapshot = Snapshot::begin(*database);
  if (!snapshot) return snapshot.error();
  TailDirectory tail;
  std::vector<ViewReader> readers;
  std::vector<Part> parts;
  readers.reserve(ids->size());  // parts point into it
  for (const ChannelId id : *ids) {
    auto wanted = find_channel(*database, id);
    if (!wanted) return wanted.error();
    const auto extent = extent_of(*database, wanted->place.source, tail);
    if (!extent) return extent.error();
    if (!*extent) continue;
    auto reader = ViewReader::prepare(*database, tail, std::move(*wanted));
    if (!reader) return reader.error();
    readers.push_back(std::move(*reader));
    parts.push_back({&readers.back(), 0, **extent});
  }
  return make_view(parts, from, to, max_bins);
}

Result<View> Reader::view(ChannelId id, Nanos from, Nanos to, std::size_t max_bins) const {
  auto one = views(std::span(&id, 1), from, to, max_bins);
  if (!one) return one.error();
  return std::move(one->front());
}

Result<std::vector<View>> Reader::views(std::span<const ChannelId> ids, Nanos from, Nanos to,
                                        std::size_t max_bins) const {
  if (from > to || max_bins == 0) return bad_range(path());
  auto database = impl_->source.open();
  if (!database) return database.error();
  struct Group {
    WantedSource wanted;
    std::vector<std::size_t> places;  // in the answer, by wanted column
  };
  std::map<SourceId, Group> groups;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    auto wanted = find_channel(*database, ids[i]);
    if (!wanted) return wanted.error();
    const auto [at, fresh] = groups.try_emplace(wanted->place.source);
    const std::uint32_t column = wanted->columns[0];
    if (fresh) {
      at->second.wanted = std::move(*wanted);
    } else {
      at->second.wanted.columns.push_back(column);
    }
    at->second.places.push_back(i);
  }
  std::vector<View> out(ids.size());
  TailDirectory tail;
  for (auto& [source, group] : groups) {
    // One transaction a source: however many channels are asked for, none is long.
    const auto snapshot = Snapshot::begin(*database);
    if (!snapshot) return snapshot.error();
    const auto extent = extent_of(*database, source, tail);
    if (!extent) return extent.error();
    auto reader = ViewReader::prepare(*database, tail, std::move(group.wanted));
    if (!reader) return reader.error();
    for (std::size_t column = 0; column < group.places.size(); ++column) {
      std::vector<Part> parts;
      if (*extent) parts.push_back({&*reader, column, **extent});
      auto view = make_view(parts, from, to, max_bins);
      if (!view) return view.error();
      out[group.places[column]] = std::move(*view);
    }
  }
  return out;
}

}  // namespace soakrig::store
