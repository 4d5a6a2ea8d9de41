// SPDX-License-Identifier: Apache-2.0
//
// Reads a run's events page by page in the order in which they were stored, so that neither a month
// of them nor the bodies of some kinds are held at once, and a later look takes in the newer alone.
#pragma once

#include <algorithm>
#include <functional>

#include "results/store/reader.hpp"

namespace soakrig::dashboard {

inline constexpr std::size_t kEventsAPage = 4000;

// Gives `take` each event of the filter that is newer than `after` (0 = all), which goes along. `stop`
// is asked between pages; false = there may be more.
template <class Take>
Result<bool> each_event(const store::Reader& reader, store::EventFilter filter, std::uint64_t& after,
                        const std::function<bool()>& stop, Take take) {
  filter.limit = kEventsAPage;
  if (after == 0) {
    // Without an id to go on from the reader orders by time: a page that is not full is all there is.
    const auto first = reader.events(filter);
    if (!first) return first.error();
    const bool all = first->size() < kEventsAPage;
    for (const store::StoredEvent& event : *first) {
      // Else only the one that paging by id cannot reach: the first that was stored.
      if (!all && event.id != 1) continue;
      after = std::max(after, event.id);
      take(event);
    }
    if (all) return true;
    after = 1;
  }
  for (;;) {
    if (stop()) return false;
    filter.after_id = after;
    const auto page = reader.events(filter);
    if (!page) return page.error();
    for (const store::StoredEvent& event : *page) {
      after = std::max(after, event.id);
      take(event);
    }
    if (page->size() < kEventsAPage) return true;
  }
}

}  // namespace soakrig::dashboard
