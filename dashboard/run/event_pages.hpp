// SPDX-License-Identifier: Apache-2.0
//
// Reads a run's events page by page in the order in which they were stored, so that neither a month
// of them nor the bodies of some kinds are held at once, and a later look takes in the newer alone.
#pragma once

#include <algorithm>
#include <functional>

#include "results/store/reader.hpp"

namespace soakrig::dashboard {

inline constexpr std::size_t kEventsAPage = 10'000;

// Gives `take` each event of the filter that is newer than `after` (0 = all), which goes along. `stop`
// is asked between pages; false = there may be more.
template <class Take>
Result<bool> each_event(const store::Reader& reader, store::EventFilter filter, std::uint64_t& after,
                        const std::function<bool()>& stop, Take take) {
  if (after == 0) {
    // The reader orders by id only beyond an id: the very first event is asked for by itself.
    filter.limit = 1;
    const auto first = reader.events(filter);
    if (!first) return first.error();
    if (first->empty()) return true;
    if (first->front().id == 1) take(first->front());
    after = 1;
  }
  filter.limit = kEventsAPage;
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
