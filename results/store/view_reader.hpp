// SPDX-License-Identifier: Apache-2.0
//
// Collects what a view is made of: whole stretches of the coarsest level that is fine enough, and
// below their ends and below whatever is not condensed or damaged the level underneath, down to the
// rows of chunks and tail. So bins are exact with any part of the pyramid, or with none. Works
// inside the transaction of its caller. Internal to results/store.
#pragma once

#include <functional>
#include <map>
#include <span>
#include <vector>

#include "results/store/pyramid.hpp"
#include "results/store/source_bytes.hpp"
#include "results/store/view_bins.hpp"

namespace soakrig::store {

// Rows that a source has, from the first to the last; nothing when it has none.
struct Extent {
  Nanos first = 0, last = 0;
};
[[nodiscard]] Result<std::optional<Extent>> extent_of(Database& database, SourceId source,
                                                      TailDirectory& directory);

// What collects stretches as they are met.
using TakeStretch = std::function<void(const ViewBin&)>;

class ViewReader {
 public:
  // For several channels of one source, whose rows are decoded once for all of them. `tail` must
  // outlive it.
  [[nodiscard]] static Result<ViewReader> prepare(Database& database, TailDirectory& tail,
                                                  WantedSource wanted);

  // The coarsest level of which a bin of this width has at least one stretch; 0 = rows.
  [[nodiscard]] Result<int> level_for(std::size_t column, Nanos from, Nanos to, std::size_t bins);
  // Hands over the stretches of the rows in [from, to]; `column` counts the wanted ones.
  [[nodiscard]] Result<void> collect(std::size_t column, int level, Nanos from, Nanos to,
                                     const TakeStretch& take);
  // The last row before `from`.
  [[nodiscard]] Result<std::optional<CarriedIn>> before(std::size_t column, Nanos from);

  [[nodiscard]] const SealPlace& place() const { return wanted_.place; }
  [[nodiscard]] std::vector<Event> take_gaps() { return std::exchange(gaps_, {}); }

 private:
  ViewReader(Database& database, TailDirectory& tail, WantedSource wanted, Statement select,
             Statement spans, Statement axis)
      : database_(&database),
        tail_(&tail),
        wanted_(std::move(wanted)),
        select_(std::move(select)),
        spans_(std::move(spans)),
        last_axis_(std::move(axis)) {}
  [[nodiscard]] ChannelId channel(std::size_t column) const {
    return wanted_.place.channels[wanted_.columns[column]];
  }
  [[nodiscard]] Result<const Rows*> rows(Nanos from, Nanos to);
  [[nodiscard]] Result<void> collect_rows(std::size_t column, Nanos from, Nanos to,
                                          const TakeStretch& take);

  Database* database_;
  TailDirectory* tail_;
  WantedSource wanted_;
  Statement select_, spans_, last_axis_;
  Packer packer_;
  std::map<std::pair<Nanos, Nanos>, Rows> rows_;  // by range: the columns ask for the same ones
  std::vector<Event> gaps_;
};

}  // namespace soakrig::store
