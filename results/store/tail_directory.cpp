// SPDX-License-Identifier: Apache-2.0
#include "results/store/tail_directory.hpp"

#include <algorithm>

namespace soakrig::store {

TailDirectory::Mark TailDirectory::mark_of(const Statement& row) {
  return {{row.integer(0), row.integer(2), row.integer(3)}, row.integer(1), row.integer(4)};
}

Result<void> TailDirectory::catch_up(Database& database) {
  if (!newest_) {
    *this = TailDirectory();  // an empty tail was seen whole, and may have frames now
    return {};
  }
  auto select =
      database.prepare("SELECT id, source, t0, t1, crc FROM tail WHERE id>=? ORDER BY id");
  if (!select) return select.error();
  if (auto bound = select->bind(newest_->frame.id); !bound) return bound;
  const auto same = [&](const Mark& found) {
    return found.frame.id == newest_->frame.id && found.frame.t0 == newest_->frame.t0 &&
           found.frame.t1 == newest_->frame.t1 && found.source == newest_->source &&
           found.crc == newest_->crc;
  };
  for (bool first = true;; first = false) {
    const auto row = select->step();
    // Gone, so that its id may have been given again; or damage, which is met again from above.
    if (!row || (first && (!*row || !same(mark_of(*select))))) {
      *this = TailDirectory();
      return {};
    }
    if (!*row) return {};
    if (first) continue;
    newest_ = mark_of(*select);
    frames_[newest_->source].push_back(newest_->frame);
  }
}

template <class Enough>
Result<const TailDirectory::Frames*> TailDirectory::read_back(Database& database, SourceId source,
                                                              const Enough& enough) {
  const Frames& known = frames_[source];
  if (whole_ || enough(known)) return &known;
  auto select =
      database.prepare("SELECT id, source, t0, t1, crc FROM tail WHERE id<? ORDER BY id DESC");
  if (!select) return select.error();
  if (auto bound = select->bind(oldest_); !bound) return bound.error();
  while (!enough(known)) {
    const auto row = select->step();
    if (!row || !*row) {
      whole_ = true;
      damaged_ = !row;
      break;
    }
    const Mark found = mark_of(*select);
    if (!newest_) newest_ = found;
    oldest_ = found.frame.id;
    frames_[found.source].push_front(found.frame);
  }
  return &known;
}

Result<TailFrames> TailDirectory::since(Database& database, SourceId source, Nanos from) {
  if (auto done = catch_up(database); !done) return done.error();
  const auto known = read_back(database, source, [from](const Frames& frames) {
    return !frames.empty() && frames.front().t1 < from;
  });
  if (!known) return known.error();
  TailFrames out;
  const auto end = std::find_if((*known)->rbegin(), (*known)->rend(),
                                [from](const TailFrame& frame) { return frame.t1 < from; });
  out.frames.assign((*known)->rbegin(), end);
  out.cut_short = damaged_ && end == (*known)->rend();
  return out;
}

Result<TailFrames> TailDirectory::newest(Database& database, SourceId source) {
  if (auto done = catch_up(database); !done) return done.error();
  const auto known =
      read_back(database, source, [](const Frames& frames) { return !frames.empty(); });
  if (!known) return known.error();
  TailFrames out;
  if (!(*known)->empty()) out.frames.push_back((*known)->back());
  out.cut_short = damaged_ && out.frames.empty();
  return out;
}

}  // namespace soakrig::store
